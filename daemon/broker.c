/* broker.c - see broker.h. */
#include "daemon/broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/mono.h"
#include "ctl/writer.h"
#include "daemon/alerts.h"
#include "daemon/conf.h"
#include "daemon/early.h"
#include "daemon/ensure.h"
#include "daemon/events.h"
#include "daemon/formers.h"
#include "daemon/hooks.h"
#include "daemon/inherited.h"
#include "daemon/job.h"
#include "daemon/mailer.h"
#include "daemon/routers.h"
#include "daemon/script_identity.h"
#include "daemon/script_queues.h"
#include "daemon/served_tell.h"
#include "daemon/supervise.h"
#include "daemon/track_script.h"
#include "vrrp/conf.h"
#include "vrrp/step.h"
#include "vrrp/suspect.h"

enum { NOTIFY_TIMEOUT_USEC = 30 * 1000000, NAME_LEN = 160, ARGS_MAX = 64 };

struct broker {
	struct loop *loop;
	struct supervise *sup;
	struct config *config;        /* borrowed until the next; NULL: none so far */
	uint32_t since, generation;   /* all that it was, first and last */
	struct formers formers;       /* the ones before */
	struct early early;           /* what was asked for before there was one */
	struct track_script **tracks; /* owned; by index of vrrp_config.scripts */
	unsigned n_tracks;
	bool is_stopping;
	struct script_queues *queues; /* owned */
	struct events *events;        /* owned */
	struct mailer *mailer;        /* owned */
	struct ensure *ensure;        /* owned */
	struct hooks *hooks;          /* owned */
	struct inherited *inherited;  /* owned */
};

static void on_hook_end(void *ctx, uint32_t id)
{
	struct broker *b = ctx;
	const struct msg_hook_end m = { id };

	supervise_send(b->sup, ROLE_VRRP, MSG_HOOK_END, &m, sizeof(m));
}

struct broker *broker_new(struct loop *l, struct supervise *sup)
{
	struct broker *b = x_calloc(1, sizeof(*b));

	*b = (struct broker){ .loop = l, .sup = sup };
	b->events = events_new(l);
	b->mailer = mailer_new(l);
	b->ensure = ensure_new(l);
	b->hooks = hooks_new(l, on_hook_end, b);
	b->inherited = inherited_new(l, on_hook_end, b);
	b->queues = script_queues_new(l);
	formers_init(&b->formers);
	early_init(&b->early);
	return b;
}

void broker_forget(struct broker *b, uint32_t generation)
{
	formers_forget(&b->formers, generation);
}

/* What `generation` was, NULL when that is too long ago. */
static const struct config *config_of(struct broker *b, uint32_t generation)
{
	if (generation >= b->since && generation <= b->generation)
		return b->config;
	return formers_find(&b->formers, generation, b->config);
}

void broker_free(struct broker *b)
{
	if (!b)
		return;
	for (unsigned i = 0; i < b->n_tracks; i++)
		track_script_free(b->tracks[i]);
	free(b->tracks);
	early_done(&b->early);
	formers_done(&b->formers);
	script_queues_free(b->queues);
	events_free(b->events);
	mailer_free(b->mailer);
	ensure_free(b->ensure);
	hooks_free(b->hooks);
	inherited_free(b->inherited);
	free(b);
}

static void tell_vrrp(struct broker *b, uint32_t i)
{
	struct msg_script_result m = { .generation = b->generation, .script = i };
	const char *detail;

	m.status = track_script_status(b->tracks[i], &detail);
	snprintf(m.detail, sizeof(m.detail), "%s", detail);
	supervise_send(b->sup, ROLE_VRRP, MSG_SCRIPT_RESULT, &m, sizeof(m));
}

static void on_change(void *ctx, const struct track_script *t)
{
	struct broker *b = ctx;

	for (unsigned i = 0; i < b->n_tracks; i++)
		if (b->tracks[i] == t)
			tell_vrrp(b, i);
}

void broker_resend(struct broker *b)
{
	for (unsigned i = 0; i < b->n_tracks; i++)
		tell_vrrp(b, i);
}

