/* settings.c - see settings.h. */
#include "checkers/settings.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "checkers/sync.h"
#include "checkers/vs_sysctl.h"
#include "checkers/vs_want.h"
#include "io/message.h"

struct settings {
	struct sync *sync;                    /* owned */
	struct vs_sysctl *sysctl;             /* owned */
	const struct checkers_config *config; /* borrowed; NULL before the first one */
};

struct settings *settings_new(void)
{
	struct settings *s = x_calloc(1, sizeof(*s));

	s->sync = sync_new();
	s->sysctl = vs_sysctl_new(NULL);
	return s;
}

void settings_free(struct settings *s)
{
	if (!s)
		return;
	sync_free(s->sync);
	vs_sysctl_free(s->sysctl);
	free(s);
}

static void set(struct settings *s, bool has_sync, mono_t now)
{
	struct vs_values want;

	if (!s->config)
		return;
	vs_want(s->config, has_sync, &want);
	vs_sysctl_set(s->sysctl, &want, now);
}

void settings_config(struct settings *s, const struct checkers_config *c, mono_t now)
{
	s->config = c;
	set(s, sync_is_wanted(s->sync), now);
}

/* The settings first: how often connections are told is known when the first daemon starts. */
bool settings_sync(struct settings *s, const struct msg_sync_daemon *m, mono_t now)
{
	const bool is_wanted = *m->interface != '\0', is_other = sync_is_wanted(s->sync) != is_wanted;

	if (is_other)
		set(s, is_wanted, now);
	sync_set(s->sync, m, now);
	return is_other;
}

bool settings_watch(struct settings *s, mono_t now)
{
	bool has_changed = sync_watch(s->sync, now);

	return vs_sysctl_watch(s->sysctl, now) || has_changed;
}

void settings_save(const struct settings *s, struct text *out)
{
	sync_save(s->sync, out);
	vs_sysctl_save(s->sysctl, out);
}

void settings_restore(struct settings *s, const struct saved *from)
{
	sync_restore(s->sync, from);
	vs_sysctl_restore(s->sysctl, from);
}

void settings_stop(struct settings *s, bool is_all)
{
	if (is_all)
		sync_stop(s->sync);
	vs_sysctl_put_back(s->sysctl);
}

void settings_write(const struct settings *s, struct writer *w, mono_t now)
{
	sync_write(s->sync, w, now);
	vs_sysctl_write(s->sysctl, w);
}
