/*
 * host_names.h - names in routes and rules that iproute2 has numbers for (ip-route(8), rt_tables and its relatives): main looks
 * them up, so that no other process touches a file and every process means the same by them.
 */
#ifndef DAEMON_HOST_NAMES_H
#define DAEMON_HOST_NAMES_H
#include <stdbool.h>

struct arena;
struct conf_tree;
struct nearest;

/*
 * Puts the number in the place of each name of a table, a realm, a type of service, a protocol or a scope that the files below
 * `roots` know (NULL-terminated directories; of the first one that has the file, and of NAME.d/ *.conf in all). The kernel's own
 * names and those that no file has stay as they are: who reads the line says so. Whether any name was looked for.
 */
bool host_names_put(struct conf_tree *t, const char *const *roots);
/* Tries the names in those files of that name ("rt_tables"); what may be meant is kept in `a`. */
void host_names_try(const char *const *roots, const char *file, struct nearest *near, struct arena *a);
/* /etc/iproute2 and where distributions keep what it overrides. */
extern const char *const host_names_roots[];
#endif
