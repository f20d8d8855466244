/* check.c - see check.h. One walk over the document, with a function that takes each problem. */
#include "ctl/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "ctl/reader.h"

/* Who asks: prints problems of one level, or only looks for the worst. */
struct inquiry {
	FILE *out; /* NULL: only looks */
	enum check_level level, worst;
};

static void problem(struct inquiry *q, enum check_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void problem(struct inquiry *q, enum check_level level, const char *fmt, ...)
{
	va_list ap;

	if (level > q->worst)
		q->worst = level;
	if (!q->out || level != q->level)
		return;
	fputs(level == CHECK_CRITICAL ? "CRITICAL: " : "WARNING: ", q->out);
	va_start(ap, fmt);
	(void)vfprintf(q->out, fmt, ap);
	va_end(ap);
	fputs("\n", q->out);
}

static void look_at_instance(const struct jvalue *vi, struct inquiry *q)
{
	const struct jvalue *faults = reader_get(vi, "faults"), *suspicions = reader_get(vi, "suspicions");
	const char *name = reader_str(vi, "name", "?");

	for (size_t i = 0; i < reader_count(faults); i++)
		problem(q, CHECK_CRITICAL, "%s is in FAULT: %s", name, reader_text(reader_at(faults, i), "?"));
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

static void look_at_fifo(const struct jvalue *f, struct inquiry *q)
{
	if (reader_str(f, "wrong", NULL))
		problem(q, CHECK_WARNING, "%s: %s", reader_str(f, "path", "?"), reader_str(f, "wrong", "?"));
}

static void look_at_rest(const struct jvalue *doc, struct inquiry *q)
{
	const struct jvalue *reload = reader_get(doc, "last_reload"), *ipvs = reader_get(doc, "ipvs");
	const struct jvalue *closed = reader_get(doc, "no_accept");

	if (reload && !reader_bool(reload, "ok"))
		problem(q, CHECK_WARNING, "the last reload was refused: %s", reader_str(reload, "error", "?"));
	if (ipvs && !reader_bool(ipvs, "available") && reader_count(reader_get(doc, "services")))
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
	{ "instances", look_at_instance },
	{ "services", look_at_service },
	{ "fifos", look_at_fifo },
};

static enum check_level look(const struct jvalue *doc, FILE *out, enum check_level level)
{
	struct inquiry q = { .out = out, .level = level };

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
	return look(doc, NULL, CHECK_FINE);
}

void check_show(const struct jvalue *doc, FILE *out)
{
	(void)look(doc, out, CHECK_CRITICAL);
	if (look(doc, out, CHECK_WARNING) == CHECK_FINE)
		fprintf(out, "OK: %zu instances, %zu services\n", reader_count(reader_get(doc, "instances")),
			reader_count(reader_get(doc, "services")));
}
