/* instance_hear.c - see instance_hear.h. */
#include "vrrp/instance_hear.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/log.h"
#include "net/raw.h"
#include "vrrp/deadline.h"
#include "vrrp/instance_act.h"
#include "vrrp/instance_state.h"
#include "vrrp/offender.h"
#include "vrrp/witness.h"

/* Causes behind those of enum advert_verdict. */
enum { CAUSE_CLOCK = ADVERT_VERDICT_MAX, CAUSE_UNSIGNED };

/* ", 1234 of them since the last line": empty for one. */
static const char *how_many(uint64_t n, char *buf, size_t size)
{
	buf[0] = '\0';
	if (n > 1)
		snprintf(buf, size, " (%" PRIu64 " of them since the last such line)", n);
	return buf;
}

/* As offender_add(). */
static bool is_worth_a_line(struct instance *vi, const struct addr *src, unsigned cause, mono_t now,
	uint64_t *ret_untold)
{
	if (!vi->offenders) {
		vi->offenders = x_calloc(1, sizeof(*vi->offenders));
		vi->offenders->pace = vi->env->strangers;
	}
	return offender_add(vi->offenders, src, cause, now, ret_untold);
}

bool instance_has_auth(const struct instance *vi)
{
	return auth_is_on(vi->receiver.auth);
}

struct auth *instance_auth(struct instance *vi)
{
	return receive_auth(&vi->receiver);
}

/* Whether anybody was heard with a valid signature within the down interval. */
static bool hears_a_valid_one(const struct instance *vi, mono_t now)
{
	const struct auth *a = vi->receiver.auth;
	const int64_t down = vrrp_down_interval(&vi->router, vi->router.conf->interval_cs);

	for (unsigned i = 0; a && i < a->n_senders; i++)
		if (a->sender[i].heard_at.usec && mono_diff(now, a->sender[i].heard_at) < down)
			return true;
	return false;
}

static void report_drop(struct instance *vi, const struct addr *src, enum advert_verdict v, mono_t now)
{
	const char *alone = "";
	char peer[ADDR_STRLEN], count[64];
	uint64_t n;

	if (!is_worth_a_line(vi, src, v, now, &n))
		return;
	if (v >= ADVERT_HMAC_MISSING && !hears_a_valid_one(vi, now))
		alone = "; auth_hmac enforce hears nobody with a valid signature: if that is the other router, both become MASTER";
	log_warn(LOG_VRRP, "%s: advert of %s dropped: %s%s%s", vi->router.conf->name, addr_str(src, peer),
		advert_verdict_str(v), how_many(n, count, sizeof(count)), alone);
}

/* Half a window is early enough to mend the clock. */
static void report_clock(struct instance *vi, const struct auth_sender *s, mono_t now)
{
	const int64_t window = vi->receiver.auth->window, skew = s->skew < 0 ? -s->skew : s->skew;
	const bool is_late = s->result == HMAC_WRONG_CLOCK;
	char peer[ADDR_STRLEN];
	uint64_t n;

	if ((!is_late && (window == 0 || skew <= window / 2)) || !is_worth_a_line(vi, &s->addr, CAUSE_CLOCK, now, &n))
		return;
	log_warn(LOG_VRRP, "%s: the clock of %s is %.3f s %s ours%s", vi->router.conf->name, addr_str(&s->addr, peer),
		(double)skew / MONO_SEC, s->skew < 0 ? "ahead of" : "behind",
		is_late ? ": its adverts only count as signs of life (auth_hmac)"
			: ", auth_hmac allows twice as much at most");
}

/* Not in enforce: what enforce would drop. */
static void report_unsigned(struct instance *vi, const struct addr *src, mono_t now)
{
	char peer[ADDR_STRLEN];
	uint64_t n;

	if (!is_worth_a_line(vi, src, CAUSE_UNSIGNED, now, &n))
		return;
	log_warn(LOG_VRRP, "%s: advert of %s has no valid signature, mode enforce would drop it", vi->router.conf->name,
		addr_str(src, peer));
}

/* RFC 9568 5.2.9: routers of other makers may drop what we accept. Said when it begins. */
static void report_first(struct instance *vi, const struct addr *src, bool was_so)
{
	char peer[ADDR_STRLEN];

	if (vi->receiver.peer.first_not_link_local && !was_so)
		log_warn_limited(&instance_limits(vi)->note, LOG_VRRP,
			"%s: the first address in the adverts of %s is not link-local (RFC 9568 5.2.9)",
			vi->router.conf->name, addr_str(src, peer));
}

static void report_auth(struct instance *vi, const struct addr *src, mono_t now)
{
	const struct auth *a = vi->receiver.auth;
	const struct auth_sender *s = auth_find(a, src);
	const bool is_valid = s && (s->result == HMAC_OK || s->result == HMAC_WRONG_CLOCK);

	if (is_valid)
		report_clock(vi, s, now);
	else
		report_unsigned(vi, src, now);
}

/* A stranger's packets are refused for what they are; those of a peer that cannot be read become a split one day. */
static bool is_evidence(enum advert_verdict v)
{
	return v != ADVERT_BAD_SOURCE && v != ADVERT_OWN_SOURCE && v != ADVERT_BAD_VRID && v != ADVERT_BAD_DEST;
}

static void tell_witness(struct instance *vi, const struct addr *src, enum advert_verdict v, mono_t now)
{
	const struct receive_peer *p = &vi->receiver.peer;
	struct suspect_event ev = { .now = now, .peer = *src, .verdict = v, .priority = p->priority };

	ev.type = v == ADVERT_OK ? SUSPECT_EV_ADVERT : SUSPECT_EV_DROPPED;
	ev.is_ignored = vi->router.conf->rare->on_mismatch == VRRP_MISMATCH_IGNORE;
	ev.own_priority = vi->router.priority;
	ev.list = p->addr_list_disjoint ? SUSPECT_LIST_DISJOINT
		: p->addr_list_differs  ? SUSPECT_LIST_OVERLAPS
					: SUSPECT_LIST_SAME;
	if (v == ADVERT_OK || is_evidence(v))
		witness_tell(vi->witness, &ev);
}

void instance_hear(struct instance *vi, const struct raw_packet *p)
{
	const mono_t now = mono_now();
	const bool was_first = vi->receiver.peer.first_not_link_local;
	enum advert_verdict v;

	if (!vi->is_started) /* the process before this one hears it */
		return;
	v = receive_packet(&vi->receiver, vi->router.conf, &vi->environment.own, p, now);
	vi->counters.rx++;
	tell_witness(vi, &p->src, v, now);
	report_first(vi, &p->src, was_first);
	if (v != ADVERT_OK)
		report_drop(vi, &p->src, v, now);
	else if (auth_is_on(vi->receiver.auth))
		report_auth(vi, &p->src, now);
}
