/* process.c - see process.h: messages in, messages out; what to do with them is in roster.c. */
#include "vrrp/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "ctl/writer.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/memfd.h"
#include "io/memory.h"
#include "io/sandbox.h"
#include "net/link.h"
#include "vrrp/anycast.h"
#include "vrrp/bfd.h"
#include "vrrp/bfd_session.h"
#include "vrrp/bfd_show.h"
#include "vrrp/bfd_tell.h"
#include "vrrp/gateways.h"
#include "vrrp/generation.h"
#include "vrrp/groups.h"
#include "vrrp/hook_ask.h"
#include "vrrp/instance.h"
#include "vrrp/instance_act.h"
#include "vrrp/resume.h"
#include "vrrp/roster.h"
#include "vrrp/roster_ask.h"
#include "vrrp/roster_handover.h"
#include "vrrp/show.h"
#include "vrrp/sync_tell.h"
#include "vrrp/told.h"
#include "vrrp/view_watch.h"
#include "vrrp/vips.h"
#include "vrrp/whose.h"

/* How often the state goes to main while we are MASTER: a fraction of the time in which others would take over. */
#define STATE_SHARE 8
#define STATE_MIN (50 * MONO_MSEC)
#define STATE_MAX MONO_SEC
#define STATE_COST 20 /* of thousands of instances: at most one part of the time in this many goes into it */

struct process {
	struct loop *loop;
	struct link *link;
	struct view_watch *view; /* owned */
	struct child *child;
	struct roster *roster;
	struct bfd_table *bfd;                       /* owned */
	struct gateways *gateways;                   /* owned */
	struct vips *vips;                           /* owned: what lvs knows of them */
	struct sync_teller sync;                     /* lvs_sync_daemon */
	struct loop_timer *state_timer, *succession; /* owned */
	mono_t state_after;                          /* no state because of a transition before */
	bool is_waiting, must_yield, is_locked;
	bool has_paths;              /* routes or rules of other protocols were in the last state */
	uint32_t waiting_generation; /* what is applied once it is our turn, */
	int waiting;                 /* its memfd, owned; -1: none */
	uint32_t hooks;              /* the last id of a hook; a process before this one had others */
};

/* To main and lvs. */

static void send_state(struct process *p, mono_t now)
{
	struct text t = { 0 };
	const struct instance *vi;
	int64_t every = roster_shortest_down(p->roster) / STATE_SHARE;
	mono_t start = mono_now();

	resume_write_alive(&t, now);
	for (unsigned i = 0; (vi = roster_get(p->roster, i, NULL)); i++)
		resume_write(&t, vi, now);
	p->has_paths = roster_write_paths(p->roster, &t);
	bfd_write(p->bfd, &t);
	(void)child_send_state(p->child, text_str(&t), t.len);
	text_done(&t);
	p->state_after = mono_add(mono_now(), mono_diff(mono_now(), start) * STATE_COST);
	if (every == 0 && (roster_has_auth(p->roster) || p->has_paths))
		every = STATE_MAX; /* marks of senders and static routes move while we are BACKUP, too */
	if (every == 0)
		return;
	every = every < STATE_MIN ? STATE_MIN : every > STATE_MAX ? STATE_MAX : every;
	loop_timer_at(p->state_timer, mono_add(now, every));
}

static void tell_lvs(struct process *p, const struct instance *vi, uint32_t generation)
{
	struct msg_instance m = { generation, instance_index(vi), instance_state(vi) };

	(void)child_send(p->child, ROLE_LVS, MSG_INSTANCE, &m, sizeof(m));
}

static void on_transition(void *ctx, const struct instance *vi, uint32_t generation, const struct vrrp_action *a)
{
	struct process *p = ctx;
	struct instance_view v;
	struct msg_notify m = { generation, instance_notify_kind(a), instance_index(vi), 0, a->to, 0 };

	instance_look(vi, &v);
	m.priority = v.router->priority;
	/* A drill that nobody answered: no script ran for LEAVING, so for them it was MASTER all the time. */
	if ((a->from != VRRP_LEAVING || a->to != VRRP_MASTER) && !roster_goes_on(p->roster, vi))
		(void)child_send(p->child, ROLE_MAIN, MSG_NOTIFY, &m, sizeof(m));
	tell_lvs(p, vi, generation);
	vips_touch(p->vips, mono_now());
	/* Once for all that happens in this turn, and of thousands for those of several. */
	loop_timer_at(p->state_timer, mono_max(mono_now(), p->state_after));
}

