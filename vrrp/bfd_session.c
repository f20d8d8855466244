/* bfd_session.c - see bfd_session.h. */
#include "vrrp/bfd_session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "io/loop.h"
#include "net/udp.h"
#include "vrrp/bfd_memory.h"

enum {
	PORT_SINGLE_HOP = 3784, /* RFC 5881 4 */
	PORT_MULTIHOP = 4784,   /* RFC 5883 5 */
	SOURCE_FIRST = 49152,   /* RFC 5881 4: 49152 to 65535, another one for each session */
	SOURCE_COUNT = 16384,
	SOURCE_TRIES = 64,
	SETTLE_INTERVALS = 3, /* of idle_tx: until then a session that was not up yet is not failed */
	REASON_LEN = 160,
};

struct bfd_session {
	const struct bfd_env *env; /* borrowed */
	struct vrrp_bfd_conf conf; /* a copy; its name is owned, its head empty */
	struct bfd bfd;
	struct loop_timer *timer; /* the protocol's */
	struct loop_timer *settle;
	mono_t timer_at;
	bool is_settled;                         /* has been up, or had the time to */
	bool is_excused;                         /* the neighbor said AdminDown, and nothing since */
	enum script_status status, track_status; /* the second one for those who track it */
	int fd;                                  /* owned; -1: not open */
	uint16_t port;
	int send_error;
	struct bfd_counters counters;
	mono_t since;
	char reason[REASON_LEN];
	struct log_limit send_limit, drop_limit;
};

static const char *name_of(const struct bfd_session *s)
{
	return s->conf.name;
}

static struct bfd_timing timing_of(const struct vrrp_bfd_conf *c)
{
	return (struct bfd_timing){ c->min_tx, c->min_rx, c->idle_tx, (uint8_t)c->multiplier, c->is_passive };
}

/*
 * RFC 5881 5: 255, or as many hops less as are allowed. RFC 5883 has no such rule: several hops are limited when max_hops says
 * so.
 */
static bool is_near(const struct bfd_session *s, uint8_t ttl)
{
	const struct vrrp_bfd_conf *c = &s->conf;

	if (c->max_hops < 0 || (c->is_multihop && c->max_hops == 0))
		return true;
	return ttl >= UINT8_MAX - c->max_hops;
}

/* Sending. */

static int open_sender(struct bfd_session *s)
{
	const struct vrrp_bfd_conf *c = &s->conf;
	const uint8_t ttl = (uint8_t)(c->neighbor.family == AF_INET6 ? c->hoplimit : c->ttl);

	for (int i = 0; i < SOURCE_TRIES; i++) {
		if (i > 0 || s->port == 0) /* but that of before a restart */
			s->port = (uint16_t)(SOURCE_FIRST + s->env->random(s->env->ctx) % SOURCE_COUNT);
		s->fd = udp_sender(&c->neighbor, &c->source, s->port, ttl);
		if (s->fd != -EADDRINUSE)
			break;
	}
	if (s->fd >= 0)
		return 0;
	s->port = 0;
	return s->fd;
}

/* The socket is opened with the first packet, and again when that failed: the address may come later. */
static void send_packet(struct bfd_session *s, const struct bfd_packet *p)
{
	uint8_t bytes[BFD_LEN];
	char to[ADDR_STRLEN];
	int r = s->fd < 0 ? open_sender(s) : 0;

	bfd_wire_encode(p, bytes);
	if (r == 0)
		r = udp_send(s->fd, &s->conf.neighbor, s->conf.is_multihop ? PORT_MULTIHOP : PORT_SINGLE_HOP, bytes,
			sizeof(bytes));
	if (r == 0)
		s->counters.tx++;
	else
		s->counters.tx_errors++;
	if (r != 0 && r != s->send_error)
		log_warn_limited(&s->send_limit, LOG_VRRP, "bfd %s: cannot send to %s: %s", name_of(s),
			addr_str(&s->conf.neighbor, to), strerror(-r));
	s->send_error = r;
}

/* Transitions. */

static const char *reason_str(const struct bfd_session *s, const struct bfd_action *a, char *buf, size_t size)
{
	char who[ADDR_STRLEN];

	addr_str(&s->conf.neighbor, who);
	switch (a->why) {
	case BFD_WHY_NONE:
	case BFD_WHY_MAX:
		break;
	case BFD_WHY_START:
		snprintf(buf, size, "looks for %s", who);
		break;
	case BFD_WHY_STOP:
		snprintf(buf, size, "stopped");
		break;
	case BFD_WHY_EXPIRED:
		snprintf(buf, size, "%s was not heard for %" PRId64 ".%03d ms", who, a->usec / 1000,
			(int)(a->usec % 1000));
		break;
	case BFD_WHY_NEIGHBOR_DOWN:
		snprintf(buf, size, "%s says Down (%s)", who, bfd_diag_str(a->remote_diag));
		break;
	case BFD_WHY_NEIGHBOR_ADMIN:
		snprintf(buf, size, "%s says AdminDown (%s), which does not count as a failure", who,
			bfd_diag_str(a->remote_diag));
		break;
	case BFD_WHY_HEARD:
		snprintf(buf, size, "%s answers", who);
		break;
	}
	return buf;
}

