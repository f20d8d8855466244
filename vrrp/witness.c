/* witness.c - see witness.h. */
#include "vrrp/witness.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "ctl/writer.h"
#include "net/raw.h"
#include "vrrp/claimant.h"
#include "vrrp/conf.h"
#include "vrrp/environment.h"
#include "vrrp/peers.h"
#include "vrrp/port.h"
#include "vrrp/role.h"

/* There from the first suspicion on. */
struct notes {
	uint64_t raised[SUSPICIONS]; /* how often each was */
	struct suspect_event *held;  /* owned: an answer by who may be a real server, while that is asked; NULL: none */
	struct log_limit limit;
};

/* Hardly any of thousands of instances ever suspects anybody: what that needs has memory only then. */
struct witness {
	const struct witness_env *env; /* borrowed */
	void *ctx;                     /* of its operations */
	const struct vrrp_conf *conf;  /* borrowed */
	struct suspect suspect;        /* its doubts are owned */
	struct notes *notes;           /* owned; NULL: nothing was suspected so far */
	mono_t due;                    /* witness_run() */
	mono_t told_at;                /* whoever asked before letting go was last answered */
	struct port *port;             /* NULL: not listening */
	struct port_ear ear;
	struct witness_place place;
	bool is_master;
	bool must_look; /* not from inside of an event: at the timer */
};

static struct notes *notes_of(struct witness *w)
{
	if (!w->notes) {
		w->notes = x_calloc(1, sizeof(*w->notes));
		w->notes->limit = (struct log_limit){ .burst = 10, .per_usec = 10 * MONO_SEC };
	}
	return w->notes;
}

static const struct suspect_event *held(const struct witness *w)
{
	return w->notes ? w->notes->held : NULL;
}

/* What is known of it; NULL: nothing is suspected at all. */
static const struct suspect_state *state_of(const struct witness *w, enum suspicion s)
{
	return w->suspect.doubts ? &w->suspect.doubts->of[s] : NULL;
}

static void report(struct witness *w, enum suspicion s, bool is_on, mono_t now)
{
	const struct suspect_state *st = state_of(w, s);
	struct notes *n = notes_of(w);

	if (is_on) {
		n->raised[s]++;
		log_warn_limited(&n->limit, LOG_VRRP, "%s: %s: %s%s%s", w->conf->name, suspicion_str(s), st->detail,
			s == SUSPECT_SERVER ? ": " : "", s == SUSPECT_SERVER ? suspicion_cure(s) : "");
	} else {
		log_notice(LOG_VRRP, "%s: %s is over after %.1f s", w->conf->name, suspicion_str(s),
			mono_before(now, st->since) ? 0 : (double)mono_diff(now, st->since) / (double)MONO_SEC);
	}
	w->env->ops->changed(w->ctx, s, is_on);
}

/* The first address stands for all: whoever took one took them all. */
static void ask(struct witness *w, mono_t now)
{
	const struct vrrp_vip *first = w->conf->vips.n ? w->conf->vips.item[0] : NULL;

	if (!w->port || !first)
		return;
	(void)port_ask(w->port, &first->addr);
	if (addr_is_set(&w->suspect.rival))
		(void)port_ask_for_all(w->port, &w->suspect.rival, now);
}

/* Whether the evidence may be a FAULT, or be none any more. */
static bool concerns_policy(const struct witness *w, const struct suspect_out *out)
{
	const unsigned lists = 1U << SUSPECT_ADDRESS_LIST | 1U << SUSPECT_FOREIGN_VRID;

	return out->has_turned ||
		(w->conf->rare->on_mismatch == VRRP_MISMATCH_FAULT && ((out->raised | out->ended) & lists));
}

static void try_to_send(struct witness *w, mono_t now)
{
	const int r = w->env->ops->try(w->ctx);

	witness_tell(w,
		&(struct suspect_event){
			.now = now, .type = SUSPECT_EV_SENT, .error = -r, .error_text = r < 0 ? strerror(-r) : NULL });
}

static void step(struct witness *w, const struct suspect_event *ev, struct suspect_out *out)
{
	struct suspect_doubts none = { 0 };
	struct suspect *s = &w->suspect;

	if (!s->doubts)
		s->doubts = &none;
	suspect_step(s, ev, out);
	if (s->doubts != &none)
		return;
	s->doubts = NULL;
	if (out->raised || out->ended || !suspect_is_calm(&(struct suspect){ .doubts = &none })) {
		s->doubts = x_calloc(1, sizeof(none));
		*s->doubts = none;
	}
}

static void forget_if_calm(struct witness *w)
{
	if (!w->suspect.doubts || !suspect_is_calm(&w->suspect))
		return;
	free(w->suspect.doubts);
	w->suspect.doubts = NULL;
}

static void put_off(struct witness *w, mono_t until)
{
	w->due = until;
	w->env->ops->due(w->ctx);
}

