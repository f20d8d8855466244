/* check.c - see check.h. One walk over the document, with a function that takes each problem. */
#include "ctl/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "ctl/reader.h"
#include "ctl/writer.h"

enum { GRACE_USEC = 2000000, APPLY_USEC = 10000000 };

/* Who asks: prints or writes problems of one level, or only looks for the worst. */
struct inquiry {
	FILE *out;        /* NULL: does not print */
	struct writer *w; /* NULL: does not write */
	enum check_level level, worst;
	bool has_ipvs;
};

static void problem(struct inquiry *q, enum check_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static const char *level_str(enum check_level level)
{
	static const char *const names[] = {
		[CHECK_FINE] = "OK", [CHECK_WARNING] = "WARNING", [CHECK_CRITICAL] = "CRITICAL"
	};

	return names[level];
}

static void tell(const struct inquiry *q, const char *text)
{
	if (q->out)
		fprintf(q->out, "%s: %s\n", level_str(q->level), text);
	if (!q->w)
		return;
	writer_object(q->w, NULL);
	writer_str(q->w, "level", level_str(q->level));
	writer_str(q->w, "text", text);
	writer_end(q->w);
}

static void problem(struct inquiry *q, enum check_level level, const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	if (level > q->worst)
		q->worst = level;
	if (level != q->level)
		return;
	va_start(ap, fmt);
	text_vprintf(&t, fmt, ap);
	va_end(ap);
	tell(q, text_str(&t));
	text_done(&t);
}

/* A MASTER has its addresses; one that has just become it is given time. */
static void look_at_vips(const struct jvalue *vi, struct inquiry *q)
{
	const struct jvalue *vips = reader_get(vi, "vips");
	bool is_master = !strcmp(reader_str(vi, "state", ""), "MASTER") &&
		reader_int(vi, "since_usec", 0) >= GRACE_USEC;

	for (size_t i = 0; i < reader_count(vips) && is_master; i++) {
		const struct jvalue *vip = reader_at(vips, i);

		if (!reader_bool(vip, "present"))
			problem(q, CHECK_CRITICAL, "%s is MASTER without its address %s on %s: %s",
				reader_str(vi, "name", "?"), reader_str(vip, "address", "?"),
				reader_str(vip, "dev", "?"), reader_str(vip, "error", "it is added again"));
	}
}

/* Routes and rules that the kernel refused. */
static void look_at_paths(const struct jvalue *all, const char *kind, const char *name, struct inquiry *q)
{
	for (size_t i = 0; i < reader_count(all); i++) {
		const struct jvalue *one = reader_at(all, i);

		if (reader_str(one, "error", NULL))
			problem(q, CHECK_WARNING, "%s: the kernel refused the %s '%s': %s", name, kind,
				reader_str(one, "text", "?"), reader_str(one, "error", "?"));
	}
}

static void look_at_instance(const struct jvalue *vi, struct inquiry *q)
{
	const struct jvalue *faults = reader_get(vi, "faults"), *suspicions = reader_get(vi, "suspicions");
	const char *name = reader_str(vi, "name", "?");

	for (size_t i = 0; i < reader_count(faults); i++)
		problem(q, CHECK_CRITICAL, "%s is in FAULT: %s", name, reader_text(reader_at(faults, i), "?"));
	look_at_vips(vi, q);
	look_at_paths(reader_get(vi, "routes"), "route", name, q);
	look_at_paths(reader_get(vi, "rules"), "rule", name, q);
	for (size_t i = 0; i < reader_count(suspicions); i++) {
		const struct jvalue *s = reader_at(suspicions, i);

		problem(q, reader_bool(s, "alarm") ? CHECK_CRITICAL : CHECK_WARNING, "%s: %s: %s; what helps: %s", name,
			reader_str(s, "name", "?"), reader_str(s, "detail", "?"), reader_str(s, "cure", "?"));
	}
}

static void look_at_service(const struct jvalue *vs, struct inquiry *q)
{
	const struct jvalue *servers = reader_get(vs, "servers");
	const char *name = reader_str(vs, "name", "?");

	if (!reader_bool(vs, "quorum_met"))
		problem(q, CHECK_CRITICAL, "%s has lost its quorum: %" PRId64 " of %zu servers up", name,
			reader_int(vs, "servers_up", 0), reader_count(servers));
	if (reader_bool(vs, "fail_open"))
		problem(q, CHECK_CRITICAL, "%s: fail_open: too many servers failed at once, they are kept", name);
	if (reader_bool(vs, "below_minimum"))
		problem(q, CHECK_CRITICAL, "%s: minimum_available: too few servers are up, failed ones are kept", name);
	for (size_t i = 0; i < reader_count(servers); i++) {
		const struct jvalue *rs = reader_at(servers, i);

		if (!reader_bool(rs, "up"))
			problem(q, CHECK_WARNING, "%s: server %s is down: %s", name, reader_str(rs, "name", "?"),
				reader_str(rs, "detail", "not checked yet"));
		else if (!strcmp(reader_str(reader_get(rs, "path"), "state", ""), "missing"))
			problem(q, CHECK_WARNING,
				"%s: server %s passes its checks, but does not own the virtual address", name,
				reader_str(rs, "name", "?"));
	}
}

static void look_at_process(const struct jvalue *p, struct inquiry *q)
{
	if (!reader_bool(p, "healthy"))
		problem(q, CHECK_CRITICAL, "the %s process does not respond", reader_str(p, "name", "?"));
}

/* One whose answer is missing in the document, though it may not be counted as hung yet. */
static void look_at_silent(const struct jvalue *name, struct inquiry *q)
{
	problem(q, CHECK_CRITICAL, "the %s process did not answer in time: what it does is not known",
		reader_text(name, "?"));
}

static void look_at_bfd(const struct jvalue *s, struct inquiry *q)
{
	if (reader_str(s, "send_error", NULL))
		problem(q, CHECK_WARNING, "bfd session %s cannot send: %s", reader_str(s, "name", "?"),
			reader_str(s, "send_error", "?"));
}

static void look_at_anycast(const struct jvalue *a, struct inquiry *q)
{
	if (reader_bool(a, "wanted") && !reader_bool(a, "present"))
		problem(q, CHECK_CRITICAL, "anycast address %s is not on %s, though its services can serve",
			reader_str(a, "address", "?"), reader_str(a, "device", "?"));
}

/* Settings that are ours and not in force; without IPVS there are none. */
static void look_at_sysctl(const struct jvalue *s, struct inquiry *q)
{
	if (q->has_ipvs && *reader_str(s, "error", ""))
		problem(q, CHECK_WARNING, "net.ipv4.vs.%s is not %s: %s", reader_str(s, "name", "?"),
			reader_str(s, "value", "?"), reader_str(s, "error", ""));
}

static void look_at_fifo(const struct jvalue *f, struct inquiry *q)
{
	if (reader_str(f, "wrong", NULL))
		problem(q, CHECK_WARNING, "%s: %s", reader_str(f, "path", "?"), reader_str(f, "wrong", "?"));
}

/* A reload was accepted, and a process still runs what was before. */
static void look_at_generation(const struct jvalue *doc, struct inquiry *q)
{
	const struct jvalue *all = reader_get(doc, "processes");
	int64_t is = reader_int(doc, "generation", 0);

	for (size_t i = 0;
		i < reader_count(all) && reader_int(reader_get(doc, "last_reload"), "age_usec", 0) >= APPLY_USEC; i++)
		if (reader_int(reader_at(all, i), "generation", is) != is)
			problem(q, CHECK_WARNING, "the %s process has not applied configuration %" PRId64 " yet",
				reader_str(reader_at(all, i), "name", "?"), is);
}

/* All of them: the answer to `check` lists only those that something is wrong with. */
static int64_t services_total(const struct jvalue *doc)
{
	return reader_int(doc, "services_total", (int64_t)reader_count(reader_get(doc, "services")));
}

static void look_at_rest(const struct jvalue *doc, struct inquiry *q)
{
	const struct jvalue *reload = reader_get(doc, "last_reload"), *ipvs = reader_get(doc, "ipvs");
	const struct jvalue *closed = reader_get(doc, "no_accept"), *bfd = reader_get(doc, "bfd_receiver");
	const char *sync = reader_str(reader_get(doc, "sync"), "trouble", "");

	look_at_generation(doc, q);
	if (ipvs && q->has_ipvs && reader_bool(ipvs, "incomplete"))
		problem(q, CHECK_CRITICAL, "IPVS refused a part of its table: %s", reader_str(ipvs, "last_error", "?"));
	if (*sync)
		problem(q, CHECK_WARNING, "connections are not synchronised: %s", sync);
	if (bfd && reader_str(bfd, "error", NULL))
		problem(q, CHECK_CRITICAL, "BFD cannot listen: %s", reader_str(bfd, "error", "?"));
	if (reload && !reader_bool(reload, "ok"))
		problem(q, CHECK_WARNING, "the last reload was refused: %s", reader_str(reload, "error", "?"));
	if (ipvs && !reader_bool(ipvs, "available") && services_total(doc))
		problem(q, CHECK_CRITICAL, "IPVS is not available: %s", reader_str(ipvs, "last_error", "?"));
	if (closed && reader_str(closed, "error", NULL))
		problem(q, CHECK_WARNING, "no_accept: virtual addresses are not closed: %s",
			reader_str(closed, "error", "?"));
}

/* The arrays of the document and who looks at their members. */
static const struct {
	const char *key;
	void (*look)(const struct jvalue *one, struct inquiry *q);
} parts[] = {
	{ "processes", look_at_process },
	{ "not_responding", look_at_silent },
	{ "instances", look_at_instance },
	{ "services", look_at_service },
	{ "fifos", look_at_fifo },
	{ "bfd", look_at_bfd },
	{ "anycast", look_at_anycast },
	{ "sysctl", look_at_sysctl },
};

/* `q` says who asks; what it finds out is in it, the worst is returned. */
static enum check_level look(const struct jvalue *doc, struct inquiry q)
{
	q.has_ipvs = reader_bool(reader_get(doc, "ipvs"), "available");

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct jvalue *all = reader_get(doc, parts[i].key);

		for (size_t k = 0; k < reader_count(all); k++)
			parts[i].look(reader_at(all, k), &q);
	}
	look_at_rest(doc, &q);
	return q.worst;
}

enum check_level check_judge(const struct jvalue *doc)
{
	return look(doc, (struct inquiry){ .level = CHECK_FINE });
}

void check_show(const struct jvalue *doc, FILE *out)
{
	(void)look(doc, (struct inquiry){ .out = out, .level = CHECK_CRITICAL });
	if (look(doc, (struct inquiry){ .out = out, .level = CHECK_WARNING }) == CHECK_FINE)
		fprintf(out, "OK: %zu instances, %" PRId64 " services\n", reader_count(reader_get(doc, "instances")),
			services_total(doc));
}

struct writer *check_document(const struct jvalue *doc)
{
	struct writer *w = writer_new();

	writer_str(w, "level", level_str(check_judge(doc)));
	writer_array(w, "problems");
	(void)look(doc, (struct inquiry){ .w = w, .level = CHECK_CRITICAL });
	(void)look(doc, (struct inquiry){ .w = w, .level = CHECK_WARNING });
	writer_end(w);
	writer_int(w, "instances", (int64_t)reader_count(reader_get(doc, "instances")));
	writer_int(w, "services", services_total(doc));
	return w;
}
