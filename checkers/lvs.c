/*
 * lvs.c - the lvs process: results of checks come in, the IPVS table goes out. It keeps CAP_NET_ADMIN alone and never
 * sees a byte of a real server. When it stops, or main is gone, the table stays as it is: connections live on, and
 * the next start adopts it.
 */
#include "checkers/lvs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "checkers/adopt.h"
#include "checkers/anycast_tell.h"
#include "checkers/conf.h"
#include "checkers/health.h"
#include "checkers/leave.h"
#include "checkers/lvs_config.h"
#include "checkers/saved.h"
#include "checkers/service_wanted.h"
#include "checkers/session.h"
#include "checkers/settings.h"
#include "checkers/status.h"
#include "checkers/suspend.h"
#include "checkers/table.h"
#include "checkers/tell.h"
#include "checkers/via_watch.h"
#include "checkers/weights.h"
#include "checkers/whose.h"
#include "ctl/writer.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/memfd.h"
#include "io/memory.h"
#include "io/sandbox.h"

enum {
	WATCH_USEC = 200000, /* between looks at the kernel's table */
	SYNC_USEC = 1000000, /* until the probe is asked again for states that it did not tell; doubles up to 32 s */
	STATE_USEC = 250000, /* changes within this time go to main together */
	STATE_SHARE = 50,    /* a large state is told again after so many times what it took */
	DIRTY_SOME = 32,     /* up to so many changed services are written by themselves */
};

struct lvs {
	struct loop *loop;
	struct child *child;
	struct lvs_config *config;     /* owned; NULL before the first one */
	struct services *services;     /* owned; of config */
	struct table *table;           /* owned */
	struct saved *saved;           /* owned; from MSG_RESTORE until the first configuration */
	struct settings *settings;     /* owned; synchronisation, sysctls */
	struct suspend suspend;        /* ha_suspend */
	struct sessions sessions;      /* BFD_CHECK */
	struct via_watch via;          /* checks via service */
	struct anycast_teller anycast; /* vip_mode anycast */
	struct health health;          /* track_service */
	int64_t sync_usec;             /* next pause between two MSG_CHECK_SYNC */
	mono_t state_from;             /* no earlier MSG_STATE for what the checks say */
	struct loop_timer *watch, *sync, *flush, *state, *pool; /* owned */
};

/* Nothing wanted and nothing of ours left: a director without services does not need IPVS. */
static bool has_work(const struct lvs *v)
{
	return v->services && (services_any(v->services) || table_owned(v->table)->n_services);
}

static void keep_state(struct lvs *v, mono_t now)
{
	if (loop_timer_when(v->state).usec == MONO_NEVER.usec)
		loop_timer_at(v->state, mono_max(v->state_from, mono_add(now, STATE_USEC)));
}

static void write_all(struct lvs *v, enum table_cause cause, mono_t now)
{
	struct ipvs_table wanted;

	services_wanted(v->services, false, &wanted);
	table_write(v->table, &wanted, cause, now);
	ipvs_table_done(&wanted);
}

/* Writes what has changed: a few services by themselves, many by one look at the whole table. */
static void flush(struct lvs *v, enum table_cause cause, mono_t now)
{
	unsigned n = services_dirty(v->services);
	struct ipvs_table some;

	if (!n)
		return;
	if (n > DIRTY_SOME) {
		write_all(v, cause, now);
	} else {
		services_wanted(v->services, true, &some);
		table_write_some(v->table, &some, cause, now);
		ipvs_table_done(&some);
	}
	services_clean(v->services);
	anycast_tell(&v->anycast, v->services, v->table, false);
	keep_state(v, now);
}

static void on_flush(void *ctx, mono_t now)
{
	flush(ctx, TABLE_CHECK, now);
}

static void on_watch(void *ctx, mono_t now)
{
	struct lvs *v = ctx;
	struct ipvs_table wanted;

	if (has_work(v) && table_is_due(v->table, now)) {
		on_flush(v, now); /* what the checks changed is nobody's repair */
		services_wanted(v->services, false, &wanted);
		if (table_watch(v->table, &wanted, now))
			keep_state(v, now);
		ipvs_table_done(&wanted);
	}
	if (via_watch_look(&v->via, v->services, now))
		keep_state(v, now);
	anycast_tell(&v->anycast, v->services, v->table, false);
	if (settings_watch(v->settings, now))
		keep_state(v, now);
	loop_timer_at(v->watch, mono_add(now, WATCH_USEC));
}

