/*
 * suspect.c - see suspect.h (the field's fault matrix: a router cannot tell "the peer is dead" from "I am deaf" by VRRP alone; ARP
 * and neighbour discovery are the second witness). Every name ends by itself once its evidence stays away.
 */
#include "vrrp/suspect.h"

#include <stdio.h>
#include <string.h>

#include "vrrp/suspect_mute.h"

enum {
	GRACE_USEC = 250000, /* the one that left answers for the addresses a moment longer (make before break) */
	HITS_UNREADABLE = 3,
	HITS_UNHEARD = 3,
	HITS_LIST = 2,
	HITS_LATE = 2,
	ASK_LEAST_USEC = 200000,
	ASK_MOST_USEC = 1000000,
	ANNOUNCE_USEC = 1000000,      /* between two announcements of an address against a rival that answers, */
	ANNOUNCE_LONG_USEC = 5000000, /* after the first half minute */
	LONG_USEC = 30000000,
	LATE_USEC = 300000000, /* once in five minutes is bad luck */
	WATCH_USEC = 60000000, /* between questions while nobody answers, and up to as much again by suspect_spread() */
	SILENT_ASKS = 3,       /* so many questions without an answer end a suspicion that only answers feed */
};

static int64_t ask_every(const struct suspect *s)
{
	return s->interval < ASK_LEAST_USEC   ? ASK_LEAST_USEC
		: s->interval > ASK_MOST_USEC ? ASK_MOST_USEC
					      : s->interval;
}

void suspect_init(struct suspect *s, struct suspect_doubts *doubts)
{
	*s = (struct suspect){ .ask_at = MONO_NEVER, .doubts = doubts };
	s->rival.family = AF_UNSPEC;
}

/* Why it is mute is told as long as that lasts. */
bool suspect_is_calm(const struct suspect *s)
{
	const struct suspect_doubts *d = s->doubts;

	if (d->is_mute || d->unsent_at.usec || d->mute_ended_at.usec || d->announce_at.usec)
		return false;
	for (unsigned i = 0; i < SUSPICIONS; i++)
		if (d->of[i].is_on || d->of[i].hits)
			return false;
	return true;
}

void suspect_when_mute(struct suspect *s, enum suspect_mute when)
{
	s->when_mute = (uint8_t)when;
	if (when == SUSPECT_MUTE_NEVER && s->doubts)
		s->doubts->is_mute = false;
}

/* How long after its last evidence a name ends. */
static int64_t lasts(const struct suspect *s, enum suspicion what)
{
	switch (what) {
	case SUSPECT_SPLIT:
	case SUSPECT_DEAF:
	case SUSPECT_CONFLICT:
	case SUSPECT_SERVER:
		return SILENT_ASKS * ask_every(s) - ask_every(s) / 2;
	case SUSPECT_UNHEARD:
	case SUSPECT_FOREIGN_VRID:
	case SUSPECT_ADDRESS_LIST:
	case SUSPECT_DUPLICATE_OWNER:
		return s->down;
	case SUSPECT_UNREADABLE:
	case SUSPECT_CANNOT_TRANSMIT:
		return 2 * s->down;
	case SUSPECT_MISPLACED:
		return 2 * SUSPECT_MISPLACED_USEC;
	case SUSPECT_LATE:
		return LATE_USEC;
	case SUSPECT_OWN_ADDRESS:
	case SUSPECT_REFUSED:
	case SUSPICIONS:
		break;
	}
	return LONG_USEC;
}

/* One more piece of evidence; at `hits` of them the name is raised. */
static void feed(struct suspect *s, const struct suspect_event *ev, enum suspicion what, unsigned hits,
	struct suspect_out *out)
{
	struct suspect_state *st = &s->doubts->of[what];

	st->last = ev->now;
	if (!st->is_on && (st->hits == 0 || !addr_equal(&st->peer, &ev->peer))) {
		st->hits = 0;
		st->peer = ev->peer;
	}
	if (st->is_on || ++st->hits < hits)
		return;
	st->is_on = true;
	st->since = ev->now;
	out->raised |= 1U << what;
}

