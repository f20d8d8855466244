/*
 * settings.h - what of the kernel's IPVS is ours beside its table: the synchronisation daemons and the settings, which
 * depend on each other and live, are remembered and end together.
 */
#ifndef CHECKERS_SETTINGS_H
#define CHECKERS_SETTINGS_H
#include "base/mono.h"

#include <stdbool.h>

struct checkers_config;
struct msg_sync_daemon;
struct saved;
struct settings;
struct text;
struct writer;

struct settings *settings_new(void);
/* Leaves the kernel as it is; accepts NULL. */
void settings_free(struct settings *s);
/* `c` stays the caller's, until the next call. */
void settings_config(struct settings *s, const struct checkers_config *c, mono_t now);
/* True: values were written; what was found before is to be kept (settings_save()) before anything else can go wrong. */
bool settings_sync(struct settings *s, const struct msg_sync_daemon *m, mono_t now);
/* Called a few times a second. True: settings_save() has something new to say. */
bool settings_watch(struct settings *s, mono_t now);
void settings_save(const struct settings *s, struct text *out);
void settings_restore(struct settings *s, const struct saved *from);
/* An orderly stop: the settings are put back, with `is_all` the daemons of ours end. */
void settings_stop(struct settings *s, bool is_all);
/* Members "sync" and "sysctl". */
void settings_write(const struct settings *s, struct writer *w, mono_t now);
#endif