/* Takes the running tracker of the same script out of the old array. */
static struct track_script *take_running(struct broker *b, const struct vrrp_script_conf *conf)
{
	for (unsigned i = 0; i < b->n_tracks; i++) {
		struct track_script *t = b->tracks[i];

		if (t && track_script_is_same(track_script_conf(t), conf)) {
			b->tracks[i] = NULL;
			return t;
		}
	}
	return NULL;
}

static void perform(void *ctx, enum role from, const struct message *m)
{
	if (m->type == MSG_HOOK)
		broker_hook(ctx, m);
	else
		broker_notify(ctx, from, m);
}

void broker_config(struct broker *b, struct config *c, uint32_t generation)
{
	const struct conf_vec *scripts = &c->vrrp.scripts;
	struct track_script **tracks = x_calloc(scripts->n, sizeof(*tracks));

	for (unsigned i = 0; i < scripts->n; i++) {
		tracks[i] = take_running(b, scripts->item[i]);
		if (!tracks[i])
			tracks[i] = track_script_new(b->loop, scripts->item[i], on_change, b);
		track_script_config(tracks[i], scripts->item[i], &c->main.globals);
	}
	for (unsigned i = 0; i < b->n_tracks; i++)
		track_script_free(b->tracks[i]);
	free(b->tracks);
	b->tracks = tracks;
	b->n_tracks = scripts->n;
	if (b->config)
		formers_add(&b->formers, b->config, b->since, b->generation);
	b->config = c;
	b->since = b->generation = generation;
	events_config(b->events, &c->main.globals);
	mailer_config(b->mailer, &c->main.globals);
	ensure_config(b->ensure, c);
	broker_resend(b);
	early_replay(&b->early, perform, b);
}

void broker_renumber(struct broker *b, uint32_t generation)
{
	b->generation = generation;
	broker_resend(b);
}

void broker_stop_tracking(struct broker *b)
{
	b->is_stopping = true;
	for (unsigned i = 0; i < b->n_tracks; i++)
		track_script_stop(b->tracks[i]);
}

/* Queues `script` with up to four words added (NULL ends them) for the object "KIND NAME KEYWORD". */
static void run(struct broker *b, const char *name, const struct script_conf *script, const char *const *extra)
{
	const char *argv[ARGS_MAX + 5];
	struct job_ask ask = { .argv = argv, .timeout_usec = NOTIFY_TIMEOUT_USEC, .may_leave = true };
	unsigned n = 0;

	if (!script) {
		script_queues_forget(b->queues, name);
		return;
	}
	for (unsigned i = 0; script->argv[i] && n < ARGS_MAX; i++)
		argv[n++] = script->argv[i];
	for (unsigned i = 0; extra && extra[i] && i < 4; i++)
		argv[n++] = extra[i];
	argv[n] = NULL;
	script_identity(&ask, script, &b->config->main.globals);
	script_queues_run(b->queues, name, &ask);
}

/* What changed its state, and its scripts. */
struct changed {
	const char *kind; /* "INSTANCE" or "GROUP", as scripts get it */
	const struct router *router;
	bool is_mailed, is_deleted; /* deleted: by a reload that was asked to say so (notify_deleted) */
};

static const struct script_conf *by_state(const struct changed *o, enum vrrp_state state, const char **ret_word)
{
	const struct vrrp_hook_conf *h = o->router->hooks;

	switch (state) {
	case VRRP_MASTER:
		*ret_word = "MASTER";
		return h->notify_master;
	case VRRP_BACKUP:
		*ret_word = "BACKUP";
		return h->notify_backup;
	case VRRP_FAULT:
		*ret_word = "FAULT";
		return h->notify_fault;
	case VRRP_INIT:
		*ret_word = o->is_deleted ? "DELETED" : "STOP";
		return o->is_deleted ? h->notify_deleted : h->notify_stop;
	case VRRP_LEAVING:
	case VRRP_STATE_MAX:
		break;
	}
	*ret_word = NULL;
	return NULL;
}

