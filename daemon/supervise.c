/* supervise.c - see supervise.h. */
#include "daemon/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/mono.h"
#include "ctl/writer.h"
#include "daemon/child_log.h"
#include "daemon/config_message.h"
#include "daemon/elder.h"
#include "daemon/realtime.h"
#include "io/loop.h"
#include "io/spawn.h"

enum { HANG_SEC = 15, STEADY_SEC = 2, UNHEALTHY_SEC = 4, STOP_SEC = 180 };

/* Delays before the 1st, 2nd, ... restart in a row, of a process that did not live for STEADY_SEC; the last one stays. */
static const int64_t backoff[] = { 0, 100 * MONO_MSEC, 500 * MONO_MSEC, MONO_SEC, 2 * MONO_SEC };

/* Which children talk to each other without main. */
static const enum role links[][2] = { { ROLE_PROBE, ROLE_LVS }, { ROLE_LVS, ROLE_VRRP } };

struct proc {
	struct supervise *sup;
	enum role role;
	pid_t pid;                  /* 0: not running */
	struct channel *channel;    /* owned */
	struct loop_timer *restart; /* owned */
	int state_fd;               /* owned; the last MSG_STATE, -1: none */
	mono_t started, alive;
	unsigned restarts, in_a_row;
	uint32_t ready, oldest;                           /* generations: applied, and of which something is left */
	bool is_wanted, is_gone, is_waiting, is_sweeping; /* waiting: for the elder to end; sweeping: while stopping */
};

struct supervise {
	struct loop *loop;
	const struct supervise_ops *ops;
	void *ctx;
	struct proc procs[ROLE_MAX]; /* ROLE_MAIN is unused */
	struct elder elder;
	struct loop_timer *tick; /* owned */
	int config_fd[ROLE_MAX]; /* borrowed */
	uint32_t generation, announced;
	bool is_stopping, has_ended;
	mono_t last_tick, stop_deadline;
};

static bool is_linked(const struct supervise *s, size_t i)
{
	const struct proc *a = &s->procs[links[i][0]], *b = &s->procs[links[i][1]];

	return a->channel && b->channel && !a->is_waiting && !b->is_waiting;
}

static void give_peer(struct proc *p, enum role peer, int fd)
{
	struct msg_peer m = { peer };

	channel_send(p->channel, MSG_PEER, &m, sizeof(m), fd);
	close(fd);
}

/* New channels between `p` and those it talks to; a peer that was there before drops its old one. */
static void connect_peers(struct proc *p)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		int fds[2];

		if ((links[i][0] != p->role && links[i][1] != p->role) || !is_linked(p->sup, i))
			continue;
		if (channel_pair(fds) < 0) {
			log_error(LOG_MAIN, "no socket pair between %s and %s: %s", role_str(links[i][0]),
				role_str(links[i][1]), strerror(errno));
			continue;
		}
		give_peer(&p->sup->procs[links[i][0]], links[i][1], fds[0]);
		give_peer(&p->sup->procs[links[i][1]], links[i][0], fds[1]);
	}
}

static void check_ready(struct supervise *s)
{
	uint32_t oldest = s->generation;

	if (s->is_stopping || s->elder.pid)
		return;
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++) {
		if (s->procs[r].is_wanted && s->procs[r].ready != s->generation)
			return;
		if (s->procs[r].is_wanted && s->procs[r].oldest < oldest)
			oldest = s->procs[r].oldest;
	}
	s->ops->left(s->ctx, oldest);
	if (s->announced == s->generation)
		return;
	s->announced = s->generation;
	s->ops->ready(s->ctx, s->generation);
}

static void take_ready(struct proc *p, const struct msg_ready *m)
{
	if (p->is_waiting) {
		elder_yield(&p->sup->elder);
		return;
	}
	p->ready = m->generation;
	p->oldest = m->oldest;
	check_ready(p->sup);
}

static void keep_state(struct proc *p, const struct message *m)
{
	if (p->state_fd >= 0)
		close(p->state_fd);
	p->state_fd = m->fd;
	p->sup->ops->state(p->sup->ctx, p->role, m->fd);
}

