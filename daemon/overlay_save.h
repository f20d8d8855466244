/*
 * overlay_save.h - changes of the overlay as edits of the operator's own lines: which can become lines of the file, which stay
 * and why. Writes nothing: vipctl does, as who asks.
 */
#ifndef DAEMON_OVERLAY_SAVE_H
#define DAEMON_OVERLAY_SAVE_H
struct checkers_config;
struct daemon;
struct overlay_list;
struct text;
struct writer;

/*
 * Members: "saved" (how many changes), "files" (path, what vipctl compares before it writes, edits), "patch" (unified diff), "kept"
 * (change, why, cure, file, line), "again" (what is kept may be saved once this is). `keep` (empty) gets what stays. Or "error",
 * where the files are not those that run.
 */
void overlay_save(const struct daemon *d, const struct overlay_list *all, struct overlay_list *keep, struct writer *w);
/* Appends what the configuration does to the table: services, their servers with weights; equal texts do the same. */
void overlay_save_effect(const struct checkers_config *c, struct text *out);
/* Shares of a weight in `all` that become lines of the file (not in `kept`) become what they amount to in `c`: how many. */
unsigned overlay_save_shares(const struct checkers_config *c, const struct overlay_list *kept,
	struct overlay_list *all);
#endif
