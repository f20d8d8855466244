/* why.c - see why.h. */
#include "ctl/why.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "ctl/age.h"
#include "ctl/reader.h"

enum { LABEL_WIDTH = 28, AGE_LEN = 32 };

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

static void show_sum(const struct jvalue *vi, FILE *out)
{
	int64_t sum = reader_int(vi, "priority_sum", 0), effective = reader_int(vi, "effective_priority", 0);

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

/* How punctual this process is: what is compared with the skew of the priorities. */
static void show_late(const struct jvalue *vi, FILE *out)
{
	const struct jvalue *late = reader_get(vi, "timer_late");

	if (late)
		fprintf(out, "  %-*s %5.1f ms, %.1f ms at most\n", LABEL_WIDTH, "own timer late by",
			(double)reader_int(late, "last_usec", 0) / 1e3, (double)reader_int(late, "max_usec", 0) / 1e3);
}

void why_show(const struct jvalue *vi, FILE *out)
{
	const struct jvalue *trackers = reader_get(vi, "trackers"), *faults = reader_get(vi, "faults");
	char buf[AGE_LEN];

	fprintf(out, "%s is %s for %s: %s\n", reader_str(vi, "name", "?"), reader_str(vi, "state", "?"),
		age_str(reader_int(vi, "since_usec", 0), buf, sizeof(buf)), reader_str(vi, "reason", "-"));
	fprintf(out, "  %-*s %5" PRId64 "\n", LABEL_WIDTH, "base priority", reader_int(vi, "priority", 0));
	for (size_t i = 0; i < reader_count(trackers); i++)
		show_tracker(reader_at(trackers, i), out);
	show_sum(vi, out);
	show_peer(vi, out);
	show_late(vi, out);
	for (size_t i = 0; i < reader_count(faults); i++)
		fprintf(out, "  FAULT because %s\n", reader_text(reader_at(faults, i), "?"));
	fprintf(out, "%s\n", reader_str(vi, "verdict", "?"));
}