static void on_message(void *ctx, const struct message *m)
{
	struct proc *p = ctx;

	p->alive = mono_now();
	if (m->type == MSG_LOG) {
		child_log(p->role, m);
	} else if (m->type == MSG_STATE) {
		keep_state(p, m);
		return;
	} else if (m->type == MSG_READY) {
		take_ready(p, m->data);
	} else if (m->type == MSG_GONE) {
		p->is_gone = true;
	} else if (m->type != MSG_ALIVE) {
		p->sup->ops->message(p->sup->ctx, p->role, m);
		return;
	}
	if (m->fd >= 0)
		close(m->fd);
}

static const struct channel_ops channel_ops = { on_message, NULL };

static void retry_later(struct proc *p)
{
	size_t last = sizeof(backoff) / sizeof(backoff[0]) - 1;
	int64_t delay = backoff[p->in_a_row < last ? p->in_a_row : last];

	p->in_a_row++;
	loop_timer_at(p->restart, mono_add(mono_now(), delay));
}

static void enlist(struct proc *p)
{
	connect_peers(p);
	p->sup->ops->pid_changed(p->sup->ctx, p->role, p->pid);
}

static void start(struct proc *p)
{
	int fds[2], r = channel_pair(fds);
	pid_t pid = r < 0 ? r : spawn_role(role_str(p->role), fds[1]);

	if (r == 0)
		close(fds[1]);
	if (pid < 0) {
		log_error(LOG_MAIN, "cannot start the %s process: %s", role_str(p->role), strerror(-pid));
		if (r == 0)
			close(fds[0]);
		retry_later(p);
		return;
	}
	p->pid = pid;
	p->is_gone = false;
	p->ready = 0;
	p->started = p->alive = mono_now();
	p->channel = channel_new(p->sup->loop, fds[0], role_str(p->role), &channel_ops, p);
	p->is_waiting = p->role == ROLE_VRRP && p->sup->elder.pid;
	if (p->is_waiting) {
		channel_send(p->channel, MSG_WAIT, NULL, 0, -1);
		config_message(p->channel, p->sup->config_fd[p->role], p->sup->generation, NULL);
		return;
	}
	channel_send(p->channel, MSG_RESTORE, NULL, 0, p->state_fd);
	config_message(p->channel, p->sup->config_fd[p->role], p->sup->generation, NULL);
	enlist(p);
}

static void on_restart(void *ctx, mono_t now)
{
	struct proc *p = ctx;

	(void)now;
	if (!p->pid && p->is_wanted && !p->sup->is_stopping)
		start(p);
}

static void kill_hung(struct proc *p, mono_t now)
{
	if (!p->pid || mono_diff(now, p->alive) < HANG_SEC * MONO_SEC)
		return;
	log_error(LOG_MAIN, "the %s process (pid %d) did not answer for %d s: it is killed%s", role_str(p->role),
		(int)p->pid, HANG_SEC, p->sup->is_stopping ? "" : " and started anew");
	kill(p->pid, SIGKILL);
	p->alive = now;
}

/* A late tick: main itself slept (stopped, out of CPU). What its children said meanwhile waits unread and proves them alive. */
static void forgive_own_sleep(struct supervise *s, mono_t now)
{
	if (mono_diff(now, s->last_tick) > UNHEALTHY_SEC * MONO_SEC)
		for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++)
			s->procs[r].alive = now;
	s->last_tick = now;
}

static void on_tick(void *ctx, mono_t now)
{
	struct supervise *s = ctx;

	forgive_own_sleep(s, now);
	if (!s->is_stopping)
		elder_hold(&s->elder);
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++) {
		kill_hung(&s->procs[r], now);
		if (s->is_stopping && s->procs[r].pid && !mono_before(now, s->stop_deadline))
			kill(s->procs[r].pid, SIGKILL);
	}
	loop_timer_at(s->tick, mono_add(now, MONO_SEC));
}

struct supervise *supervise_new(struct loop *l, const struct supervise_ops *ops, void *ctx)
{
	struct supervise *s = x_calloc(1, sizeof(*s));

	*s = (struct supervise){ .loop = l, .ops = ops, .ctx = ctx };
	for (enum role r = ROLE_MAIN; r < ROLE_MAX; r++) {
		s->procs[r] = (struct proc){ .sup = s, .role = r, .state_fd = -1 };
		s->procs[r].restart = loop_timer_new(l, on_restart, &s->procs[r]);
	}
	s->tick = loop_timer_new(l, on_tick, s);
	loop_timer_at(s->tick, mono_now());
	return s;
}