static void drop(struct suspect *s, enum suspicion what, struct suspect_out *out)
{
	struct suspect_state *st = &s->doubts->of[what];

	out->ended |= st->is_on ? 1U << what : 0;
	st->is_on = false;
	st->hits = 0;
}

/* What is said of that peer. */
static void drop_of(struct suspect *s, const struct suspect_event *ev, enum suspicion what, struct suspect_out *out)
{
	if (addr_equal(&s->doubts->of[what].peer, &ev->peer))
		drop(s, what, out);
}

/* The name that is raised because somebody answers for our address; SUSPICIONS: none. */
static enum suspicion answered_by(const struct suspect *s)
{
	if (s->doubts->of[SUSPECT_SPLIT].is_on)
		return SUSPECT_SPLIT;
	if (s->doubts->of[SUSPECT_SERVER].is_on)
		return SUSPECT_SERVER;
	return s->doubts->of[SUSPECT_CONFLICT].is_on ? SUSPECT_CONFLICT : SUSPICIONS;
}

/* A rival that answers is announced against, at a bounded pace; the weaker of two directors keeps still: clients do not flap. */
static void announce_against(struct suspect *s, mono_t now, struct suspect_out *out)
{
	const enum suspicion by = answered_by(s);
	const bool is_long = by != SUSPICIONS && mono_diff(now, s->doubts->of[by].since) > LONG_USEC;

	if (!s->is_master || (s->is_weaker && by != SUSPECT_CONFLICT && by != SUSPECT_SERVER) ||
		mono_before(now, s->doubts->announce_at))
		return;
	s->doubts->announce_at = mono_add(now, is_long ? ANNOUNCE_LONG_USEC : ANNOUNCE_USEC);
	out->defend = true;
}

static bool is_past_grace(const struct suspect *s, mono_t now)
{
	return s->is_master && mono_diff(now, s->master_since) >= GRACE_USEC;
}

/* From now on at the pace of adverts. */
static void ask_soon(struct suspect *s, mono_t now)
{
	s->ask_at = mono_min(s->ask_at, mono_add(now, ask_every(s)));
}

/* It is a real server, or all directors are known and it is none of them. */
static void on_stranger(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	const enum suspicion what = ev->who == SUSPECT_HOST_SERVER ? SUSPECT_SERVER : SUSPECT_CONFLICT;

	suspect_stranger_str(ev->server, &ev->about, ev->mac, &ev->host, s->doubts->of[what].detail);
	feed(s, ev, what, 1, out);
	announce_against(s, ev->now, out);
	ask_soon(s, ev->now);
}

/* Who yielded a moment ago, and still serves while its pre_release runs, was heard. */
static bool hears(const struct suspect *s, mono_t now)
{
	return s->heard_at.usec && mono_diff(now, s->heard_at) < s->down;
}

static void on_answered(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	char about[ADDR_STRLEN], host[ADDR_STRLEN + 24];

	if (!is_past_grace(s, ev->now))
		return;
	if (ev->who == SUSPECT_HOST_STRANGER || ev->who == SUSPECT_HOST_SERVER) {
		on_stranger(s, ev, out);
		return;
	}
	snprintf(s->doubts->of[SUSPECT_SPLIT].detail, SUSPECT_DETAIL, "%s is also answered by %s",
		addr_str(&ev->about, about), suspect_host_str(ev->mac, &ev->host, host, sizeof(host)));
	feed(s, ev, SUSPECT_SPLIT, 1, out);
	announce_against(s, ev->now, out);
	ask_soon(s, ev->now);
	if (hears(s, ev->now))
		return;
	snprintf(s->doubts->of[SUSPECT_DEAF].detail, SUSPECT_DETAIL,
		s->heard_at.usec ? "%s serves %s and none of its adverts reaches us"
				 : "%s serves %s, and no advert of anybody was heard since the start",
		host, about);
	feed(s, ev, SUSPECT_DEAF, 1, out);
}