static void on_sync(void *ctx, mono_t now)
{
	struct lvs *v = ctx;
	struct msg_config m;

	if (!v->services || !v->services->n_unheard)
		return;
	m = (struct msg_config){ .generation = v->services->generation };
	child_send(v->child, ROLE_PROBE, MSG_CHECK_SYNC, &m, sizeof(m));
	loop_timer_at(v->sync, mono_add(now, v->sync_usec));
	v->sync_usec = v->sync_usec < 32 * SYNC_USEC ? v->sync_usec * 2 : v->sync_usec;
}

/* A check that has not run yet has nothing to say, and a probe may be asked before it has the configuration: ask again. */
static void start_sync(struct lvs *v, mono_t now)
{
	v->sync_usec = SYNC_USEC;
	on_sync(v, now);
}

static void on_state(void *ctx, mono_t now)
{
	struct lvs *v = ctx;
	struct text t = { 0 };
	mono_t begun = mono_now();

	(void)now;
	saved_write(v->services, table_owned(v->table), table_drain(v->table), &t);
	settings_save(v->settings, &t);
	via_watch_save(&v->via, &t);
	child_send_state(v->child, text_str(&t), t.len);
	text_done(&t);
	memory_trim();
	v->state_from = mono_add(mono_now(), STATE_SHARE * mono_diff(mono_now(), begun));
}

static void on_restore(struct lvs *v, const struct message *m)
{
	const struct ipvs_service *owned;
	size_t len = 0;
	char *data = NULL;
	unsigned n;
	int r;

	if (m->fd < 0)
		return;
	r = memfd_read(m->fd, &data, &len);
	if (r < 0) {
		log_warn(LOG_LVS, "the state before the restart is lost: %s", strerror(-r));
		return;
	}
	saved_free(v->saved);
	v->saved = saved_read(data, len);
	free(data);
	owned = saved_owned(v->saved, &n);
	table_own(v->table, owned, n);
	table_restore_drain(v->table, saved_drain(v->saved));
	settings_restore(v->settings, v->saved);
	via_watch_restore(&v->via, v->saved);
}

/* What is known before the first result: what main kept for us, else what the kernel's table shows. */
static void first_states(struct lvs *v, struct services *s, mono_t now)
{
	struct ipvs_table kernel;

	if (v->saved)
		saved_apply(v->saved, s);
	saved_free(v->saved);
	v->saved = NULL;
	if (s->n && table_read(v->table, now, &kernel) == 0) {
		adopt_states(s, &kernel);
		ipvs_table_done(&kernel);
	}
}

/* `is_first`: the daemon starts, not only this process. */
static void set_globals(struct lvs *v, const struct lvs_globals *g, bool is_first)
{
	const struct ipvs_timeouts t = { g->timeout_tcp, g->timeout_tcpfin, g->timeout_udp };

	table_set_timeouts(v->table, &t);
	if (is_first && g->is_flush)
		table_own_all(v->table);
}

static void on_check(void *ctx, const struct msg_check *m);
static void on_pool(void *ctx, mono_t now);

/* Of what the vrrp process said of sessions all that this configuration names. */
static void tell_sessions(struct lvs *v)
{
	for (unsigned i = 0; i < v->sessions.n; i++)
		session_checks(v->services, &v->sessions.item[i], on_check, v);
}

static void on_session(struct lvs *v, const struct msg_bfd *m)
{
	const struct msg_bfd *news = sessions_put(&v->sessions, m);

	if (v->services)
		session_checks(v->services, news, on_check, v);
}

static void say_ready(struct lvs *v)
{
	const struct msg_ready m = { v->services->generation, v->services->generation };

	child_send(v->child, ROLE_MAIN, MSG_READY, &m, sizeof(m));
}

/* What runs under another number: the probe tells its states under it, and hears what it may have passed over. */
static void config_again(struct lvs *v, uint32_t generation, mono_t now)
{
	services_again(v->services, generation);
	anycast_tell(&v->anycast, v->services, v->table, true);
	via_watch_config(&v->via, v->services, now);
	suspend_tell(&v->suspend, v->services);
	start_sync(v, now);
	tell_sessions(v);
	say_ready(v);
}

