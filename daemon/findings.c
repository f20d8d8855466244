/* findings.c - see findings.h. Text and gcc are lib/conf's; the JSON document is made here, where lib/ctl may be used. */
#include "daemon/findings.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "conf/report.h"
#include "ctl/writer.h"

/* How many of each kind there are. */
struct counts {
	unsigned errors, warnings, inert, environment; /* inert: of the warnings, those that change no exit code */
};

bool findings_format_of(const char *name, enum findings_format *ret)
{
	static const char *const names[] = { "text", "full", "gcc", "json" };

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		*ret = (enum findings_format)i;
		return true;
	}
	return false;
}

bool findings_colour(FILE *out)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	return isatty(fileno(out)) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

static struct counts count(struct report *r)
{
	struct counts c = { .errors = report_count(r, CONF_ERROR),
		.warnings = report_count(r, CONF_WARNING),
		.environment = report_count(r, CONF_ENVIRONMENT) };
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r, i)); i++)
		c.inert += f->class == CONF_WARNING && f->is_inert;
	return c;
}

static void add_count(struct text *t, unsigned n, const char *one, const char *many)
{
	if (n)
		text_printf(t, "%s%u %s", t->len ? ", " : "", n, n == 1 ? one : many);
}

static void print_summary(struct report *r, FILE *out)
{
	struct counts c = count(r);
	struct text t = { 0 };

	add_count(&t, c.errors, "error", "errors");
	add_count(&t, c.warnings, "warning", "warnings");
	if (c.inert && c.inert == c.warnings)
		text_add(&t, " (for information)");
	else if (c.inert)
		text_printf(&t, " (%u for information)", c.inert);
	add_count(&t, c.environment, "thing missing on this machine", "things missing on this machine");
	add_count(&t, report_silenced(r), "allowed by a comment", "allowed by comments");
	if (t.len)
		fprintf(out, "%s; %s\n", text_str(&t), c.errors ? "refused" : "accepted");
	else
		fputs("clean\n", out);
	text_done(&t);
}

static void write_place(const struct place *at, struct writer *w)
{
	writer_str(w, "file", at->file);
	writer_int(w, "line", at->line);
	writer_int(w, "column", at->column);
}

static void write_used(const struct place *used, struct writer *w)
{
	writer_array(w, "used");
	for (; used; used = used->used) {
		writer_object(w, NULL);
		writer_str(w, "how", report_is_include(used) ? "include" : "use");
		write_place(used, w);
		writer_end(w);
	}
	writer_end(w);
}

static void write_finding(const struct finding *f, struct writer *w)
{
	const char *source = f->at.line ? f->at.source : NULL;

	writer_object(w, NULL);
	writer_str(w, "class", report_class_str(f->class));
	writer_str(w, "id", f->id);
	write_place(&f->at, w);
	writer_int(w, "length", f->at.line ? f->at.len : 0);
	writer_str(w, "text", f->text);
	writer_str(w, "hint", f->hint);
	writer_bool(w, "security", f->is_security);
	writer_bool(w, "information", f->is_inert);
	writer_int(w, "more", f->more);
	write_used(f->at.used, w);
	if (source)
		writer_fmt(w, "source", "%.*s", (int)f->at.source_len, source);
	else
		writer_str(w, "source", NULL);
	writer_end(w);
}

static void print_json(struct report *r, const char *file, FILE *out)
{
	struct counts c = count(r);
	struct writer *w = writer_new();
	const struct finding *f;
	char *text;

	writer_str(w, "file", file);
	writer_array(w, "findings");
	for (unsigned i = 0; (f = report_get(r, i)); i++)
		write_finding(f, w);
	writer_end(w);
	writer_object(w, "count");
	writer_int(w, "error", c.errors);
	writer_int(w, "warning", c.warnings);
	writer_int(w, "information", c.inert);
	writer_int(w, "environment", c.environment);
	writer_int(w, "silenced", report_silenced(r));
	writer_end(w);
	writer_bool(w, "accepted", !c.errors);
	writer_int(w, "exit", report_exit_code(r));
	text = writer_text(w, NULL);
	fputs(text, out);
	free(text);
	writer_free(w);
}

/* A finding is printed in many small pieces, and standard error has no buffer: all of them go out at once. */
struct whole {
	FILE *f;
	char *text;
	size_t len;
};

static void whole_init(struct whole *w)
{
	*w = (struct whole){ 0 };
	w->f = open_memstream(&w->text, &w->len);
	if (!w->f)
		abort();
}

static void whole_done(struct whole *w, FILE *out)
{
	fclose(w->f);
	fwrite(w->text, 1, w->len, out);
	free(w->text);
}

void findings_print_text(struct report *r, FILE *out)
{
	struct whole w;

	whole_init(&w);
	report_print(r, w.f, findings_colour(out));
	whole_done(&w, out);
}

void findings_print(struct report *r, const char *file, enum findings_format format, FILE *out)
{
	struct whole w;
	unsigned more;

	whole_init(&w);
	switch (format) {
	case FINDINGS_TEXT:
	case FINDINGS_FULL:
		more = report_print_first(r, w.f, findings_colour(out),
			format == FINDINGS_TEXT ? FINDINGS_SHOWN : UINT_MAX);
		if (more)
			fprintf(w.f, "%u more are not shown: --format=full prints all\n", more);
		print_summary(r, w.f);
		break;
	case FINDINGS_GCC:
		report_print_gcc(r, w.f);
		break;
	case FINDINGS_JSON:
		print_json(r, file, w.f);
		break;
	}
	whole_done(&w, out);
}