/* Who was heard when the addresses were last answered for may have yielded since. */
static void on_alive(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	const struct suspect_state *split = &s->doubts->of[SUSPECT_SPLIT];
	char peer[ADDR_STRLEN];

	if (!is_past_grace(s, ev->now) || !addr_equal(&ev->peer, &s->rival) || !split->is_on || hears(s, split->last))
		return;
	snprintf(s->doubts->of[SUSPECT_DEAF].detail, SUSPECT_DETAIL,
		"%s is alive at its own address, but none of its adverts reaches us", addr_str(&ev->peer, peer));
	feed(s, ev, SUSPECT_DEAF, 1, out);
}

static void on_own_address(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	char about[ADDR_STRLEN], mac[ADDR_MAC_STRLEN];

	snprintf(s->doubts->of[SUSPECT_OWN_ADDRESS].detail, SUSPECT_DETAIL, "%s, our own address, was announced by %s",
		addr_str(&ev->about, about), addr_mac_str(ev->mac, mac));
	feed(s, ev, SUSPECT_OWN_ADDRESS, 1, out);
}

static void on_misplaced(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	char about[ADDR_STRLEN];

	snprintf(s->doubts->of[SUSPECT_MISPLACED].detail, SUSPECT_DETAIL,
		"%s is on %s of this host too, put there by somebody else", addr_str(&ev->about, about), ev->interface);
	feed(s, ev, SUSPECT_MISPLACED, 1, out);
}

static enum suspicion other_list(enum suspicion what)
{
	return what == SUSPECT_FOREIGN_VRID ? SUSPECT_ADDRESS_LIST : SUSPECT_FOREIGN_VRID;
}

/* The same list by its other name, as when we cease to be MASTER: no moment passes without either. */
static bool was_other(const struct suspect *s, const struct suspect_event *ev, enum suspicion what)
{
	const struct suspect_state *other = &s->doubts->of[other_list(what)];

	return other->is_on && addr_equal(&other->peer, &ev->peer);
}

static void on_list(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	const bool is_foreign = ev->list == SUSPECT_LIST_DISJOINT && !s->is_master && ev->priority >= ev->own_priority;
	const enum suspicion what = is_foreign ? SUSPECT_FOREIGN_VRID : SUSPECT_ADDRESS_LIST;
	char peer[ADDR_STRLEN];

	if (ev->list == SUSPECT_LIST_SAME) {
		drop_of(s, ev, SUSPECT_FOREIGN_VRID, out);
		drop_of(s, ev, SUSPECT_ADDRESS_LIST, out);
		return;
	}
	addr_str(&ev->peer, peer);
	if (is_foreign)
		snprintf(s->doubts->of[what].detail, SUSPECT_DETAIL,
			"%s with priority %u has our VRID and none of our addresses: nobody serves them", peer,
			ev->priority);
	else
		snprintf(s->doubts->of[what].detail, SUSPECT_DETAIL, "%s advertises other addresses than ours", peer);
	feed(s, ev, what, was_other(s, ev, what) ? 1 : HITS_LIST, out);
	drop(s, other_list(what), out);
}

/* MASTER: the answer went out with the beat, so who goes on does not hear it; what comes before a beat is one piece of evidence. */
static void on_weaker_master(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	const struct suspect_state *unheard = &s->doubts->of[SUSPECT_UNHEARD];
	char peer[ADDR_STRLEN];

	if (unheard->hits > 0 && mono_diff(ev->now, unheard->last) < s->interval / 2)
		return;
	snprintf(s->doubts->of[SUSPECT_UNHEARD].detail, SUSPECT_DETAIL,
		"%s goes on as MASTER with priority %u although we advertise %u: it does not hear us",
		addr_str(&ev->peer, peer), ev->priority, ev->own_priority);
	feed(s, ev, SUSPECT_UNHEARD, HITS_UNHEARD, out);
}

/*
 * OP-01: whom we followed for its silence goes on a moment after, so its adverts came later than our down interval.
 * One that was restarted could not be MASTER again so soon.
 */
