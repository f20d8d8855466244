/*
 * track_script.h - one vrrp_script: run it every interval, apply rise and fall, say when its state changes. A script that cannot be
 * run, times out or dies by a signal has failed (ERROR), and says why.
 */
#ifndef DAEMON_TRACK_SCRIPT_H
#define DAEMON_TRACK_SCRIPT_H
#include "io/message.h"

#include <stdbool.h>
#include <sys/types.h>

struct loop;
struct main_globals;
struct track_script;
struct vrrp_script_conf;
struct text;
struct writer;

typedef void track_script_fn(void *ctx, const struct track_script *t);

/* `conf` is borrowed. The first run starts once the loop turns; track_script_config() comes before that. */
struct track_script *track_script_new(struct loop *l, const struct vrrp_script_conf *conf, track_script_fn *fn,
	void *ctx);
void track_script_free(struct track_script *t);
/* Also the same script in a new configuration: goes on with its state. `globals` (borrowed) says who runs it, and how safely. */
void track_script_config(struct track_script *t, const struct vrrp_script_conf *conf,
	const struct main_globals *globals);
const struct vrrp_script_conf *track_script_conf(const struct track_script *t);
enum script_status track_script_status(const struct track_script *t, const char **ret_detail);
void track_script_stop(struct track_script *t);
/* For a successor: what runs, to be ended (inherited.h). */
void track_script_hand_over(const struct track_script *t, struct text *to);
bool track_script_reaped(struct track_script *t, pid_t pid, int status);
void track_script_write(const struct track_script *t, struct writer *w);
/* Whether both are the same script under the same name: it goes on over a reload. */
bool track_script_is_same(const struct vrrp_script_conf *a, const struct vrrp_script_conf *b);
#endif
