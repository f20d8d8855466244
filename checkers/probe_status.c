/* probe_status.c - see probe_status.h. */
#include "checkers/probe_status.h"

#include "checkers/conf.h"
#include "checkers/dial.h"
#include "checkers/runner.h"
#include "ctl/writer.h"

static void write_check(struct writer *w, const struct check *c, mono_t now)
{
	char target[DIAL_NAME_LEN];

	writer_object(w, NULL);
	writer_str(w, "service", c->place.service);
	writer_str(w, "server", c->place.server);
	writer_str(w, "kind", c->place.conf->how->checker->name);
	writer_str(w, "target", dial_name(c->place.conf, target));
	writer_str(w, "state", runner_state_str(c));
	writer_str(w, "reason", c->runs ? check_reason_str(c->verdict.reason) : NULL);
	writer_str(w, "detail", runner_detail(c));
	writer_int(w, "failures", c->verdict.failures);
	writer_int(w, "latency_usec", c->verdict.latency_usec);
	if (c->runs)
		writer_int(w, "last_usec", mono_diff(now, c->ended));
	else
		writer_str(w, "last_usec", NULL);
	writer_int(w, "runs", (int64_t)c->runs);
	writer_bool(w, "suspended", c->is_suspended);
	if (c->is_suspended)
		writer_str(w, "next_usec", NULL);
	else
		writer_int(w, "next_usec", mono_diff(c->due, now) > 0 ? mono_diff(c->due, now) : 0);
	writer_end(w);
}

char *probe_status(const struct runner *r, struct check *const *checks, unsigned n, size_t *ret_len)
{
	struct writer *w = writer_new();
	struct runner_stats stats;
	mono_t now = mono_now();
	char *text;

	runner_stats(r, &stats);
	writer_array(w, "checks");
	for (unsigned i = 0; i < n; i++)
		write_check(w, checks[i], now);
	writer_end(w);
	writer_int(w, "inflight", stats.inflight);
	writer_int(w, "queued", stats.queued);
	writer_int(w, "late", (int64_t)stats.late);
	writer_int(w, "local_errors", (int64_t)stats.local_errors);
	text = writer_text(w, ret_len);
	writer_free(w);
	return text;
}