static void on_late(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	const int64_t after = mono_diff(ev->now, s->silent_at);
	char peer[ADDR_STRLEN];

	if (s->silent_at.usec == 0 || !addr_equal(&ev->peer, &s->rival) || ev->priority == 0)
		return;
	s->silent_at = (mono_t){ 0 };
	if (after >= s->interval * 2)
		return;
	snprintf(s->doubts->of[SUSPECT_LATE].detail, SUSPECT_DETAIL,
		"%s is heard %.2f s after we took over for its silence, again: adverts are held up for longer than %.2f s",
		addr_str(&ev->peer, peer), (double)after / MONO_SEC, (double)s->down / MONO_SEC);
	feed(s, ev, SUSPECT_LATE, HITS_LATE, out);
}

static void on_advert(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	char peer[ADDR_STRLEN];

	s->heard_at = s->valid_at = ev->now;
	s->valid = ev->peer;
	s->has_left = ev->priority == 0;
	on_late(s, ev, out);
	drop(s, SUSPECT_DEAF, out);
	drop_of(s, ev, SUSPECT_UNREADABLE, out);
	if (ev->priority == 0)
		return;
	if (!s->is_master) {
		s->rival = ev->peer;
		s->is_weaker = ev->priority > ev->own_priority;
	} else if (ev->priority < ev->own_priority) {
		on_weaker_master(s, ev, out);
	}
	if (ev->priority == 255 && ev->own_priority == 255) {
		snprintf(s->doubts->of[SUSPECT_DUPLICATE_OWNER].detail, SUSPECT_DETAIL,
			"%s has priority 255 as we have", addr_str(&ev->peer, peer));
		feed(s, ev, SUSPECT_DUPLICATE_OWNER, 1, out);
	}
	on_list(s, ev, out);
}

static void on_dropped(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	char peer[ADDR_STRLEN];

	if (ev->verdict == ADVERT_BAD_ADDR_LIST && ev->is_ignored) {
		snprintf(s->doubts->of[SUSPECT_ADDRESS_LIST].detail, SUSPECT_DETAIL,
			"%s advertises other addresses than ours and is ignored", addr_str(&ev->peer, peer));
		feed(s, ev, SUSPECT_ADDRESS_LIST, HITS_LIST, out);
		return;
	}
	s->heard_at = ev->now;
	if (s->valid_at.usec && addr_equal(&s->valid, &ev->peer) && mono_diff(ev->now, s->valid_at) < s->down)
		return; /* it can be read: somebody else sends in its name */
	snprintf(s->doubts->of[SUSPECT_UNREADABLE].detail, SUSPECT_DETAIL, "packets of %s are dropped: %s",
		addr_str(&ev->peer, peer), advert_verdict_str(ev->verdict));
	feed(s, ev, SUSPECT_UNREADABLE, HITS_UNREADABLE, out);
}

/* What the kernel refuses, in its words; no error: nothing any more. */
static void on_error(struct suspect *s, const struct suspect_event *ev, enum suspicion what, struct suspect_out *out)
{
	if (ev->error == 0) {
		drop(s, what, out);
		return;
	}
	snprintf(s->doubts->of[what].detail, SUSPECT_DETAIL, "%s", ev->error_text);
	feed(s, ev, what, 1, out);
}

/* After the kernel took no packet, neighbours may have learned another way: they are told again. */
static void on_sent(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	struct suspect_doubts *d = s->doubts;

	if (ev->error == 0)
		d->unsent_at = (mono_t){ 0 };
	else if (d->unsent_at.usec == 0)
		d->unsent_at = ev->now;
	if (ev->error == 0 && d->of[SUSPECT_CANNOT_TRANSMIT].is_on)
		out->announce = s->is_master;
	on_error(s, ev, SUSPECT_CANNOT_TRANSMIT, out);
}

static void on_master(struct suspect *s, const struct suspect_event *ev)
{
	s->is_master = true;
	s->master_since = ev->now;
	if (s->valid_at.usec && !s->has_left && mono_diff(ev->now, s->valid_at) >= s->down)
		s->silent_at = ev->now;
	s->doubts->announce_at = (mono_t){ 0 };
	s->ask_at = mono_add(ev->now, GRACE_USEC);
}

