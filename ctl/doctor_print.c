/* doctor_print.c - see doctor_print.h. */
#include "ctl/doctor_print.h"

#include <string.h>

#include "ctl/doctor_findings.h"
#include "ctl/writer.h"

enum { WIDTH = 100, INDENT = 12 };

static const char *severity_str(enum doctor_severity s)
{
	switch (s) {
	case DOCTOR_NOTE:
		return "note";
	case DOCTOR_WARNING:
		return "warning";
	case DOCTOR_ERROR:
		return "error";
	}
	return "?";
}

/* "  evidence: " and the text, broken at blanks into lines of WIDTH. */
static void print_part(const char *label, const char *text, FILE *out)
{
	int column = fprintf(out, "  %-*s", INDENT - 2, label);

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > INDENT && column + (int)len + 1 > WIDTH)
			column = fprintf(out, "\n%*s", INDENT, "") - 1;
		column += fprintf(out, "%s%.*s", column > INDENT ? " " : "", (int)len, text);
		text += len;
		text += strspn(text, " ");
	}
	fputs("\n", out);
}

static void print_finding(const struct doctor_finding *f, FILE *out)
{
	fprintf(out, "%s [%s] %s\n", f->severity == DOCTOR_ERROR ? "ERROR" : "WARNING", f->id, f->subject);
	print_part("what:", f->what, out);
	print_part("evidence:", f->evidence, out);
	print_part("cure:", f->cure, out);
	fputs("\n", out);
}

static void print_counts(const struct doctor_findings *all, FILE *out)
{
	unsigned errors = doctor_count(all, DOCTOR_ERROR), warnings = doctor_count(all, DOCTOR_WARNING);

	fprintf(out, "%u error%s, %u warning%s; %u service%s, %u real server%s, %u virtual address%s looked at\n",
		errors, errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s", all->facts->n_services,
		all->facts->n_services == 1 ? "" : "s", all->facts->n_servers, all->facts->n_servers == 1 ? "" : "s",
		all->facts->n_vips, all->facts->n_vips == 1 ? "" : "es");
}

void doctor_print(const struct doctor_findings *all, FILE *out)
{
	for (unsigned i = 0; i < all->n; i++)
		if (all->item[i].severity != DOCTOR_NOTE)
			print_finding(&all->item[i], out);
	for (unsigned i = 0; i < all->n; i++)
		if (all->item[i].severity == DOCTOR_NOTE)
			fprintf(out, "fine: %s: %s\n", all->item[i].evidence, all->item[i].what);
	for (unsigned i = 0; i < all->facts->n_unseen; i++)
		fprintf(out, "not looked at: %s\n", all->facts->unseen[i]);
	print_counts(all, out);
}

char *doctor_print_json(const struct doctor_findings *all)
{
	struct writer *w = writer_new();
	char *text;

	writer_array(w, "findings");
	for (unsigned i = 0; i < all->n; i++) {
		const struct doctor_finding *f = &all->item[i];

		writer_object(w, NULL);
		writer_str(w, "id", f->id);
		writer_str(w, "severity", severity_str(f->severity));
		writer_str(w, "subject", f->subject);
		writer_str(w, "what", f->what);
		writer_str(w, "evidence", f->evidence);
		writer_str(w, "cure", *f->cure ? f->cure : NULL);
		writer_end(w);
	}
	writer_end(w);
	writer_array(w, "not_looked_at");
	for (unsigned i = 0; i < all->facts->n_unseen; i++)
		writer_str(w, NULL, all->facts->unseen[i]);
	writer_end(w);
	writer_object(w, "count");
	writer_int(w, "error", doctor_count(all, DOCTOR_ERROR));
	writer_int(w, "warning", doctor_count(all, DOCTOR_WARNING));
	writer_int(w, "note", doctor_count(all, DOCTOR_NOTE));
	writer_int(w, "services", all->facts->n_services);
	writer_int(w, "servers", all->facts->n_servers);
	writer_int(w, "addresses", all->facts->n_vips);
	writer_end(w);
	text = writer_text(w, NULL);
	writer_free(w);
	return text;
}