static void on_entering(void *ctx, const struct instance *vi)
{
	struct process *p = ctx;

	sync_tell_entering(&p->sync, p->child, vi);
}

static uint32_t on_hook(void *ctx, const struct instance *vi, uint32_t generation, const struct vrrp_action *a)
{
	struct process *p = ctx;

	return hook_ask(p->child, &p->hooks, vi, generation, a);
}

static void on_group(void *ctx, unsigned index, enum vrrp_state state, uint8_t priority, bool is_note)
{
	struct process *p = ctx;
	const enum notify_kind kind = is_note ? NOTIFY_GROUP_PRIORITY : NOTIFY_GROUP;
	struct msg_notify m = { roster_generation(p->roster), kind, index, 0, state, priority };

	if (roster_is_succeeding(p->roster))
		return;
	(void)child_send(p->child, ROLE_MAIN, MSG_NOTIFY, &m, sizeof(m));
}

/* Also when something is gone: main keeps the scripts of what was removed until then. */
static void tell_ready(void *ctx)
{
	struct process *p = ctx;
	struct msg_ready m = { roster_generation(p->roster), roster_oldest(p->roster) };

	(void)child_send(p->child, ROLE_MAIN, MSG_READY, &m, sizeof(m));
}

static void on_empty(void *ctx)
{
	child_exit(((const struct process *)ctx)->child);
}

static void on_gateway(void *ctx, const char *name, enum script_status status, const char *detail)
{
	const struct roster_news news = { TRACK_GATEWAY, name, 0, (int32_t)status, detail };
	struct process *p = ctx;

	roster_tell(p->roster, &news, mono_now());
}

/* A BFD session is up or down: those who track it follow, and real servers whose check it is. */
static void on_bfd(void *ctx, const struct bfd_session *s, mono_t now)
{
	const struct roster_news news = { TRACK_BFD, bfd_session_name(s), 0, (int32_t)bfd_session_status(s),
		bfd_session_reason(s) };
	struct process *p = ctx;

	bfd_tell(p->child, s);
	roster_tell(p->roster, &news, now);
	loop_timer_at(p->state_timer, mono_max(now, p->state_after));
}

static void on_suspicion(void *ctx, const struct instance *vi, uint32_t generation, unsigned suspicion, bool is_on)
{
	struct process *p = ctx;
	struct instance_view v;
	struct msg_notify m = { generation, NOTIFY_SUSPICION, instance_index(vi), suspicion, is_on, 0 };

	instance_look(vi, &v);
	m.priority = v.router->priority;
	(void)child_send(p->child, ROLE_MAIN, MSG_NOTIFY, &m, sizeof(m));
}

static const struct roster_ops roster_ops = { on_transition, on_entering, on_hook, on_group, on_suspicion, tell_ready,
	on_empty };

/* From main. */

static void say_unusable(uint32_t generation, int r)
{
	log_error(LOG_VRRP, "configuration %u is not usable here: %s", generation, strerror(-r));
}

static void lock_memory(struct process *p)
{
	const bool want = roster_newest(p->roster)->config.globals.no_swap;
	int r = want != p->is_locked ? memory_lock(want) : 0;

	if (r < 0)
		log_warn(LOG_VRRP, "vrrp_no_swap has no effect: %s", strerror(-r));
	p->is_locked = want && r == 0;
}

static void apply(struct process *p, uint32_t generation, int fd)
{
	int r = roster_apply(p->roster, generation, fd, mono_now());

	if (r < 0) {
		say_unusable(generation, r);
		return;
	}
	lock_memory(p);
	bfd_apply(p->bfd, roster_newest(p->roster), mono_now());
	gateways_conf(p->gateways, &roster_newest(p->roster)->config, mono_now());
	generation_forget(roster_newest(p->roster));
	vips_touch(p->vips, mono_now());
	sync_tell(&p->sync, p->child, p->roster);
	told_ask(p->roster, p->child);
	send_state(p, mono_now());
	tell_ready(p);
	memory_trim();
}

static void stop_keeping(struct process *p)
{
	if (p->waiting >= 0)
		close(p->waiting);
	p->waiting = -1;
}

/* Ready is who has only to hear the last state: the one before serves until then. */
static void keep_waiting(struct process *p, uint32_t generation, int fd)
{
	struct msg_ready m = { generation, generation };
	int r = roster_prepare(p->roster, generation, fd, mono_now());

	if (r < 0) {
		say_unusable(generation, r);
		return;
	}
	stop_keeping(p);
	p->waiting = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	p->waiting_generation = generation;
	(void)child_send(p->child, ROLE_MAIN, MSG_READY, &m, sizeof(m));
}