/* keepalived's arguments: notify gets INSTANCE or GROUP, NAME STATE PRIORITY, the others none. */
static void notify_vrrp(struct broker *b, const struct changed *o, const struct msg_notify *m)
{
	const char *word; /* NULL: no state that scripts hear of */
	const struct script_conf *script = by_state(o, (enum vrrp_state)m->state, &word);
	const bool is_group = m->kind == NOTIFY_GROUP;
	char name[NAME_LEN], prio[16];

	if (!is_group && m->state == VRRP_LEAVING)
		ensure_leaving(b->ensure, o->router->name);
	if (!word)
		return;
	events_vrrp(b->events, is_group, o->router->name, word, m->priority);
	if (o->is_mailed)
		alerts_vrrp(b->mailer, &b->config->main.globals, is_group ? "Group" : "Instance", o->router->name,
			word);
	if (!is_group)
		ensure_state(b->ensure, o->router->name, m->state == VRRP_MASTER, m->priority);
	snprintf(name, sizeof(name), "%s %s notify_*", is_group ? "group" : "instance", o->router->name);
	run(b, name, script, NULL);
	snprintf(prio, sizeof(prio), "%u", m->priority);
	snprintf(name, sizeof(name), "%s %s notify", is_group ? "group" : "instance", o->router->name);
	run(b, name, o->router->hooks->notify, (const char *const[]){ o->kind, o->router->name, word, prio, NULL });
}

/* notify_deleted, and the configuration that runs has it no more. */
static bool is_deleted(const struct broker *b, const struct router *vi, const struct msg_notify *m)
{
	return vi->tells_deleted && m->state == VRRP_INIT && !routers_has(b->config->routers, vi->name);
}

static const char *priority_word(const struct msg_notify *m)
{
	return m->state == VRRP_MASTER ? "MASTER_PRIORITY" : "BACKUP_PRIORITY";
}

static void notify_group_priority(struct broker *b, const struct config *c, const struct msg_notify *m)
{
	struct router g;

	if (routers_group(c->routers, m->index, &g))
		events_word(b->events, "GROUP", g.name, priority_word(m), m->priority);
}

/* What is no transition: keepalived.conf(5), notify_fifo. */
static void notify_beside(struct broker *b, const struct config *c, const struct msg_notify *m)
{
	const bool is_rival = m->kind == NOTIFY_RIVAL;
	struct router vi;
	char name[NAME_LEN];

	if (!routers_instance(c->routers, m->index, &vi))
		return;
	events_word(b->events, "INSTANCE", vi.name, is_rival ? "MASTER_RX_LOWER_PRI" : priority_word(m), m->priority);
	snprintf(name, sizeof(name), "instance %s notify_master_rx_lower_pri", vi.name);
	if (is_rival && vi.hooks->notify_master_rx_lower_pri)
		run(b, name, vi.hooks->notify_master_rx_lower_pri, NULL);
}

static void notify_router(struct broker *b, const struct config *c, const struct msg_notify *m)
{
	const bool is_group = m->kind == NOTIFY_GROUP;
	struct router r;

	if (m->state >= VRRP_STATE_MAX || !(is_group ? routers_group : routers_instance)(c->routers, m->index, &r))
		return;
	notify_vrrp(b,
		&(struct changed){ is_group ? "GROUP" : "INSTANCE", &r, alerts_wants_router(&c->main.globals, &r),
			is_deleted(b, &r, m) },
		m);
}

static void notify_suspicion(struct broker *b, const struct config *c, const struct msg_notify *m)
{
	struct router vi;

	if (m->sub >= SUSPICIONS || !routers_instance(c->routers, m->index, &vi))
		return;
	events_suspicion(b->events, vi.name, suspicion_str((enum suspicion)m->sub), m->state != 0, m->priority);
	if (m->state == 0 && (m->sub == SUSPECT_SPLIT || m->sub == SUSPECT_UNHEARD))
		ensure_again(b->ensure, vi.name);
}

static void notify_service(struct broker *b, const struct config *c, const struct msg_notify *m)
{
	struct served_script r;

	if (served_tell(c, m, b->events, b->mailer, &r))
		run(b, r.name, r.script, NULL);
}

typedef void notify_fn(struct broker *b, const struct config *c, const struct msg_notify *n);