void supervise_free(struct supervise *s)
{
	if (!s)
		return;
	for (enum role r = ROLE_MAIN; r < ROLE_MAX; r++) {
		struct proc *p = &s->procs[r];

		if (p->pid)
			kill(p->pid, SIGKILL);
		channel_free(p->channel);
		loop_timer_free(p->restart);
		if (p->state_fd >= 0)
			close(p->state_fd);
	}
	if (s->elder.pid)
		kill(s->elder.pid, SIGKILL);
	elder_done(&s->elder);
	loop_timer_free(s->tick);
	free(s);
}

void supervise_restore(struct supervise *s, enum role role, int fd)
{
	s->procs[role].state_fd = fd;
}

void supervise_config(struct supervise *s, const int config_fd[ROLE_MAX], uint32_t generation, unsigned roles,
	const struct weight_edits *edits)
{
	static const enum role order[] = { ROLE_VRRP, ROLE_LVS, ROLE_PROBE, ROLE_VRRP };

	memcpy(s->config_fd, config_fd, sizeof(s->config_fd));
	s->generation = generation;
	for (const enum role *r = order + (edits != NULL), *end = r + 3; r < end;
		r++) { /* of weights, lvs hears first */
		struct proc *p = &s->procs[*r];

		if (p->pid)
			config_message(p->channel, config_fd[*r], generation, *r == ROLE_VRRP ? NULL : edits);
		else if (roles & 1u << *r && !p->is_wanted) {
			p->is_wanted = true;
			start(p);
		}
	}
	check_ready(s);
}

static void check_all_gone(struct supervise *s)
{
	if (!s->is_stopping || s->has_ended)
		return;
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++)
		if (s->procs[r].pid || s->elder.pid)
			return;
	s->has_ended = true;
	s->ops->all_gone(s->ctx);
}

/* Who waited goes on with the elder's state, also to a stop: an elder that yielded let go of nothing. */
static void succeed(struct proc *p, bool has_yielded)
{
	if (!p->is_waiting || !p->channel)
		return;
	p->is_waiting = false;
	if (!p->sup->is_stopping || has_yielded)
		channel_send(p->channel, MSG_RESTORE, NULL, 0, p->state_fd);
	elder_bequeath(&p->sup->elder, p->channel);
	if (p->sup->is_stopping)
		channel_send(p->channel, MSG_STOP, NULL, 0, -1);
	enlist(p);
}

static void elder_ends(struct supervise *s)
{
	channel_drain(s->elder.channel); /* its last words */
	succeed(&s->procs[ROLE_VRRP], s->elder.is_told);
	elder_done(&s->elder);
	check_ready(s);
	check_all_gone(s);
}

/* Its own main is no more, and did not read this: what it knows is kept, what it wants run is run. */
static void on_elder_message(void *ctx, const struct message *m)
{
	struct proc *p = ctx;

	if (m->type == MSG_LOG)
		child_log(p->role, m);
	if (m->type == MSG_GONE && p->sup->elder.is_told && !p->sup->is_stopping)
		succeed(p, true); /* to end takes it a while, but it is silent from now on */
	if (m->type == MSG_STATE)
		keep_state(p, m);
	else if (m->type == MSG_NOTIFY || m->type == MSG_HOOK)
		p->sup->ops->message(p->sup->ctx, p->role, m);
	else if (m->fd >= 0)
		close(m->fd);
}

static const struct channel_ops elder_ops = { on_elder_message, NULL };

void supervise_adopt(struct supervise *s, enum role role, pid_t pid, int fd)
{
	struct channel *ch = channel_new(s->loop, fd, role_str(role), &elder_ops, &s->procs[role]);

	channel_drain(ch);
	if (role == ROLE_VRRP) {
		elder_adopt(&s->elder, pid, ch);
		return;
	}
	kill(pid, SIGKILL); /* the kernel's tables stay, and what was known of them is known */
	(void)waitpid(pid, NULL, 0);
	channel_free(ch);
}

bool supervise_child(const struct supervise *s, enum role role, pid_t *ret_pid, int *ret_fd, int *ret_state_fd)
{
	const struct proc *p = &s->procs[role];

	if (!p->pid || !p->channel)
		return false;
	*ret_pid = p->pid;
	*ret_fd = channel_fd(p->channel);
	*ret_state_fd = p->state_fd;
	return true;
}

