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
	char *name;                     /* owned */
	mono_t hold_until;              /* of HOLD */
	struct instance_last *last;     /* owned; of LAST */
	struct instance_counts *counts; /* owned; of COUNTS */
};

/* What an item says; each instance has one of each kind at most, the first one. */
static const struct conf_vec master_items, hold_items, last_items, counts_items;

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
	auth_memory_write(t, instance_name(vi), v.receiver->auth);
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
	for (int i = 0; i < ADVERT_VERDICT_MAX; i++) {
		const enum advert_verdict verdict = (enum advert_verdict)i;

		if (receive_count(v->receiver, verdict) > 0)
			text_printf(t, "verdict %s %" PRIu64 " %s\n", advert_verdict_str(verdict),
				receive_count(v->receiver, verdict), name);
	}
}

void resume_write_last(struct text *t, const struct instance *vi)
{
	struct instance_view v;
	const char *name = instance_name(vi);
	char reason[INSTANCE_REASON_LEN];

	instance_look(vi, &v);
	text_printf(t, "last %" PRId64 " %u %u %zu %s %s\n", v.last->at.usec, (unsigned)v.last->action.from,
		(unsigned)v.last->action.to, strlen(name), name, instance_last_str(v.last, reason));
	write_counts(t, &v, name);
}

static struct resume_item *find(const struct resume *r, const struct conf_vec *kind, const char *name)
{
	const struct named *e = names_find(&r->names, kind, name);

	return e ? e->user : NULL;
}

/* NULL: it is there already. */
static struct resume_item *add(struct resume *r, const struct conf_vec *kind, const char *name)
{
	struct resume_item *item;

	if (find(r, kind, name))
		return NULL;
	item = x_calloc(1, sizeof(*item));
	item->name = x_strdup(name);
	r->item = x_realloc(r->item, r->n + 1, sizeof(struct resume_item *));
	r->item[r->n++] = item;
	names_get(&r->names, kind, item->name)->user = item;
	return item;
}

/* `rest` is what stands behind the word. */
static void read_last(struct resume *r, const char *rest)
{
	struct instance_last last = { .at.usec = 0 };
	struct resume_item *item;
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
	name = x_asprintf("%.*s", (int)len, rest + at);
	item = add(r, &last_items, name);
	free(name);
	if (!item)
		return;
	last.reason = x_strdup(rest + at + len + 1);
	item->last = x_calloc(1, sizeof(last));
	*item->last = last;
}

static struct instance_counts *counts_made(struct resume *r, const char *name)
{
	struct resume_item *item = find(r, &counts_items, name);

	if (!item) {
		item = add(r, &counts_items, name);
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
	struct resume_item *item = *end == ' ' && until.usec ? add(r, &hold_items, end + 1) : NULL;

	if (item)
		item->hold_until = until;
}

static void read_handover(struct resume *r, const char *rest)
{
	(void)rest;
	r->is_handover = true;
}

static void read_master(struct resume *r, const char *rest)
{
	(void)add(r, &master_items, rest);
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
	path_memory_read(&r->paths, line);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const size_t len = strlen(lines[i].word);

		if (!strncmp(line, lines[i].word, len))
			lines[i].read(r, line + len);
	}
}

bool resume_is_master(const struct resume *r, const char *name, int64_t down, mono_t now)
{
	return find(r, &master_items, name) && mono_diff(now, r->alive) < down;
}

mono_t resume_hold(const struct resume *r, const char *name)
{
	const struct resume_item *item = find(r, &hold_items, name);

	return item ? item->hold_until : (mono_t){ 0 };
}

const struct instance_last *resume_last(const struct resume *r, const char *name)
{
	const struct resume_item *item = find(r, &last_items, name);

	return item ? item->last : NULL;
}

const struct instance_counts *resume_counts(const struct resume *r, const char *name)
{
	const struct resume_item *item = find(r, &counts_items, name);

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
		struct resume_item *item = r->item[i];

		free(item->name);
		if (item->last)
			free(item->last->reason);
		free(item->last);
		free(item->counts);
		free(item);
	}
	r->is_handover = false;
	free(r->item);
	r->item = NULL;
	r->n = 0;
	names_done(&r->names);
	auth_memory_done(&r->auth);
	path_memory_done(&r->paths);
}
