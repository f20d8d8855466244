/* suspect_mute.c - see suspect_mute.h. */
#include "vrrp/suspect_mute.h"

#include "vrrp/suspect_types.h"

/* Who has to give up twice within AGAIN_USEC stays away for longer. */
enum { AGAIN_USEC = 300000000, STAY_AWAY_USEC = 30000000 };

/* Somebody serves whom we hear, or who answers for our address, since our adverts are refused. */
static bool is_served(const struct suspect *s)
{
	return !mono_before(s->valid_at, s->doubts->unsent_at) || s->doubts->of[SUSPECT_SPLIT].is_on;
}

/* A down interval: as long as it takes the others to miss us. */
static bool must_give_up(const struct suspect *s, mono_t now)
{
	const struct suspect_doubts *d = s->doubts;

	if (!s->is_master || d->is_mute || !d->unsent_at.usec || mono_diff(now, d->unsent_at) < s->down)
		return false;
	return s->when_mute == SUSPECT_MUTE_ALWAYS || (s->when_mute == SUSPECT_MUTE_SERVED && is_served(s));
}

static void give_up_or_return(struct suspect *s, int64_t every, mono_t now, struct suspect_out *out)
{
	struct suspect_doubts *d = s->doubts;

	if (d->is_mute && d->unsent_at.usec == 0 && !mono_before(now, d->mute_until)) {
		d->is_mute = false;
		d->mute_ended_at = now;
		out->has_turned = true;
	} else if (must_give_up(s, now)) {
		d->is_mute = true;
		d->mute_until = d->mute_ended_at.usec ? mono_add(now, STAY_AWAY_USEC) : now;
		d->try_at = mono_add(now, every);
		out->has_turned = true;
	}
}

static void try_if_due(struct suspect *s, int64_t every, mono_t now, struct suspect_out *out)
{
	if (!s->doubts->is_mute || mono_before(now, s->doubts->try_at))
		return;
	out->try = true;
	s->doubts->try_at = mono_add(now, every);
}

void suspect_mute_step(struct suspect *s, int64_t every, mono_t now, struct suspect_out *out)
{
	struct suspect_doubts *d = s->doubts;

	if (d->mute_ended_at.usec && mono_diff(now, d->mute_ended_at) >= AGAIN_USEC)
		d->mute_ended_at = (mono_t){ 0 };
	give_up_or_return(s, every, now, out);
	try_if_due(s, every, now, out);
}