static void on_pool_change(void *ctx, const struct service_change *change);

/* The same configuration, or one with other weights: what runs goes on, changed services are written. */
static void config_edited(struct lvs *v, const struct weight_edits *e, uint32_t generation, mono_t now)
{
	v->services->generation = generation; /* what is told from here on is told under it */
	if (e->n) {
		log_info(LOG_LVS, "services: %u weight%s changed", e->n, e->n == 1 ? "" : "s");
		services_edit(v->services, e, now, on_pool_change, v);
		flush(v, TABLE_CONFIG, now);
		keep_state(v, now);
		on_pool(v, now);
	}
	config_again(v, generation, now);
}

/* The new configuration takes the place of the old one; states go over, only differences are written. */
static void on_config(struct lvs *v, const struct message *m)
{
	const struct msg_config *head = m->data;
	struct lvs_config *c;
	mono_t now = mono_now();
	struct services *s;
	struct weight_edits edits;

	if (v->config && lvs_config_edit(v->config, v->services->generation, m, &edits)) {
		config_edited(v, &edits, head->generation, now);
		weights_done(&edits);
		return;
	}
	c = lvs_config_read(m->fd);
	if (!c)
		return;
	s = services_new(&c->conf, head->generation, v->services, now);
	set_globals(v, &c->conf.globals, !v->services && !v->saved);
	if (!v->services)
		first_states(v, s, now);
	services_free(v->services);
	lvs_config_free(v->config);
	v->services = s;
	v->config = c;
	settings_config(v->settings, &c->conf, now);
	services_start(s);
	tell_start(v->child, s);
	health_tell_news(&v->health, v->child, s);
	if (has_work(v))
		write_all(v, TABLE_CONFIG, now);
	services_clean(s);
	anycast_tell(&v->anycast, s, v->table, true);
	via_watch_config(&v->via, s, now);
	on_state(v, now);
	on_pool(v, now);
	suspend_tell(&v->suspend, s);
	start_sync(v, now);
	tell_sessions(v);
	say_ready(v);
	memory_trim();
}

/* What a step changed is told; its next one is due when it says so. */
static void on_pool_change(void *ctx, const struct service_change *change)
{
	struct lvs *v = ctx;
	mono_t next = change->service->out.next;

	tell_change(v->child, v->services, change);
	if (change->service->out.quorum_changed)
		health_tell(&v->health, v->child, change->service);
	if (mono_before(next, loop_timer_when(v->pool)))
		loop_timer_at(v->pool, next);
}

static void on_check(void *ctx, const struct msg_check *m)
{
	struct lvs *v = ctx;
	struct service_change change;
	mono_t now = mono_now();

	if (!v->services || services_result(v->services, m, now, &change) < 0)
		return;
	if (change.is_first)
		suspend_tell_one(&v->suspend, v->services, change.service);
	if (change.path_changed)
		tell_path(&change);
	if (change.server_changed) {
		on_pool_change(v, &change);
		loop_timer_at(v->flush, now);
	}
	keep_state(v, now);
}

static void on_checks(struct lvs *v, const struct message *m)
{
	const struct msg_check *check = m->data;

	for (size_t i = 0; i < m->len / sizeof(*check); i++)
		on_check(v, &check[i]);
}

/* Slow starts go on. */
static void on_pool(void *ctx, mono_t now)
{
	struct lvs *v = ctx;

	if (!v->services)
		return;
	loop_timer_at(v->pool, services_tick(v->services, now, on_pool_change, v));
	if (services_dirty(v->services))
		loop_timer_at(v->flush, now);
}

static void on_query(struct lvs *v, const struct msg_query *q)
{
	struct writer *w = writer_new();
	size_t len;
	char *text;

	status_write(w, (enum query_scope)q->scope, v->services, v->table, mono_now());
	via_watch_write(&v->via, v->services, w);
	settings_write(v->settings, w, mono_now());
	text = writer_text(w, &len);
	child_reply(v->child, q, text, len);
	free(text);
	writer_free(w);
}

