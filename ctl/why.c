/* why.c - see why.h. */
#include "ctl/why.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "ctl/age.h"
#include "ctl/reader.h"

enum { LABEL_WIDTH = 28, AGE_LEN = 32, PRIORITY_MAX = 254, PRIORITY_OWNER = 255 };

const struct jvalue *why_find(const struct jvalue *doc, const char *name)
{
	const struct jvalue *all = reader_get(doc, "instances");

	for (size_t i = 0; i < reader_count(all); i++)
		if (!strcmp(reader_str(reader_at(all, i), "name", ""), name))
			return reader_at(all, i);
	return NULL;
}

void why_unknown(const struct jvalue *doc, const char *name, struct text *out)
{
	const struct jvalue *all = reader_get(doc, "instances"), *silent = reader_get(doc, "not_responding");
	const char *near = NULL;
	unsigned least = 3;

	for (size_t i = 0; i < reader_count(silent); i++)
		if (!strcmp(reader_text(reader_at(silent, i), ""), "vrrp")) {
			text_add(out, "the vrrp process does not answer: nothing is known of the instances");
			return;
		}
	for (size_t i = 0; i < reader_count(all); i++) {
		const char *other = reader_str(reader_at(all, i), "name", "");
		unsigned d = text_distance(other, name);

		if (d < least) {
			least = d;
			near = other;
		}
	}
	text_printf(out, "there is no instance '%s'%s%s%s", name, near ? ": did you mean '" : "", near ? near : "",
		near                        ? "'?"
			: reader_count(all) ? " (vipctl status lists them)"
					    : ": vipd runs none");
}

/* "script chk              -30  down for 3 s: exit code 1 (weight -30)" */
static void show_tracker(const struct jvalue *t, FILE *out)
{
	char label[128], buf[AGE_LEN];
	const char *detail = reader_str(t, "detail", NULL), *state = reader_str(t, "state", "?");
	bool is_file = reader_get(t, "value") != NULL && strcmp(state, "unknown") != 0;

	snprintf(label, sizeof(label), "%s %s", reader_str(t, "kind", "?"), reader_str(t, "name", "?"));
	if (reader_bool(t, "fault"))
		fprintf(out, "  %-*s FAULT  ", LABEL_WIDTH, label);
	else
		fprintf(out, "  %-*s %+5" PRId64 "  ", LABEL_WIDTH, label, reader_int(t, "delta", 0));
	if (is_file)
		fprintf(out, "has %" PRId64, reader_int(t, "value", 0));
	else
		fputs(state, out);
	fprintf(out, " for %s%s%s (weight %" PRId64 "%s)\n", age_str(reader_int(t, "since_usec", 0), buf, sizeof(buf)),
		detail ? ": " : "", detail ? detail : "", reader_int(t, "weight", 0),
		reader_bool(t, "reverse") ? " reverse" : "");
}

/* The sync group that has an instance of that name; NULL: none. */
static const struct jvalue *group_of(const struct jvalue *doc, const char *name)
{
	const struct jvalue *all = reader_get(doc, "groups");

	for (size_t i = 0; i < reader_count(all); i++) {
		const struct jvalue *members = reader_get(reader_at(all, i), "members");

		for (size_t k = 0; k < reader_count(members); k++)
			if (!strcmp(reader_text(reader_at(members, k), ""), name))
				return reader_at(all, i);
	}
	return NULL;
}

/* `from` has the base and its trackers: the instance, or its group. */
static void show_sum(const struct jvalue *vi, const struct jvalue *from, FILE *out)
{
	int64_t sum = reader_int(from, "priority_sum", 0), effective = reader_int(vi, "effective_priority", 0);

	fprintf(out, "  %-*s %5" PRId64, LABEL_WIDTH, "effective priority", effective);
	if (sum != effective)
		fprintf(out, "  the sum is %" PRId64 ", and a priority is 1 to 254", sum);
	fputs("\n", out);
}

static void show_peer(const struct jvalue *vi, FILE *out)
{
	const struct jvalue *peer = reader_get(vi, "peer");
	const char *dropped = reader_str(peer, "dropped", NULL);
	int64_t heard = reader_int(peer, "heard_usec", -1);
	char buf[AGE_LEN];

	if (!reader_str(peer, "address", NULL)) {
		fputs("  no other router was heard\n", out);
		return;
	}
	fprintf(out, "  %-*s %5" PRId64 "  ", LABEL_WIDTH, reader_str(peer, "address", "?"),
		reader_int(peer, "priority", 0));
	if (heard >= 0)
		fprintf(out, "its last advert came %s ago", age_str(heard, buf, sizeof(buf)));
	else
		fputs("it was never heard with a valid advert", out);
	fprintf(out, "%s%s\n", dropped ? "; the last one was dropped: " : "", dropped ? dropped : "");
}

