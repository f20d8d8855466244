/* resume.c - see resume.h. */
#include "vrrp/resume.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "vrrp/instance.h"

struct resume_item {
	char *name; /* owned */
	mono_t hold_until;
	bool is_master;
	struct instance_last *last;     /* owned; NULL: this item says something else */
	struct instance_counts *counts; /* the same */
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

void resume_write_handover(struct text *t)
{
	text_printf(t, "handover now\n");
}

static void write_counts(struct text *t, const struct instance_view *v, const char *name)
{
	const struct instance_counters *c = v->counters;

	text_printf(t,
		"counts %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
		" %s\n",
		c->rx, c->tx, c->tx_zero, c->tx_errors, c->transitions, c->became_master, v->receiver->priority_zero,
		v->addresses->lost, name);
	for (int i = 0; i < ADVERT_VERDICT_MAX; i++)
		if (v->receiver->verdicts[i] > 0)
			text_printf(t, "verdict %s %" PRIu64 " %s\n", advert_verdict_str((enum advert_verdict)i),
				v->receiver->verdicts[i], name);
}

void resume_write_last(struct text *t, const struct instance *vi)
{
	struct instance_view v;
	const char *name = instance_name(vi);

	instance_look(vi, &v);
	text_printf(t, "last %" PRId64 " %u %u %zu %s %s\n", v.last->at.usec, (unsigned)v.last->action.from,
		(unsigned)v.last->action.to, strlen(name), name, v.last->reason ? v.last->reason : "");
	write_counts(t, &v, name);
}

static void add(struct resume *r, const char *name, mono_t hold_until, bool is_master)
{
	r->item = x_realloc(r->item, r->n + 1, sizeof(*r->item));
	r->item[r->n++] = (struct resume_item){ x_strdup(name), hold_until, is_master, NULL, NULL };
}

/* `rest` is what stands behind the word. */
static void read_last(struct resume *r, const char *rest)
{
	struct instance_last last = { .at.usec = 0 };
	unsigned from, to, len;
	int at = 0;
	char *name;

	if (sscanf(rest, "%" SCNd64 " %u %u %u %n", &last.at.usec, &from, &to, &len, &at) < 4 || at == 0 ||
		from >= VRRP_STATE_MAX || to >= VRRP_STATE_MAX || strlen(rest + at) <= len ||
		rest[(unsigned)at + len] != ' ')
		return;
	last.action = (struct vrrp_action){
		.type = VRRP_ACT_STATE, .from = (enum vrrp_state)from, .to = (enum vrrp_state)to
	};
	last.reason = x_strdup(rest + at + len + 1);
	name = x_asprintf("%.*s", (int)len, rest + at);
	add(r, name, (mono_t){ 0 }, false);
	r->item[r->n - 1].last = x_calloc(1, sizeof(last));
	*r->item[r->n - 1].last = last;
	free(name);
}

/* From the end: the lines of one instance follow each other. */
static struct resume_item *counts_of(const struct resume *r, const char *name)
{
	for (unsigned i = r->n; i-- > 0;)
		if (r->item[i].counts && !strcmp(r->item[i].name, name))
			return &r->item[i];
	return NULL;
}

static struct instance_counts *counts_made(struct resume *r, const char *name)
{
	struct resume_item *item = counts_of(r, name);

	if (!item) {
		add(r, name, (mono_t){ 0 }, false);
		item = &r->item[r->n - 1];
		item->counts = x_calloc(1, sizeof(*item->counts));
	}
	return item->counts;
}

static void read_counts(struct resume *r, const char *rest)
{
	struct instance_counts n = { .repaired = 0 }, *counts;
	struct instance_counters *c = &n.counters;
	int at = 0;

	if (sscanf(rest,
		    "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		    " %n",
		    &c->rx, &c->tx, &c->tx_zero, &c->tx_errors, &c->transitions, &c->became_master, &n.zero_received,
		    &n.repaired, &at) < 8 ||
		at == 0 || rest[at] == '\0')
		return;
	counts = counts_made(r, rest + at);
	memcpy(n.verdicts, counts->verdicts, sizeof(n.verdicts));
	*counts = n;
}

/* A word that is not known here is passed over. */
static void read_verdict(struct resume *r, const char *rest)
{
	const size_t len = strcspn(rest, " ");
	uint64_t n;
	int at = 0;

	if (sscanf(rest + len, " %" SCNu64 " %n", &n, &at) < 1 || at == 0 || rest[len + (size_t)at] == '\0')
		return;
	for (int i = 0; i < ADVERT_VERDICT_MAX; i++) {
		const char *word = advert_verdict_str((enum advert_verdict)i);

		if (strlen(word) == len && !strncmp(word, rest, len))
			counts_made(r, rest + len + at)->verdicts[i] = n;
	}
}

static mono_t read_time(const char *rest, char **end)
{
	return (mono_t){ strtoll(rest, end, 10) };
}

static void read_alive(struct resume *r, const char *rest)
{
	char *end;

	r->alive = read_time(rest, &end);
}

static void read_hold(struct resume *r, const char *rest)
{
	char *end;
	const mono_t until = read_time(rest, &end);

	if (*end == ' ')
		add(r, end + 1, until, false);
}

static void read_handover(struct resume *r, const char *rest)
{
	(void)rest;
	r->is_handover = true;
}

static void read_master(struct resume *r, const char *rest)
{
	add(r, rest, (mono_t){ 0 }, true);
}

void resume_read(struct resume *r, const char *line)
{
	static const struct {
		const char *word;
		void (*read)(struct resume *r, const char *rest);
	} lines[] = {
		{ "alive ", read_alive },
		{ "hold ", read_hold },
		{ "handover ", read_handover },
		{ "last ", read_last },
		{ "counts ", read_counts },
		{ "verdict ", read_verdict },
		{ "MASTER ", read_master },
	};

	auth_memory_read(&r->auth, line);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const size_t len = strlen(lines[i].word);

		if (!strncmp(line, lines[i].word, len))
			lines[i].read(r, line + len);
	}
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
		if (r->item[i].hold_until.usec && !strcmp(r->item[i].name, name))
			return r->item[i].hold_until;
	return (mono_t){ 0 };
}

const struct instance_last *resume_last(const struct resume *r, const char *name)
{
	for (unsigned i = 0; i < r->n; i++)
		if (r->item[i].last && !strcmp(r->item[i].name, name))
			return r->item[i].last;
	return NULL;
}

const struct instance_counts *resume_counts(const struct resume *r, const char *name)
{
	const struct resume_item *item = counts_of(r, name);

	return item ? item->counts : NULL;
}

bool resume_goes_on(const struct resume *r, const char *name, enum vrrp_state state)
{
	const struct instance_last *last = r->is_handover ? resume_last(r, name) : NULL;

	return last && last->action.to == state;
}

void resume_done(struct resume *r)
{
	for (unsigned i = 0; i < r->n; i++) {
		free(r->item[i].name);
		if (r->item[i].last)
			free(r->item[i].last->reason);
		free(r->item[i].last);
		free(r->item[i].counts);
	}
	r->is_handover = false;
	free(r->item);
	r->item = NULL;
	r->n = 0;
	auth_memory_done(&r->auth);
}