mono_t witness_due(const struct witness *w)
{
	return w->due;
}

void witness_tell(struct witness *w, const struct suspect_event *ev)
{
	struct suspect_out out;

	if (ev->type == SUSPECT_EV_ADVERT)
		peers_heard(w->env->peers, w->place.index, &ev->peer, ev->now);
	step(w, ev, &out);
	for (unsigned i = 0; i < SUSPICIONS; i++)
		if ((out.raised | out.ended) & 1U << i)
			report(w, (enum suspicion)i, out.raised & 1U << i, ev->now);
	if (concerns_policy(w, &out))
		w->must_look = true;
	if (held(w))
		out.next = mono_min(out.next, mono_add(held(w)->now, CLAIMANT_WAIT_USEC));
	put_off(w, w->must_look ? ev->now : out.next);
	forget_if_calm(w);
	if (out.ask)
		ask(w, ev->now);
	if (out.announce || out.defend)
		w->env->ops->announce(w->ctx, !out.announce, ev->now);
	if (out.try)
		try_to_send(w, ev->now);
}

/* Somebody else answers for one of our addresses. Who it is may have to be asked first: the last answer waits for that. */
static void answered(struct witness *w, struct suspect_event *ev)
{
	struct notes *n;

	if (peers_who(w->env->peers, w->place.index, w->env->ops->is_vip, w->ctx, ev)) {
		witness_tell(w, ev);
		return;
	}
	n = notes_of(w);
	if (!n->held)
		n->held = x_calloc(1, sizeof(*n->held));
	*n->held = *ev;
	put_off(w, mono_add(ev->now, CLAIMANT_WAIT_USEC));
}

static void answer_held(struct witness *w, mono_t now)
{
	struct suspect_event ev;

	if (!held(w) || mono_before(now, mono_add(held(w)->now, CLAIMANT_WAIT_USEC)))
		return;
	ev = *w->notes->held;
	free(w->notes->held);
	w->notes->held = NULL;
	ev.now = now;
	if (w->place.index)
		answered(w, &ev);
}

void witness_run(struct witness *w, mono_t now)
{
	const bool must_look = w->must_look;

	w->due = MONO_NEVER;
	w->must_look = false;
	answer_held(w, now);
	witness_tell(w, &(struct suspect_event){ .now = now, .type = SUSPECT_EV_TIMER });
	if (must_look)
		w->env->ops->look(w->ctx, now);
}

/*
 * By one who was MASTER too, and lets go: clients may still go there. Anybody may ask so, and as often as he likes. Whoever lets go
 * has heard our adverts for ROLE_RELEASE_WAIT before: what was announced since then, those clients heard as well.
 */
static void on_asked(struct witness *w, const struct addr *vip, mono_t now)
{
	if (mono_diff(now, w->told_at) < ROLE_RELEASE_WAIT || !w->env->ops->is_vip(w->ctx, vip))
		return;
	w->told_at = now;
	w->env->ops->announce(w->ctx, true, now);
}

/* ARP and neighbour advertisements of others on the interface; those that this host sends do not come here. */
static void on_claim(void *ctx, const struct raw_arp *arp, mono_t now)
{
	struct witness *w = ctx;
	struct suspect_event ev = { .now = now, .about = arp->sender };

	if (addr_is_set(&arp->asked)) {
		on_asked(w, &arp->asked, now);
		return;
	}
	memcpy(ev.mac, arp->mac, sizeof(ev.mac));
	if (addr_equal(&arp->sender, &w->suspect.rival)) {
		if (!w->suspect.doubts)
			return; /* without a suspicion it is none either, and every instance on the interface hears of it */
		ev.type = SUSPECT_EV_PEER_ALIVE;
		ev.peer = arp->sender;
		witness_tell(w, &ev);
	} else if (addr_equal(&arp->sender, &w->place.own)) {
		ev.type = SUSPECT_EV_OWN_ADDRESS;
		witness_tell(w, &ev);
	} else if (w->env->ops->is_vip(w->ctx, &arp->sender)) {
		ev.type = SUSPECT_EV_ANSWERED;
		answered(w, &ev);
	}
}

/* Unicast peers are known before they are heard. */
static void meet_peers(struct witness *w, mono_t now)
{
	for (unsigned i = 0; i < w->conf->peers.n; i++)
		peers_heard(w->env->peers, w->place.index, &((const struct vrrp_peer *)w->conf->peers.item[i])->addr,
			now);
}

/* What on_claim() knows what to do with. Whom it takes for its rival does not change while it is MASTER. */
static void watch_addresses(struct witness *w)
{
	for (unsigned i = 0; i < w->conf->vips.n; i++)
		(void)port_watch(w->port, &w->ear, &((const struct vrrp_vip *)w->conf->vips.item[i])->addr);
	if (addr_is_set(&w->place.own))
		(void)port_watch(w->port, &w->ear, &w->place.own);
	if (addr_is_set(&w->suspect.rival))
		(void)port_watch(w->port, &w->ear, &w->suspect.rival);
}