/* Coming up and going down are what an operator looks for; Init is on the way. */
static void note_transition(struct bfd_session *s, const struct bfd_action *a, mono_t now)
{
	const bool was_up = a->from == BFD_UP, is_up = a->to == BFD_UP;

	reason_str(s, a, s->reason, sizeof(s->reason));
	s->since = now;
	s->counters.up += is_up;
	s->counters.down += was_up;
	s->is_settled |= is_up;
	(was_up || is_up ? log_notice : log_info)(LOG_VRRP, "bfd %s: %s -> %s: %s", name_of(s), bfd_state_str(a->from),
		bfd_state_str(a->to), s->reason);
}

static enum script_status judge(const struct bfd_session *s)
{
	const struct bfd *b = &s->bfd;

	if (b->state == BFD_UP)
		return SCRIPT_OK;
	return s->is_settled && !s->is_excused && b->state != BFD_ADMIN_DOWN ? SCRIPT_FAILED : SCRIPT_UNKNOWN;
}

/* True: one of the two is not what it was. */
static bool judge_both(struct bfd_session *s)
{
	const enum script_status status = s->status, track_status = s->track_status;

	s->status = judge(s);
	s->track_status = s->conf.for_checker && !s->conf.for_vrrp ? SCRIPT_UNKNOWN : s->status;
	return s->status != status || s->track_status != track_status;
}

static void judge_again(struct bfd_session *s, mono_t now)
{
	if (judge_both(s))
		s->env->changed(s->env->ctx, s, now);
}

static void perform(struct bfd_session *s, const struct bfd_action *a, mono_t now)
{
	switch (a->type) {
	case BFD_ACT_SEND:
		send_packet(s, &a->packet);
		break;
	case BFD_ACT_TIMER:
		s->timer_at = a->when;
		loop_timer_at(s->timer, a->when);
		break;
	case BFD_ACT_STATE:
		note_transition(s, a, now);
		break;
	}
}

/* The event, its jitter, and the actions in order. */
static void feed(struct bfd_session *s, struct bfd_event ev)
{
	struct bfd_actions out;

	ev.jitter = (uint16_t)s->env->random(s->env->ctx);
	bfd_step(&s->bfd, &ev, &out);
	for (unsigned i = 0; i < out.n; i++)
		perform(s, &out.item[i], ev.now);
	judge_again(s, ev.now);
}

/* Silence is what the neighbor did not send, not what was not read yet. */
static void on_timer(void *ctx, mono_t now)
{
	struct bfd_session *s = ctx;
	const mono_t due = s->timer_at;

	if (!mono_before(now, s->bfd.detect_at))
		s->env->drain(s->env->ctx, now);
	if (s->timer_at.usec == due.usec)
		feed(s, (struct bfd_event){ .now = now, .type = BFD_EV_TIMER });
}

static void on_settle(void *ctx, mono_t now)
{
	struct bfd_session *s = ctx;

	s->is_settled = true;
	judge_again(s, now);
}

/* Life. */

/* Another configuration of the same session; the name stays. */
static void keep_conf(struct bfd_session *s, const struct vrrp_bfd_conf *conf)
{
	const char *name = s->conf.name;

	s->conf = *conf;
	s->conf.head = (struct conf_head){ 0 };
	s->conf.name = name;
}

struct bfd_session *bfd_session_new(const struct bfd_env *env, const struct vrrp_bfd_conf *conf, uint32_t discriminator)
{
	struct bfd_session *s = x_calloc(1, sizeof(*s));
	const struct log_limit limit = { .burst = 3, .per_usec = 10 * MONO_SEC };
	const struct bfd_timing timing = timing_of(conf);

	s->env = env;
	s->conf.name = x_strdup(conf->name);
	keep_conf(s, conf);
	s->fd = -1;
	s->send_limit = s->drop_limit = limit;
	bfd_init(&s->bfd, &timing, discriminator);
	s->timer = loop_timer_new(env->loop, on_timer, s);
	s->settle = loop_timer_new(env->loop, on_settle, s);
	s->timer_at = MONO_NEVER;
	return s;
}

void bfd_session_free(struct bfd_session *s)
{
	if (!s)
		return;
	loop_timer_free(s->timer);
	loop_timer_free(s->settle);
	if (s->fd >= 0)
		close(s->fd);
	free((void *)(uintptr_t)s->conf.name);
	free(s);
}

void bfd_session_start(struct bfd_session *s, mono_t now)
{
	loop_timer_at(s->settle, mono_add(now, SETTLE_INTERVALS * (int64_t)s->conf.idle_tx));
	feed(s, (struct bfd_event){ .now = now, .type = BFD_EV_START });
}

