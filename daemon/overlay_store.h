/*
 * overlay_store.h - the overlay at work: STATE_DIR/overlay.conf, what is read behind each configuration. A transaction is checked
 * against the configuration that runs (not against the file as it is on disk now), written to disk, and becomes a generation like a
 * reload; what does not work as a whole changes nothing. Lines with an end are taken out when it has come.
 */
#ifndef DAEMON_OVERLAY_STORE_H
#define DAEMON_OVERLAY_STORE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;
struct daemon;
struct overlay_list;
struct overlay_store;
struct text;
struct writer;

/*
 * Reads the file; what it cannot read is logged and left out, what is over too. Sets overlay_path and overlay_text of `d`. Never
 * NULL; needs no loop.
 */
struct overlay_store *overlay_store_new(struct daemon *d);
/* Accepts NULL. */
void overlay_store_free(struct overlay_store *s);
/* Once there is a loop: ends are waited for. */
void overlay_store_start(struct overlay_store *s);
/* What runs now. */
const struct overlay_list *overlay_store_list(const struct overlay_store *s);
/*
 * Makes `next` (taken over, emptied) what runs: 0; or -errno with the reason appended to `reterr`, and nothing has changed.
 */
int overlay_store_commit(struct overlay_store *s, struct overlay_list *next, struct text *reterr);
/*
 * What `overlay save` has made lines of the file is to go: `keep` (taken over) stays, if nothing else happens until
 * overlay_store_saved().
 */
void overlay_store_plan(struct overlay_store *s, struct overlay_list *keep);
/*
 * The file is about to be written as planned: shares of a weight that go become the weight, so that they do not count once more if
 * overlay_store_saved() never comes. 0; or -errno with the reason appended, and nothing has changed.
 */
int overlay_store_saving(struct overlay_store *s, struct text *reterr);
/*
 * The file was written as planned: it is read again and becomes what runs, with what was kept. 0; or -errno with the reason
 * appended, and nothing has changed: where something happened meanwhile, or where the file does not say what runs now.
 */
int overlay_store_saved(struct overlay_store *s, struct text *reterr);
/* Members "overlay" and "overlay_file" of the status. */
void overlay_store_write(const struct overlay_store *s, struct writer *w);
/* Seconds since 1970. */
uint32_t overlay_store_clock(void);
#endif