static void on_vrrp(struct lvs *v, const struct message *m)
{
	if (m->type == MSG_VIPS)
		suspend_vips(&v->suspend, v->services, m);
	else if (m->type == MSG_SYNC_DAEMON && settings_sync(v->settings, m->data, mono_now()) && v->services)
		on_state(v, mono_now());
	else if (m->type == MSG_BFD)
		on_session(v, m->data);
	else if (m->type == MSG_WHOSE)
		whose_tell(v->child, v->services, m->data);
	else if (m->type == MSG_SERVICES)
		health_ask(&v->health, v->child, v->services);
}

/* Messages that other roles send each other are none of ours: the kinds' table lets main pass only these. */
static void on_message(void *ctx, enum role from, const struct message *m)
{
	struct lvs *v = ctx;

	if (from == ROLE_MAIN && m->type == MSG_RESTORE)
		on_restore(v, m);
	else if (from == ROLE_MAIN && m->type == MSG_CONFIG)
		on_config(v, m);
	else if (from == ROLE_MAIN && m->type == MSG_QUERY)
		on_query(v, m->data);
	else if (from == ROLE_PROBE && m->type == MSG_CHECK)
		on_checks(v, m);
	else if (from == ROLE_VRRP)
		on_vrrp(v, m);
	if (m->fd >= 0)
		close(m->fd);
}

/* A probe process that is new: it learns the states that its predecessor had told and what is suspended, then tells its own. */
static void on_peer(void *ctx, enum role peer)
{
	struct lvs *v = ctx;

	suspend_peer(&v->suspend, peer);
	if (peer == ROLE_VRRP) {
		v->health.is_asked = false;
		anycast_tell(&v->anycast, v->services, v->table, true);
	}
	if (peer != ROLE_PROBE || !v->services)
		return;
	tell_probe(v->child, v->services);
	suspend_tell(&v->suspend, v->services);
	via_watch_tell(&v->via);
	start_sync(v, mono_now());
}

static void on_stop(void *ctx, int is_orphan)
{
	struct lvs *v = ctx;

	if (!is_orphan && v->services) {
		const enum lvs_exit how = (enum lvs_exit)v->config->conf.globals.on_exit;

		services_end(v->services);
		tell_end(v->child, v->services);
		via_watch_end(&v->via);
		leave_table(how, table_owned(v->table));
		settings_stop(v->settings, how == LVS_EXIT_REMOVE || how == LVS_EXIT_FLUSH);
		on_state(v, mono_now());
	}
	child_exit(v->child);
}

static void lvs_done(struct lvs *v)
{
	loop_timer_free(v->watch);
	loop_timer_free(v->sync);
	loop_timer_free(v->flush);
	loop_timer_free(v->state);
	loop_timer_free(v->pool);
	suspend_done(&v->suspend);
	sessions_done(&v->sessions);
	via_watch_done(&v->via);
	anycast_tell_done(&v->anycast);
	services_free(v->services);
	lvs_config_free(v->config);
	saved_free(v->saved);
	settings_free(v->settings);
	table_free(v->table);
	child_free(v->child);
	loop_free(v->loop);
}

int lvs_main(int fd)
{
	static const struct child_ops ops = { .message = on_message, .stop = on_stop, .peer = on_peer };
	struct lvs v = { .loop = loop_new(LOOP_DEFAULT), .table = table_new(), .settings = settings_new() };
	int r;

	memory_give_back();
	v.child = child_new(v.loop, ROLE_LVS, fd, &ops, &v);
	v.suspend.child = v.child;
	v.via.child = v.child;
	v.via.table = v.table;
	v.anycast.child = v.child;
	v.watch = loop_timer_new(v.loop, on_watch, &v);
	v.sync = loop_timer_new(v.loop, on_sync, &v);
	v.flush = loop_timer_new(v.loop, on_flush, &v);
	v.state = loop_timer_new(v.loop, on_state, &v);
	v.pool = loop_timer_new(v.loop, on_pool, &v);
	r = sandbox_enter(SANDBOX_NET_ADMIN, NULL);
	if (r < 0) {
		log_error(LOG_LVS, "cannot give up privileges: %s", strerror(-r));
	} else {
		loop_timer_at(v.watch, mono_add(mono_now(), WATCH_USEC));
		r = loop_run(v.loop);
	}
	lvs_done(&v);
	return r < 0;
}
