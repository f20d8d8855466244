/*
 * track_file.h - one track_file: the number in a file, read again whenever somebody closed it after writing, put another file in
 * its place or removed it. Its folder may come later. A file that is missing, or has no number, has 0 (keepalived.conf(5), "Track
 * files"). Knows no virtual router.
 */
#ifndef DAEMON_TRACK_FILE_H
#define DAEMON_TRACK_FILE_H
#include <stdint.h>

struct loop;
struct track_file;
struct vrrp_file_conf;
struct writer;

/* The number changed. */
typedef void track_file_fn(void *ctx, const struct track_file *t);

/* Writes the file first when init_file asks for it. `conf` is borrowed. The value is known at once. */
struct track_file *track_file_new(struct loop *l, const struct vrrp_file_conf *conf, track_file_fn *fn, void *ctx);
/* Accepts NULL. */
void track_file_free(struct track_file *t);
/* The same file in a new configuration: goes on with its value. */
void track_file_config(struct track_file *t, const struct vrrp_file_conf *conf);
const struct vrrp_file_conf *track_file_conf(const struct track_file *t);
int32_t track_file_value(const struct track_file *t);
void track_file_write(const struct track_file *t, struct writer *w);
#endif