void bfd_session_resume(struct bfd_session *s, const struct bfd_past *past, mono_t now)
{
	bfd_resume(&s->bfd, &past->bfd, now);
	s->port = past->port;
	s->is_settled = past->is_settled;
	s->is_excused = past->is_excused;
	s->since = past->since;
	s->counters.rx = past->rx;
	s->counters.tx = past->tx;
	s->counters.up = past->up;
	s->counters.down = past->down;
	snprintf(s->reason, sizeof(s->reason), "%s", past->reason);
	(void)judge_both(s); /* whoever made it asks */
	if (!s->is_settled)
		loop_timer_at(s->settle, mono_add(now, SETTLE_INTERVALS * (int64_t)s->conf.idle_tx));
	log_info(LOG_VRRP, "bfd %s: goes on as %s", name_of(s), bfd_state_str(s->bfd.state));
	feed(s, (struct bfd_event){ .now = now, .type = BFD_EV_CONFIG, .timing = timing_of(&s->conf) });
}

void bfd_session_past(const struct bfd_session *s, struct bfd_past *ret)
{
	*ret = (struct bfd_past){ .neighbor = s->conf.neighbor,
		.source = s->conf.source,
		.is_multihop = s->conf.is_multihop,
		.is_settled = s->is_settled,
		.is_excused = s->is_excused,
		.port = s->port,
		.rx = s->counters.rx,
		.tx = s->counters.tx,
		.up = s->counters.up,
		.down = s->counters.down,
		.since = s->since,
		.bfd = s->bfd,
		.name = s->conf.name,
		.reason = s->reason };
}

void bfd_session_relax(struct bfd_session *s, bool on, mono_t now)
{
	const struct bfd_timing timing = timing_of(&s->conf);

	feed(s, (struct bfd_event){ .now = now, .type = BFD_EV_CONFIG, .timing = on ? bfd_relaxed(timing) : timing });
}

void bfd_session_stop(struct bfd_session *s, mono_t now)
{
	loop_timer_stop(s->settle);
	feed(s, (struct bfd_event){ .now = now, .type = BFD_EV_STOP });
}

void bfd_session_reconf(struct bfd_session *s, const struct vrrp_bfd_conf *conf, mono_t now)
{
	keep_conf(s, conf);
	feed(s, (struct bfd_event){ .now = now, .type = BFD_EV_CONFIG, .timing = timing_of(conf) });
}

void bfd_session_drop(struct bfd_session *s, enum bfd_verdict why)
{
	char from[ADDR_STRLEN];

	s->counters.dropped[why]++;
	log_warn_limited(&s->drop_limit, LOG_VRRP, "bfd %s: packet of %s dropped: %s", name_of(s),
		addr_str(&s->conf.neighbor, from), bfd_verdict_str(why));
}

/*
 * RFC 5882 3.2: AdminDown says nothing of the path, so it is no failure, nor is the silence after it. Who speaks again has the time
 * of a start to come up.
 */
static void excuse(struct bfd_session *s, const struct bfd_packet *p, mono_t now)
{
	const bool is_admin = p->state == BFD_ADMIN_DOWN;

	if (s->is_excused && !is_admin) {
		s->is_settled = false;
		loop_timer_at(s->settle, mono_add(now, SETTLE_INTERVALS * (int64_t)s->conf.idle_tx));
	}
	s->is_excused = is_admin;
}

void bfd_session_packet(struct bfd_session *s, const struct bfd_packet *p, uint8_t ttl, mono_t now)
{
	s->counters.rx++;
	if (!is_near(s, ttl)) {
		bfd_session_drop(s, BFD_BAD_TTL);
		return;
	}
	excuse(s, p, now);
	feed(s, (struct bfd_event){ .now = now, .type = BFD_EV_PACKET, .packet = p });
}

const char *bfd_session_name(const struct bfd_session *s)
{
	return name_of(s);
}

bool bfd_session_is_meant(const struct bfd_session *s, const struct addr *src, const struct addr *dst, bool is_multihop)
{
	const struct vrrp_bfd_conf *c = &s->conf;

	return c->is_multihop == is_multihop && addr_equal(&c->neighbor, src) &&
		(!addr_is_set(&c->source) || addr_equal(&c->source, dst));
}

uint32_t bfd_session_discriminator(const struct bfd_session *s)
{
	return s->bfd.discriminator;
}

enum script_status bfd_session_status(const struct bfd_session *s)
{
	return s->track_status;
}

enum script_status bfd_session_check_status(const struct bfd_session *s)
{
	return s->status;
}

const char *bfd_session_reason(const struct bfd_session *s)
{
	return s->reason;
}

void bfd_session_look(const struct bfd_session *s, struct bfd_view *ret)
{
	*ret = (struct bfd_view){ .conf = &s->conf,
		.bfd = &s->bfd,
		.counters = &s->counters,
		.since = s->since,
		.reason = s->reason,
		.send_error = s->send_error,
		.port = s->port };
}