static void watch_anew(struct witness *w)
{
	if (!w->port)
		return;
	port_unwatch(w->port, &w->ear);
	watch_addresses(w);
}

/* It listens only while there is something to defend: every other host's ARP is work. */
static void attend(struct witness *w)
{
	if (!w->is_master || !w->place.index) {
		witness_unbind(w);
		return;
	}
	if (w->port && port_index(w->port) != w->place.index)
		witness_unbind(w);
	if (!w->port && port_use(w->env->ports, w->place.index, &w->port) == 0)
		watch_addresses(w);
}

void witness_move(struct witness *w, const struct witness_place *place)
{
	const bool is_other = !addr_equal(&w->place.own, &place->own);

	w->place = *place;
	if (is_other)
		watch_anew(w);
	attend(w);
}

void witness_unbind(struct witness *w)
{
	if (!w->port)
		return;
	port_unwatch(w->port, &w->ear);
	port_release(w->port);
	w->port = NULL;
}

void witness_state(struct witness *w, bool is_master, mono_t now)
{
	w->is_master = is_master;
	attend(w);
	if (is_master)
		meet_peers(w, now);
	witness_tell(w,
		&(struct suspect_event){ .now = now, .type = is_master ? SUSPECT_EV_MASTER : SUSPECT_EV_OTHER });
}

struct witness *witness_new(const struct witness_env *env, void *ctx)
{
	struct witness *w = x_calloc(1, sizeof(*w));

	w->env = env;
	w->ctx = ctx;
	w->ear = (struct port_ear){ on_claim, w };
	w->due = MONO_NEVER;
	suspect_init(&w->suspect, NULL);
	return w;
}

void witness_free(struct witness *w)
{
	if (!w)
		return;
	witness_unbind(w);
	free(w->suspect.doubts);
	if (w->notes)
		free(w->notes->held);
	free(w->notes);
	free(w);
}

void witness_conf(struct witness *w, const struct vrrp_conf *conf, int64_t down)
{
	w->conf = conf;
	static const enum suspect_mute when[] = { [VRRP_UNSENT_YIELD] = SUSPECT_MUTE_SERVED,
		[VRRP_UNSENT_KEEP] = SUSPECT_MUTE_NEVER, [VRRP_UNSENT_FAULT] = SUSPECT_MUTE_ALWAYS };

	suspect_conf(&w->suspect, (int64_t)conf->interval_cs * 10 * MONO_MSEC, down);
	suspect_spread(&w->suspect, (uint8_t)conf->vrid);
	suspect_when_mute(&w->suspect, when[conf->rare->on_unsent]);
	watch_anew(w);
}

void witness_faults(const struct witness *w, struct faults *f)
{
	static const enum suspicion lists[] = { SUSPECT_ADDRESS_LIST, SUSPECT_FOREIGN_VRID };

	if (w->suspect.doubts && w->suspect.doubts->is_mute)
		faults_add(f, "cannot transmit: %s (on_transmit_failure)",
			state_of(w, SUSPECT_CANNOT_TRANSMIT)->detail);
	for (unsigned i = 0; i < 2 && w->conf->rare->on_mismatch == VRRP_MISMATCH_FAULT; i++)
		if (witness_suspects(w) & 1U << lists[i])
			faults_add(f, "%s (on_address_mismatch)", state_of(w, lists[i])->detail);
}

unsigned witness_suspects(const struct witness *w)
{
	unsigned bits = 0;

	for (unsigned i = 0; w->suspect.doubts && i < SUSPICIONS; i++)
		bits |= w->suspect.doubts->of[i].is_on ? 1U << i : 0;
	return bits;
}

void witness_show(const struct witness *w, struct writer *out, mono_t now)
{
	writer_array(out, "suspicions");
	for (unsigned i = 0; i < SUSPICIONS; i++) {
		const struct suspect_state *st = state_of(w, (enum suspicion)i);

		if (!st || !st->is_on)
			continue;
		writer_object(out, NULL);
		writer_str(out, "name", suspicion_str((enum suspicion)i));
		writer_str(out, "detail", st->detail);
		writer_int(out, "since_usec", mono_diff(now, st->since));
		writer_str(out, "cure", suspicion_cure((enum suspicion)i));
		writer_bool(out, "alarm", suspicion_is_alarm((enum suspicion)i));
		writer_end(out);
	}
	writer_end(out);
	writer_object(out, "suspicion_counters");
	for (unsigned i = 0; i < SUSPICIONS; i++)
		writer_int(out, suspicion_str((enum suspicion)i), w->notes ? (int64_t)w->notes->raised[i] : 0);
	writer_end(out);
}