static void take_config(struct process *p, const struct message *m)
{
	const struct msg_config *head = m->data;

	if (p->is_waiting)
		keep_waiting(p, head->generation, m->fd);
	else
		apply(p, head->generation, m->fd);
}

static void take_wait(struct process *p, const struct message *m)
{
	(void)m;
	p->is_waiting = true;
}

/* The turn of a successor. */
static void stop_waiting(struct process *p)
{
	if (!p->is_waiting)
		return;
	p->is_waiting = false;
	if (p->waiting >= 0)
		apply(p, p->waiting_generation, p->waiting);
	stop_keeping(p);
}

static void take_restore(struct process *p, const struct message *m)
{
	size_t len;
	char *bytes, *rest, *line;

	if (m->fd >= 0 && memfd_read(m->fd, &bytes, &len) == 0) {
		for (rest = bytes; (line = strsep(&rest, "\n"));) {
			roster_restore(p->roster, line);
			bfd_restore(p->bfd, line);
		}
		free(bytes);
	}
	stop_waiting(p);
}

/*
 * An advert of each MASTER, out of turn: its successor has the whole interval for the next one. No loop runs again and nothing is
 * freed: addresses, devices and routes stay as they are for the successor.
 */
static void yield_now(struct process *p)
{
	struct text t = { 0 };

	roster_advertise(p->roster);
	roster_write_handover(p->roster, &t, mono_now());
	bfd_hand_over(p->bfd, &t);
	(void)child_send_state(p->child, text_str(&t), t.len);
	(void)child_send(p->child, ROLE_MAIN, MSG_GONE, NULL, 0);
	child_free(p->child);
	_exit(0);
}

/* An instance on its way out is waited for: a successor would not know of it. */
static void yield_if_still(struct process *p, mono_t now)
{
	if (!roster_is_moving(p->roster))
		yield_now(p);
	loop_timer_at(p->state_timer, mono_add(now, STATE_MIN));
}

static void on_state_timer(void *ctx, mono_t now)
{
	struct process *p = ctx;

	send_state(p, now);
	if (p->must_yield)
		yield_if_still(p, now);
}

static void take_yield(struct process *p, const struct message *m)
{
	(void)m;
	p->must_yield = true;
	yield_if_still(p, mono_now());
}

static void take_succession(struct process *p, const struct message *m)
{
	const struct msg_succession *s = m->data;

	if (s->within_usec > 0)
		loop_timer_at(p->succession, mono_add(mono_now(), s->within_usec));
	else
		loop_timer_stop(p->succession);
	bfd_relax(p->bfd, s->within_usec > 0, mono_now());
}

static void on_succession(void *ctx, mono_t now)
{
	struct process *p = ctx;

	log_error(LOG_VRRP, "nobody came to succeed this process: handing over");
	roster_stop(p->roster, now);
	bfd_stop(p->bfd, now);
}

static void take_drill(struct process *p, const struct message *m)
{
	const struct msg_drill *d = m->data;
	unsigned n = roster_drill(p->roster, d->hold_usec, mono_now());

	if (n == 0)
		log_notice(LOG_VRRP, "drill: no instance is MASTER, nothing to hand over");
}

static void take_query(struct process *p, const struct message *m)
{
	struct writer *w = writer_new();
	mono_t now = mono_now();
	char *text;
	size_t len;

	show_instances(w, p->roster, p->link, now);
	bfd_show(w, p->bfd, now);
	gateways_write(p->gateways, w);
	anycast_write(roster_anycast(p->roster), w);
	groups_show(roster_groups(p->roster), w, now);
	text = writer_text(w, &len);
	(void)child_reply(p->child, m->data, text, len);
	free(text);
	writer_free(w);
}

/* What others watch for the instances. */
static void take_told(struct process *p, const struct message *m)
{
	told(p->roster, m, mono_now());
}

static void take_anycast(struct process *p, const struct message *m)
{
	(void)anycast_take(roster_anycast(p->roster), m->data, m->len, mono_now()); /* says what is wrong */
}

struct taker {
	enum role from;
	enum message_type type;
	void (*take)(struct process *p, const struct message *m);
};

