/* resume.c - see resume.h. */
#include "vrrp/resume.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "vrrp/instance.h"

struct resume_item {
	char *name; /* owned */
	mono_t hold_until;
	bool is_master;
};

void resume_write_alive(struct text *t, mono_t now)
{
	text_printf(t, "alive %" PRId64 "\n", now.usec);
}

void resume_write(struct text *t, const struct instance *vi, mono_t now)
{
	struct instance_view v;

	instance_look(vi, &v);
	text_printf(t, "%s %s\n", vrrp_state_str(v.router->state), instance_name(vi));
	if (mono_before(now, v.router->hold_until))
		text_printf(t, "hold %" PRId64 " %s\n", v.router->hold_until.usec, instance_name(vi));
	auth_memory_write(t, instance_name(vi), &v.receiver->auth);
}

static void add(struct resume *r, const char *name, mono_t hold_until, bool is_master)
{
	r->item = x_realloc(r->item, r->n + 1, sizeof(*r->item));
	r->item[r->n++] = (struct resume_item){ x_strdup(name), hold_until, is_master };
}

void resume_read(struct resume *r, const char *line)
{
	const char *rest = strchr(line, ' ');
	size_t len = rest ? (size_t)(rest - line) : 0;
	mono_t when = { 0 };
	char *end;

	if (!rest++)
		return;
	auth_memory_read(&r->auth, line);
	when.usec = strtoll(rest, &end, 10);
	if (len == 5 && !strncmp(line, "alive", len))
		r->alive = when;
	else if (len == 4 && !strncmp(line, "hold", len) && *end == ' ')
		add(r, end + 1, when, false);
	else if (len == 6 && !strncmp(line, vrrp_state_str(VRRP_MASTER), len))
		add(r, rest, (mono_t){ 0 }, true);
}

bool resume_is_master(const struct resume *r, const char *name, int64_t down, mono_t now)
{
	for (unsigned i = 0; i < r->n; i++)
		if (r->item[i].is_master && !strcmp(r->item[i].name, name))
			return mono_diff(now, r->alive) < down;
	return false;
}

mono_t resume_hold(const struct resume *r, const char *name)
{
	for (unsigned i = 0; i < r->n; i++)
		if (!r->item[i].is_master && !strcmp(r->item[i].name, name))
			return r->item[i].hold_until;
	return (mono_t){ 0 };
}

void resume_done(struct resume *r)
{
	for (unsigned i = 0; i < r->n; i++)
		free(r->item[i].name);
	free(r->item);
	r->item = NULL;
	r->n = 0;
	auth_memory_done(&r->auth);
}
