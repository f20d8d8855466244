/*
 * script_path.h - the file behind a script's command: where it is found, and whether somebody else than root could change it.
 */
#ifndef DAEMON_SCRIPT_PATH_H
#define DAEMON_SCRIPT_PATH_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The file that `command` starts: itself when it has a slash, else looked up in PATH. 0, -ENOENT, -EISDIR, -EACCES (there, but not
 * executable), -ENAMETOOLONG or another -errno of stat().
 */
int script_path_find(const char *command, char *ret, size_t size);

/* A part of a path that others than root can write. */
struct script_path_part {
	char path[4096];
	uid_t uid;
	mode_t mode;                  /* permissions */
	bool is_foreign, is_writable; /* owned by somebody else; writable by group or all */
};

/* Whether a part of the absolute `path`, links followed, can be written by others than root; *ret_part is the first one. */
bool script_path_is_unsafe(const char *path, struct script_path_part *ret_part);
/* The user that runs a script: its own, script_user, else root. */
const char *script_path_user(const char *user, const char *script_user);
#endif