/* Who may say what; everything else is not for this process. */
static const struct taker takers[] = {
	{ ROLE_MAIN, MSG_CONFIG, take_config },
	{ ROLE_MAIN, MSG_RESTORE, take_restore },
	{ ROLE_MAIN, MSG_WAIT, take_wait },
	{ ROLE_MAIN, MSG_SUCCESSION, take_succession },
	{ ROLE_MAIN, MSG_YIELD, take_yield },
	{ ROLE_MAIN, MSG_DRILL, take_drill },
	{ ROLE_MAIN, MSG_QUERY, take_query },
	{ ROLE_MAIN, MSG_SCRIPT_RESULT, take_told },
	{ ROLE_MAIN, MSG_HOOK_END, take_told },
	{ ROLE_MAIN, MSG_FILE_VALUE, take_told },
	{ ROLE_MAIN, MSG_PROCESS_STATE, take_told },
	{ ROLE_LVS, MSG_SERVICE, take_told },
	{ ROLE_LVS, MSG_SERVER, take_told },
	{ ROLE_LVS, MSG_ANYCAST, take_anycast },
};

static void on_message(void *ctx, enum role from, const struct message *m)
{
	for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++)
		if (takers[i].from == from && takers[i].type == m->type)
			takers[i].take(ctx, m);
	if (m->fd >= 0)
		close(m->fd);
}

static void on_stop(void *ctx, int is_orphan)
{
	struct process *p = ctx;

	if (is_orphan)
		log_warn(LOG_VRRP, "the main process is gone: handing over");
	if (roster_has_auth(p->roster))
		send_state(p, mono_now()); /* the last marks of senders, which the next run needs */
	roster_stop(p->roster, mono_now());
	bfd_stop(p->bfd, mono_now());
}

static void on_peer(void *ctx, enum role peer)
{
	struct process *p = ctx;
	const struct instance *vi;
	uint32_t generation;

	for (unsigned i = 0; peer == ROLE_LVS && (vi = roster_get(p->roster, i, &generation)); i++)
		tell_lvs(p, vi, generation);
	if (peer != ROLE_LVS)
		return;
	bfd_tell_all(p->child, p->bfd);
	sync_tell_again(&p->sync, p->child);
	told_ask(p->roster, p->child);
	vips_tell_all(p->vips, mono_now());
}

static const struct child_ops child_ops = { .message = on_message, .stop = on_stop, .peer = on_peer };

static void on_view(void *ctx, bool is_changed)
{
	struct process *p = ctx;

	vips_touch_later(p->vips,
		mono_now()); /* addresses that were let go may be what woke us; refreshed leases do so often */
	if (is_changed)
		roster_check(p->roster, mono_now());
}

static int process_run(struct process *p)
{
	int r = sandbox_enter(SANDBOX_NET_ADMIN | SANDBOX_NET_RAW, NULL);

	if (r == 0)
		r = link_new(&p->link);
	if (r < 0) {
		log_error(LOG_VRRP, "cannot start: %s", strerror(-r));
		return r;
	}
	p->roster = roster_new(p->loop, p->link, &roster_ops, p);
	if (!sandbox_has(SANDBOX_NET_ADMIN))
		roster_is_powerless(p->roster);
	whose_start(roster_claimants(p->roster), p->child);
	p->bfd = bfd_new(p->loop, on_bfd, p);
	p->gateways = gateways_new(p->loop, p->link, on_gateway, p);
	p->vips = vips_new(p->loop, p->child, p->roster);
	p->view = view_watch_new(p->loop, p->link, on_view, p);
	p->state_timer = loop_timer_new(p->loop, on_state_timer, p);
	p->succession = loop_timer_new(p->loop, on_succession, p);
	r = loop_run(p->loop);
	if (p->has_paths)
		send_state(p, mono_now()); /* they are gone: the next run looks for none */
	loop_timer_free(p->state_timer);
	loop_timer_free(p->succession);
	stop_keeping(p);
	view_watch_free(p->view);
	vips_free(p->vips);
	gateways_free(p->gateways);
	bfd_free(p->bfd);
	roster_free(p->roster);
	link_free(p->link);
	return r;
}

int vrrp_main(int fd)
{
	struct process p = { .loop = loop_new(LOOP_PRECISE), .waiting = -1, .hooks = (uint32_t)mono_now().usec };
	int r;

	p.child = child_new(p.loop, ROLE_VRRP, fd, &child_ops, &p);
	r = process_run(&p);
	child_free(p.child);
	loop_free(p.loop);
	return r < 0 ? 1 : 0;
}