/* What the weights can make of the base: with all that is tracked at its best, and at its worst. */
struct reach {
	int64_t high, low;
	bool is_known; /* no file among them, whose number may be any */
};

static int64_t clamped(int64_t priority)
{
	return priority < 1 ? 1 : priority > PRIORITY_MAX ? PRIORITY_MAX : priority;
}

static struct reach reach_of(const struct jvalue *from)
{
	const struct jvalue *trackers = reader_get(from, "trackers");
	int64_t base = reader_int(from, "priority", 0);
	struct reach r = { base, base, true };

	for (size_t i = 0; i < reader_count(trackers); i++) {
		const struct jvalue *t = reader_at(trackers, i);
		int64_t weight = reader_int(t, "weight", 0), delta = reader_bool(t, "reverse") ? -weight : weight;

		r.high += delta > 0 ? delta : 0;
		r.low += delta < 0 ? delta : 0;
		if (weight != 0 && !strcmp(reader_str(t, "kind", ""), "file"))
			r.is_known = false;
	}
	return (struct reach){ clamped(r.high), clamped(r.low), r.is_known && r.high != r.low };
}

/* That no weight lets the other router win, by the priority that was heard of it: W104, where the file does not say that. */
static void show_idle(const struct jvalue *from, const struct jvalue *peer, FILE *out)
{
	const int64_t other = reader_int(peer, "priority", 0);
	const struct reach r = reach_of(from);

	if (!r.is_known || reader_int(from, "priority", 0) == PRIORITY_OWNER || reader_str(peer, "dropped", NULL) ||
		reader_int(peer, "heard_usec", -1) < 0 || other < 1 || r.high <= other || r.low < other)
		return;
	fprintf(out,
		"  %-*s %5" PRId64 "  %" PRId64 " - %" PRId64 " is not below %" PRId64
		" of %s: no weight here causes a fail-over\n",
		LABEL_WIDTH, "with all of them failed", r.low, r.high, r.high - r.low, other,
		reader_str(peer, "address", "?"));
}

/* How punctual this process is: what is compared with the skew of the priorities. */
static void show_late(const struct jvalue *vi, FILE *out)
{
	const struct jvalue *late = reader_get(vi, "timer_late");

	if (late)
		fprintf(out, "  %-*s %5.1f ms, %.1f ms at most\n", LABEL_WIDTH, "own timer late by",
			(double)reader_int(late, "last_usec", 0) / 1e3, (double)reader_int(late, "max_usec", 0) / 1e3);
}

/* The owner's priority is its own, in a group as well (RFC 9568 5.2.4). */
static const struct jvalue *base_of(const struct jvalue *doc, const struct jvalue *vi)
{
	const struct jvalue *group = doc ? group_of(doc, reader_str(vi, "name", "")) : NULL;

	return group && reader_int(vi, "priority", 0) != PRIORITY_OWNER ? group : vi;
}

static void show_base(const struct jvalue *vi, const struct jvalue *from, FILE *out)
{
	fprintf(out, "  %-*s %5" PRId64, LABEL_WIDTH, "base priority", reader_int(from, "priority", 0));
	if (from != vi)
		fprintf(out, "  the least of sync group %s: what any member tracks counts for all",
			reader_str(from, "name", "?"));
	fputs("\n", out);
}

void why_show(const struct jvalue *vi, FILE *out)
{
	why_show_in(NULL, vi, out);
}

void why_show_in(const struct jvalue *doc, const struct jvalue *vi, FILE *out)
{
	const struct jvalue *from = base_of(doc, vi), *trackers = reader_get(from, "trackers");
	const struct jvalue *faults = reader_get(vi, "faults");
	char buf[AGE_LEN];

	fprintf(out, "%s is %s for %s: %s\n", reader_str(vi, "name", "?"), reader_str(vi, "state", "?"),
		age_str(reader_int(vi, "since_usec", 0), buf, sizeof(buf)), reader_str(vi, "reason", "-"));
	show_base(vi, from, out);
	for (size_t i = 0; i < reader_count(trackers); i++)
		show_tracker(reader_at(trackers, i), out);
	show_sum(vi, from, out);
	show_peer(vi, out);
	show_idle(from, reader_get(vi, "peer"), out);
	show_late(vi, out);
	for (size_t i = 0; i < reader_count(faults); i++)
		fprintf(out, "  FAULT because %s\n", reader_text(reader_at(faults, i), "?"));
	fprintf(out, "%s\n", reader_str(vi, "verdict", "?"));
}
