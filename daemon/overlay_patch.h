/* overlay_patch.h - the overlay as a unified diff against the configuration file, for people to apply with patch(1). */
#ifndef DAEMON_OVERLAY_PATCH_H
#define DAEMON_OVERLAY_PATCH_H
struct daemon;
struct text;

/* Appends a diff that adds the block at the end of the file; nothing when there are no changes. */
void overlay_patch(const struct daemon *d, struct text *out);
#endif
