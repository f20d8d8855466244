/* show_why.c - see show_why.h. */
#include "vrrp/show_why.h"

#include "ctl/writer.h"
#include "vrrp/conf.h"
#include "vrrp/instance_types.h"
#include "vrrp/trackers.h"
#include "vrrp/why.h"

enum { SENTENCE_MAX = 256 };

static const char *state_str(const struct track *t)
{
	switch (t->state) {
	case TRACK_UNKNOWN:
		break;
	case TRACK_UP:
		return "up";
	case TRACK_DOWN:
		return "down";
	}
	return "unknown";
}

static void show_tracker(struct writer *w, const struct track *t, bool is_owner, mono_t now)
{
	writer_object(w, NULL);
	writer_str(w, "kind", track_kind_str(t->kind));
	writer_str(w, "name", t->name);
	writer_str(w, "state", state_str(t));
	if (t->kind == TRACK_FILE)
		writer_int(w, "value", t->value);
	writer_int(w, "weight", t->weight);
	writer_bool(w, "reverse", t->is_reverse);
	writer_int(w, "delta", is_owner ? 0 : track_delta(t));
	writer_bool(w, "fault", track_is_fault(t));
	writer_int(w, "since_usec", t->since.usec ? mono_diff(now, t->since) : -1);
	writer_str(w, "detail", t->detail);
	writer_end(w);
}

static void show_all(struct writer *w, const struct track *track, unsigned n, bool is_owner, mono_t now)
{
	writer_array(w, "trackers");
	for (unsigned i = 0; i < n; i++)
		show_tracker(w, &track[i], is_owner, now);
	writer_end(w);
}

void show_trackers(struct writer *w, const struct track *track, unsigned n, mono_t now)
{
	show_all(w, track, n, false, now);
}

void show_why(struct writer *w, const struct instance_view *v, mono_t now)
{
	const struct why_look look = { v->router, &v->receiver->peer, v->faults, now };
	bool is_owner = v->conf->priority == VRRP_PRIORITY_OWNER;
	struct track_result sum;
	char text[SENTENCE_MAX];

	track_sum((uint8_t)v->conf->priority, v->trackers->track, v->trackers->n, &sum);
	show_all(w, v->trackers->track, v->trackers->n, is_owner, now);
	writer_int(w, "priority_sum", is_owner ? VRRP_PRIORITY_OWNER : sum.sum);
	writer_str(w, "rule", why_rule_str(why_rule(&look)));
	writer_str(w, "verdict", why_str(&look, text, sizeof(text)));
}