/* What each process may ask for. */
static const struct {
	enum notify_kind kind;
	enum role from;
	notify_fn *run;
} notifies[] = {
	{ NOTIFY_INSTANCE, ROLE_VRRP, notify_router },
	{ NOTIFY_RIVAL, ROLE_VRRP, notify_beside },
	{ NOTIFY_PRIORITY, ROLE_VRRP, notify_beside },
	{ NOTIFY_GROUP, ROLE_VRRP, notify_router },
	{ NOTIFY_GROUP_PRIORITY, ROLE_VRRP, notify_group_priority },
	{ NOTIFY_SUSPICION, ROLE_VRRP, notify_suspicion },
	{ NOTIFY_SERVER, ROLE_LVS, notify_service },
	{ NOTIFY_QUORUM, ROLE_LVS, notify_service },
	{ NOTIFY_ALARM, ROLE_LVS, notify_service },
};

static void notify_one(struct broker *b, enum role from, const struct msg_notify *n)
{
	const struct config *c = config_of(b, n->generation);

	if (!c) {
		log_warn(LOG_SCRIPT, "the %s process notifies of a change in generation %u, long replaced: not run",
			role_str(from), n->generation);
		return;
	}
	for (size_t i = 0; i < sizeof(notifies) / sizeof(notifies[0]); i++)
		if (notifies[i].kind == n->kind && notifies[i].from == from) {
			notifies[i].run(b, c, n);
			return;
		}
	log_warn(LOG_SCRIPT, "the %s process asked for a script that it may not ask for, refused", role_str(from));
}

void broker_notify(struct broker *b, enum role from, const struct message *m)
{
	const struct msg_notify *n = m->data;

	if (!b->config)
		early_keep(&b->early, from, m);
	for (size_t i = 0; b->config && i < m->len / sizeof(*n); i++)
		notify_one(b, from, &n[i]);
}

void broker_hook(struct broker *b, const struct message *m)
{
	const struct msg_hook *k = m->data;
	const struct config *c;
	struct router vi;

	if (!b->config) {
		early_keep(&b->early, ROLE_VRRP, m);
		return;
	}
	c = config_of(b, k->generation);
	if (c && routers_instance(c->routers, k->index, &vi))
		hooks_run(b->hooks, &vi, &b->config->main.globals, k);
	else
		log_warn(LOG_SCRIPT, "the vrrp process asks for a hook of generation %u, which is not known: not run",
			k->generation);
}

void broker_hurry(struct broker *b)
{
	script_queues_hurry(b->queues, 5 * MONO_SEC);
	inherited_hurry(b->inherited, 5 * MONO_SEC);
}

bool broker_is_busy(const struct broker *b)
{
	return script_queues_is_busy(b->queues) || hooks_is_busy(b->hooks) || inherited_is_busy(b->inherited);
}

bool broker_is_waiting(const struct broker *b)
{
	return script_queues_is_waiting(b->queues);
}

bool broker_reaped(struct broker *b, pid_t pid, int status)
{
	for (unsigned i = 0; i < b->n_tracks; i++)
		if (track_script_reaped(b->tracks[i], pid, status))
			return true;
	return script_queues_reaped(b->queues, pid, status) || inherited_reaped(b->inherited, pid, status) ||
		ensure_reaped(b->ensure, pid, status) || hooks_reaped(b->hooks, pid, status) ||
		mailer_reaped(b->mailer, pid, status) || events_reaped(b->events, pid, status);
}

void broker_hand_over(const struct broker *b, struct text *t)
{
	for (unsigned i = 0; i < b->n_tracks; i++)
		track_script_hand_over(b->tracks[i], t);
	script_queues_hand_over(b->queues, t);
	events_hand_over(b->events, t);
	hooks_hand_over(b->hooks, t);
	ensure_hand_over(b->ensure, t);
}

void broker_inherit_config(struct broker *b, int fd, uint32_t generation)
{
	formers_inherit(&b->formers, fd, generation);
}

void broker_inherit(struct broker *b, const char *line)
{
	inherited_read(b->inherited, line);
	ensure_recall(b->ensure, line);
}

void broker_write(const struct broker *b, struct writer *w)
{
	writer_array(w, "scripts");
	for (unsigned i = 0; i < b->n_tracks; i++)
		track_script_write(b->tracks[i], w);
	writer_end(w);
	events_show(b->events, w);
	mailer_show(b->mailer, w);
	ensure_show(b->ensure, w);
	hooks_show(b->hooks, w);
}
