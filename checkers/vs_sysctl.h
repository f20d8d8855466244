/*
 * vs_sysctl.h - the kernel's settings of IPVS (/proc/sys/net/ipv4/vs) as wanted: only differences are written, what
 * was there before is remembered, changes by others are undone, and at the end everything is as it was found. A
 * setting that this kernel does not have is a warning.
 */
#ifndef CHECKERS_VS_SYSCTL_H
#define CHECKERS_VS_SYSCTL_H
#include "base/mono.h"
#include "checkers/vs_table.h"

struct saved;
struct text;
struct vs_sysctl;
struct writer;

/* `dir`: where the files are; NULL: where the kernel has them. */
struct vs_sysctl *vs_sysctl_new(const char *dir);
/* Leaves the settings as they are; accepts NULL. */
void vs_sysctl_free(struct vs_sysctl *s);
/* What is wanted from now on; what is not wanted any more is put back. */
void vs_sysctl_set(struct vs_sysctl *s, const struct vs_values *want, mono_t now);
/* Called a few times a second. True: what has to be remembered has changed since the last call. */
bool vs_sysctl_watch(struct vs_sysctl *s, mono_t now);
/* Everything as it was found. */
void vs_sysctl_put_back(struct vs_sysctl *s);
/* What was found, over a restart of the process. */
void vs_sysctl_save(const struct vs_sysctl *s, struct text *out);
void vs_sysctl_restore(struct vs_sysctl *s, const struct saved *from);
/* Member "sysctl": those that are ours. */
void vs_sysctl_write(const struct vs_sysctl *s, struct writer *w);
#endif