bool supervise_is_steady(const struct supervise *s)
{
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++) {
		const struct proc *p = &s->procs[r];

		if (p->is_wanted && (!p->pid || p->ready != s->generation || channel_queued(p->channel) > 0))
			return false;
	}
	return !s->elder.pid && !s->is_stopping;
}

/* One that died, and not in order, may have left something in the kernel: its successor takes that away. Once; it may die too. */
static void sweep(struct proc *p)
{
	if (!p->is_wanted || p->pid || p->is_gone || p->is_sweeping || p->role == ROLE_PROBE || p->sup->elder.pid)
		return;
	p->is_sweeping = true;
	start(p);
	if (p->pid)
		channel_send(p->channel, MSG_STOP, NULL, 0, -1);
}

void supervise_stop(struct supervise *s)
{
	if (s->is_stopping)
		return;
	s->is_stopping = true;
	s->stop_deadline = mono_add(mono_now(), STOP_SEC * MONO_SEC);
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++) {
		sweep(&s->procs[r]);
		if (!s->procs[r].is_sweeping && !s->procs[r].is_waiting) /* elder_ends() tells who waits */
			channel_send(s->procs[r].channel, MSG_STOP, NULL, 0, -1);
	}
	channel_send(s->elder.channel, MSG_STOP, NULL, 0, -1);
	check_all_gone(s);
}

static void tell_death(const struct proc *p, int status)
{
	if (p->sup->is_stopping && p->is_gone)
		log_debug(LOG_MAIN, "the %s process left", role_str(p->role));
	else if (WIFSIGNALED(status))
		log_error(LOG_MAIN, "the %s process (pid %d) was killed by signal %d (%s)%s", role_str(p->role),
			(int)p->pid, WTERMSIG(status), strsignal(WTERMSIG(status)),
			p->sup->is_stopping ? "" : ", starting it anew");
	else
		log_error(LOG_MAIN, "the %s process (pid %d) exited with status %d%s", role_str(p->role), (int)p->pid,
			WEXITSTATUS(status), p->sup->is_stopping ? "" : ", starting it anew");
}

bool supervise_reaped(struct supervise *s, pid_t pid, int status)
{
	struct proc *p = NULL;

	if (pid && s->elder.pid == pid) {
		elder_ends(s);
		return true;
	}
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++)
		if (s->procs[r].pid == pid)
			p = &s->procs[r];
	if (!p || !pid)
		return false;
	channel_drain(p->channel);
	tell_death(p, status);
	p->pid = 0;
	channel_free(p->channel);
	p->channel = NULL;
	s->ops->pid_changed(s->ctx, p->role, 0);
	if (s->is_stopping) {
		sweep(p);
		check_all_gone(s);
		return true;
	}
	if (mono_diff(mono_now(), p->started) > STEADY_SEC * MONO_SEC)
		p->in_a_row = 0;
	p->restarts++;
	retry_later(p);
	return true;
}

int supervise_send(struct supervise *s, enum role to, enum message_type type, const void *data, size_t len)
{
	if (to == ROLE_VRRP)
		elder_hear(&s->elder, type, data, len);
	return channel_send(s->procs[to].channel, type, data, len, -1);
}

bool supervise_is_running(const struct supervise *s, enum role role)
{
	return s->procs[role].pid || (role == ROLE_VRRP && s->elder.pid);
}

bool supervise_is_healthy(const struct supervise *s, enum role role)
{
	return !s->procs[role].is_wanted ||
		(s->procs[role].pid && mono_diff(mono_now(), s->procs[role].alive) < UNHEALTHY_SEC * MONO_SEC);
}

void supervise_write(const struct supervise *s, struct writer *w)
{
	writer_array(w, "processes");
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++) {
		const struct proc *p = &s->procs[r];

		if (!p->is_wanted)
			continue;
		writer_object(w, NULL);
		writer_str(w, "name", role_str(r));
		writer_int(w, "pid", p->pid);
		writer_bool(w, "healthy", supervise_is_healthy(s, r));
		writer_int(w, "restarts", p->restarts);
		writer_int(w, "alive_usec", mono_diff(mono_now(), p->alive));
		writer_int(w, "generation", p->ready);
		realtime_write(p->pid, w);
		writer_end(w);
	}
	writer_end(w);
}