/* Another serves, and says so: whatever only a MASTER can suspect is over. */
static void on_other(struct suspect *s, struct suspect_out *out)
{
	s->is_master = false;
	s->silent_at = (mono_t){ 0 };
	s->ask_at = MONO_NEVER;
	if (!s->doubts->is_mute)
		s->doubts->unsent_at = (mono_t){ 0 };
	drop(s, SUSPECT_SPLIT, out);
	drop(s, SUSPECT_DEAF, out);
	drop(s, SUSPECT_UNHEARD, out);
	drop(s, SUSPECT_CONFLICT, out);
	drop(s, SUSPECT_SERVER, out);
}

/* Old evidence ends. The end of a rival is the moment to tell everybody who is left. */
static void expire(struct suspect *s, mono_t now, struct suspect_out *out)
{
	if (!mono_before(now, s->doubts->announce_at))
		s->doubts->announce_at = (mono_t){ 0 };
	for (unsigned i = 0; i < SUSPICIONS; i++) {
		struct suspect_state *st = &s->doubts->of[i];

		if ((st->is_on || st->hits) && mono_diff(now, st->last) >= lasts(s, (enum suspicion)i))
			drop(s, (enum suspicion)i, out);
	}
	if (s->is_master &&
		(out->ended &
			(1U << SUSPECT_SPLIT | 1U << SUSPECT_UNHEARD | 1U << SUSPECT_CONFLICT | 1U << SUSPECT_SERVER)))
		out->announce = true;
}

static void ask_if_due(struct suspect *s, mono_t now, struct suspect_out *out)
{
	bool is_soon;

	if (mono_before(now, s->ask_at))
		return;
	out->ask = true;
	/* The first question may be lost: a second one; then at the pace of adverts only as long as somebody answers. */
	is_soon = answered_by(s) != SUSPICIONS || mono_diff(now, s->master_since) < GRACE_USEC + ask_every(s) / 2;
	s->ask_at = mono_add(now, is_soon ? ask_every(s) : WATCH_USEC + WATCH_USEC / UINT8_MAX * s->spread);
	if (answered_by(s) != SUSPICIONS)
		announce_against(s, now, out);
}

static mono_t next_of(const struct suspect *s)
{
	mono_t next = s->doubts->is_mute ? mono_min(s->ask_at, s->doubts->try_at) : s->ask_at;

	for (unsigned i = 0; i < SUSPICIONS; i++)
		if (s->doubts->of[i].is_on || s->doubts->of[i].hits)
			next = mono_min(next, mono_add(s->doubts->of[i].last, lasts(s, (enum suspicion)i)));
	return next;
}

void suspect_step(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out)
{
	*out = (struct suspect_out){ .next = MONO_NEVER };
	switch (ev->type) {
	case SUSPECT_EV_MASTER:
		on_master(s, ev);
		break;
	case SUSPECT_EV_OTHER:
		on_other(s, out);
		break;
	case SUSPECT_EV_ADVERT:
		on_advert(s, ev, out);
		break;
	case SUSPECT_EV_DROPPED:
		on_dropped(s, ev, out);
		break;
	case SUSPECT_EV_ANSWERED:
		on_answered(s, ev, out);
		break;
	case SUSPECT_EV_PEER_ALIVE:
		on_alive(s, ev, out);
		break;
	case SUSPECT_EV_OWN_ADDRESS:
		on_own_address(s, ev, out);
		break;
	case SUSPECT_EV_MISPLACED:
		on_misplaced(s, ev, out);
		break;
	case SUSPECT_EV_SENT:
		on_sent(s, ev, out);
		break;
	case SUSPECT_EV_REFUSED:
		on_error(s, ev, SUSPECT_REFUSED, out);
		break;
	case SUSPECT_EV_TIMER:
		break;
	}
	expire(s, ev->now, out);
	ask_if_due(s, ev->now, out);
	suspect_mute_step(s, ask_every(s), ev->now, out);
	out->next = next_of(s);
}
