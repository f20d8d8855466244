/*
 * overlay_change.h - what an operator says ("server drain 192.0.2.1:80/tcp 10.0.0.1:80 for 1h") becomes lines of the overlay.
 * Saying the same twice changes nothing; what names nothing that is there is an error that names the nearest. Pure.
 */
#ifndef DAEMON_OVERLAY_CHANGE_H
#define DAEMON_OVERLAY_CHANGE_H
#include "daemon/overlay_list.h"

struct served;

/* What there is: the configuration that runs, with the overlay that it was read with. */
struct overlay_world {
	const struct served *services;
	const struct overlay_list *accepted;
};

/* Who says it, and when (seconds since 1970). */
struct overlay_asker {
	const char *by;
	uint32_t now;
};

/*
 * One change into `l`: 1; 0: it is so already; -EINVAL and the reason with its cure appended to `reterr`. Words:
 *   server add SERVICE SERVER [like SERVER] [weight WEIGHT|N%]      server remove SERVICE SERVER
 *   server weight SERVICE SERVER WEIGHT|N%|file                     server drain|undrain|enable|disable SERVICE SERVER
 *   service add NAME [WORDS]    WORDS: lines of virtual_server with ';' between; NAME "-": whole blocks, as in a file
 *   service remove|drain|undrain|enable|disable SERVICE
 * and behind each: for DURATION, reason TEXT.
 */
int overlay_change(struct overlay_list *l, const struct overlay_world *w, const struct overlay_asker *who,
	const char *line, struct text *reterr);
/*
 * Takes out lines: "all", "SERVICE" (with its servers) or "SERVICE SERVER". How many; -EINVAL as above when there is none, but
 * for "all".
 */
int overlay_drop(struct overlay_list *l, const struct overlay_world *w, const char *words, struct text *reterr);
/* "90", "90s", "15m", "1h30m", "2d" in seconds, 1 to a year; 0: it is none. */
uint32_t overlay_duration(const char *s);
#endif
