/*
 * page.c - writes vipd.conf(5) from the tables of all floors. A template has the prose; a line "@BLOCKS@" in it stands for the blocks
 * and their keywords, "@LINTS@" for the lints, "@OBSOLETE@" for old spellings.
 *
 *   conf_page TEMPLATE        the manual page, to standard output
 *   conf_page --examples DIR  each block's example as DIR/NAME.conf; "NAME.conf works|later" to standard output
 *   conf_page --check         what the tables fail to say, one line each; exit 1 when there is something
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/value.h"
#include "daemon/lint.h"
#include "roff.h"
#include "sections.h"

enum { LINE_MAX_LEN = 1024, EXAMPLE_MAX_LEN = 64 };

struct page {
	struct sections sections;
	struct text out;
	struct text again; /* keywords of the section at hand that another one has already explained */
	const struct section *again_in;
	enum conf_status status;         /* of the rows that are written now */
	const struct conf_item *before; /* the row before */
	unsigned failed;                 /* --check */
};

/* Keywords. */

static const char *cost_str(enum conf_cost c)
{
	switch (c) {
	case CONF_SAME:
		break;
	case CONF_LIVE:
		return "live";
	case CONF_REBIND:
		return "rebind";
	case CONF_RESTART:
		return "restart";
	}
	return "";
}

static const char *kind_str(const struct conf_item *it)
{
	switch (it->type) {
	case CONF_UINT:
	case CONF_INT:
		return it->unit == CONF_CENTISEC ? "Seconds" : "Number";
	case CONF_TIME:
		return "Seconds";
	case CONF_BOOL:
		return "On or off";
	case CONF_ADDR:
		return "IP address";
	case CONF_STRING:
	case CONF_FLAG:
	case CONF_CHOICE:
	case CONF_CUSTOM:
	case CONF_LINES:
	case CONF_BLOCK:
	case CONF_ALIAS:
		break;
	}
	return NULL;
}

static void add_kind(const struct conf_item *it, struct text *t)
{
	const char *kind = kind_str(it);
	bool is_counted = it->type == CONF_UINT || it->type == CONF_INT || it->type == CONF_TIME;
	bool is_open = it->max >= INT32_MAX && it->type != CONF_TIME;

	if (!kind)
		return;
	text_printf(t, " %s", kind);
	if (is_counted && (it->min || (it->max && !is_open))) {
		text_add(t, is_open ? " from " : ", ");
		value_write_number(it, it->min, t);
		if (!is_open) {
			text_add(t, " to ");
			value_write_number(it, it->max, t);
		}
	}
	text_add(t, ".");
}

static void add_choices(const struct conf_item *it, struct text *t)
{
	if (it->type != CONF_CHOICE || !it->choices)
		return;
	text_add(t, " One of ");
	for (const struct conf_choice *c = it->choices; c->name; c++)
		text_printf(t, "%s%s", c->name, !c[1].name ? "." : c[2].name ? ", " : " and ");
}

static void add_default(const struct conf_item *it, struct text *t)
{
	if (it->is_required)
		text_add(t, " Required.");
	else if (it->dflt && !strstr(it->doc, "default"))
		text_printf(t, " Default: %s.", it->dflt);
	else if (it->type == CONF_BOOL && !strstr(it->doc, "default") && !it->dflt)
		text_add(t, " Default: off.");
}

static void add_old_names(const struct section *s, const struct conf_item *it, struct text *t)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->n_tables; i++)
		for (const struct conf_item *a = s->table[i]->items; a && a->name; a++)
			if (a->type == CONF_ALIAS && !strcmp(a->alias, it->name))
				text_printf(t, "%s%s%s", n++ ? ", " : " Also: ", a->name, a->doc ? " (obsolete)" : "");
	text_add(t, n ? "." : "");
}

static bool is_equal(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* A note is said once, where rows that share it follow each other. */
static void add_status(const struct conf_item *it, bool is_same, struct text *out)
{
	if (it->status == CONF_LATER)
		text_add(out, it->note && !is_same ? ".Em Not supported yet :\n" : ".Em Not supported yet .\n");
	else if (it->status == CONF_NO_EFFECT)
		text_add(out, it->note && !is_same ? ".Em \\&No effect :\n" : ".Em \\&No effect .\n");
	else
		return;
	if (it->note && !is_same)
		roff_sentences(it->note, out);
}

/* The first example that is not empty, and short enough for a line. */
static void add_example(const struct conf_item *it, struct text *out)
{
	const char *s = it->example ? it->example : "";
	size_t len;
	char *line;

	for (len = strcspn(s, "\n"); *s && (!len || len > EXAMPLE_MAX_LEN); len = strcspn(s, "\n"))
		s += len + (s[len] == '\n');
	if (!len)
		return;
	line = it->type == CONF_LINES ? x_asprintf("%s { %.*s }", it->name, (int)len, s)
				      : x_asprintf("%s %.*s", it->name, (int)len, s);
	text_add(out, "Example:\n.Ql ");
	roff_arg(line, out);
	text_add(out, "\n");
	free(line);
}

static const char *args_of(const struct conf_item *it)
{
	if (it->args)
		return it->args;
	return it->type == CONF_BOOL ? "[on|off]" : "";
}

/* The section of a neighbour (TCP_CHECK's, for HTTP_GET) that has explained the same row. */
static const struct section *explained_in(const struct page *p, const struct section *s, const struct conf_item *it)
{
	for (const struct section *o = p->sections.section + 1; o < s; o++) {
		const struct conf_item *same = s->n_rows && o->parent[0] == s->parent[0] && o->parent[0]->n_rows
			? section_find(o, it->name)
			: NULL;

		if (same && same->type == it->type && is_equal(same->doc, it->doc) && is_equal(same->dflt, it->dflt) &&
			same->min == it->min && same->max == it->max && same->status == it->status)
			return o;
	}
	return NULL;
}

static void write_row(void *ctx, const struct section *s, const struct conf_item *it)
{
	struct page *p = ctx;
	struct text more = { 0 };
	const struct section *o;

	if (it->type == CONF_BLOCK || it->type == CONF_ALIAS || it->status != p->status)
		return;
	o = explained_in(p, s, it);
	if (o && (!p->again_in || p->again_in == o)) {
		text_printf(&p->again, "%s%s", p->again.len ? ", " : "", it->name);
		p->again_in = o;
		return;
	}
	text_add(&p->out, ".It Ic ");
	roff_arg(it->name, &p->out);
	text_add(&p->out, *args_of(it) ? " Ar " : "");
	if (*args_of(it))
		roff_arg(args_of(it), &p->out);
	text_add(&p->out, "\n");
	roff_sentences(it->doc ? it->doc : "", &p->out);
	add_status(it, p->before && is_equal(p->before->note, it->note), &p->out);
	p->before = it;
	add_kind(it, &more);
	add_choices(it, &more);
	if (it->doc)
		add_default(it, &more);
	add_old_names(s, it, &more);
	if (it->status == CONF_WORKS && it->reload != CONF_SAME && !section_is_later(s))
		text_printf(&more, " Reload: %s.", cost_str(it->reload));
	roff_sentences(text_str(&more), &p->out);
	add_example(it, &p->out);
	text_done(&more);
}

/* Blocks. */

static const char *block_args(const struct section *s)
{
	const char *args = s->row[0]->args ? s->row[0]->args : s->table[0]->args;

	return args && *args != '{' ? args : "";
}

static void write_title(const struct section *s, struct text *out)
{
	text_add(out, ".Ss ");
	if (!s->n_rows) {
		text_add(out, "\"Outside of all blocks\"\n");
		return;
	}
	for (unsigned i = 0; i < s->n_rows; i++) {
		bool is_said = false;

		for (unsigned k = 0; k < i; k++)
			is_said |= !strcmp(s->row[k]->name, s->row[i]->name);
		text_printf(out, "%s%s", is_said ? "" : i ? " , " : "", is_said ? "" : s->row[i]->name);
	}
	text_add(out, *block_args(s) ? " " : "\n");
	if (*block_args(s)) {
		roff_arg(block_args(s), out);
		text_add(out, "\n");
	}
}

static void write_place(const struct section *s, struct text *out)
{
	struct text t = { 0 };

	for (unsigned i = 0; i < s->n_rows; i++) {
		const char *name = section_name(s->parent[i]);
		bool is_said = !*name;

		for (unsigned k = 0; k < i; k++)
			is_said |= s->parent[k] == s->parent[i];
		if (!is_said)
			text_printf(&t, "%s%s", t.len ? ", " : "Stands in ", name);
	}
	if (t.len) {
		text_add(&t, ".");
		roff_sentences(text_str(&t), out);
	}
	text_done(&t);
}

static bool has_rows(const struct section *s)
{
	for (unsigned i = 0; i < s->n_tables; i++)
		for (const struct conf_item *it = s->table[i]->items; it && it->name; it++)
			if (it->type != CONF_BLOCK && it->type != CONF_ALIAS)
				return true;
	return false;
}

static void write_inner(const struct section *s, struct text *out)
{
	struct text t = { 0 };

	for (unsigned i = 0; s->n_rows && i < s->n_tables; i++)
		for (const struct conf_item *it = s->table[i]->items; it && it->name; it++)
			if (it->type == CONF_BLOCK)
				text_printf(&t, "%s%s", t.len ? ", " : "Blocks inside, see below: ", it->name);
	if (t.len) {
		text_add(&t, ".");
		text_add(out, has_rows(s) ? ".Pp\n" : "");
		roff_sentences(text_str(&t), out);
	}
	text_done(&t);
}

static void write_rows(struct page *p, const struct section *s)
{
	static const enum conf_status order[] = { CONF_WORKS, CONF_LATER, CONF_NO_EFFECT };
	size_t begun;

	text_add(&p->out, ".Bl -tag -width Ds\n");
	begun = p->out.len;
	p->before = NULL;
	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		p->status = order[i];
		section_rows(s, write_row, p);
	}
	if (p->out.len > begun)
		text_add(&p->out, ".El\n");
	else
		p->out.len -= strlen(".Bl -tag -width Ds\n");
	if (!p->again.len)
		return;
	text_printf(&p->out, "%sAs in %s:\n", p->out.len > begun ? ".Pp\n" : "", section_name(p->again_in));
	text_add(&p->again, ".");
	roff_sentences(text_str(&p->again), &p->out);
	text_done(&p->again);
	p->again_in = NULL;
}

static const char *example_of(const struct section *s)
{
	for (unsigned i = 0; i < s->n_tables; i++)
		if (s->table[i]->example)
			return s->table[i]->example;
	return NULL;
}

static void write_section(struct page *p, const struct section *s)
{
	write_title(s, &p->out);
	roff_sentences(s->n_rows ? s->table[0]->doc : "Words that stand by themselves.", &p->out);
	if (s->n_rows)
		add_status(s->row[0], false, &p->out);
	write_place(s, &p->out);
	if (has_rows(s))
		write_rows(p, s);
	write_inner(s, &p->out);
	if (example_of(s)) {
		text_add(&p->out, ".Pp\nExample:\n");
		roff_literal(example_of(s), &p->out);
	}
}

static void write_blocks(struct page *p)
{
	for (unsigned i = 1; i < p->sections.n; i++)
		write_section(p, &p->sections.section[i]);
	write_section(p, &p->sections.section[0]);
}

static void write_obsolete(struct page *p)
{
	text_add(&p->out, ".Bl -tag -width Ds -compact\n");
	for (unsigned i = 0; i < p->sections.n; i++) {
		const struct section *s = &p->sections.section[i];

		for (unsigned k = 0; k < s->n_tables; k++)
			for (const struct conf_item *it = s->table[k]->items; it && it->name; it++)
				if (it->type == CONF_ALIAS && it->doc)
					text_printf(&p->out, ".It Ic %s\n.Ic %s%s%s.\n", it->name, it->alias,
						s->n_rows ? " No in " : " No at the outermost level", section_name(s));
	}
	text_add(&p->out, ".El\n");
}

/* The lint with the lowest id above `id`, or NULL. */
static const struct lint *next_lint(const char *id)
{
	const struct lint *next = NULL;

	for (const struct lint *const *table = lint_tables; *table; table++)
		for (const struct lint *l = *table; l->id; l++)
			if (strcmp(l->id, id) > 0 && (!next || strcmp(l->id, next->id) < 0))
				next = l;
	return next;
}

static void write_lints(struct page *p)
{
	char *cure;

	text_add(&p->out, ".Bl -tag -width Ds\n");
	for (const struct lint *l = next_lint(""); l; l = next_lint(l->id)) {
		text_printf(&p->out, ".It Sy %s No %s\n", l->id, l->name);
		roff_sentences(l->doc, &p->out);
		cure = l->cure ? x_asprintf("Cure: %s.", l->cure) : NULL;
		if (cure)
			roff_sentences(cure, &p->out);
		free(cure);
		if (l->class == CONF_ENVIRONMENT)
			roff_sentences("It depends on the machine.", &p->out);
	}
	text_add(&p->out, ".El\n");
}

static int write_page(struct page *p, const char *template)
{
	FILE *f = fopen(template, "re");
	char line[LINE_MAX_LEN];

	if (!f) {
		perror(template);
		return EXIT_FAILURE;
	}
	while (fgets(line, sizeof(line), f)) {
		if (!strcmp(line, "@BLOCKS@\n"))
			write_blocks(p);
		else if (!strcmp(line, "@OBSOLETE@\n"))
			write_obsolete(p);
		else if (!strcmp(line, "@LINTS@\n"))
			write_lints(p);
		else
			text_add(&p->out, line);
	}
	fclose(f);
	return fputs(text_str(&p->out), stdout) < 0 || fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Examples. */

static int write_example(const struct section *s, const char *dir)
{
	const char *inside = s->parent[0]->n_rows ? section_name(s->parent[0]) : "";
	char *path = x_asprintf("%s/%s%s%s.conf", dir, inside, *inside ? "." : "", section_name(s));
	FILE *f = fopen(path, "we");
	int r = 0;

	if (!f || fputs(example_of(s), f) < 0 || fclose(f))
		r = -1;
	else
		printf("%s %s\n", path + strlen(dir) + 1, section_is_later(s) ? "later" : "works");
	if (r)
		perror(path);
	free(path);
	return r;
}

static int write_examples(const struct sections *all, const char *dir)
{
	for (unsigned i = 1; i < all->n; i++)
		if (example_of(&all->section[i]) && write_example(&all->section[i], dir) < 0)
			return EXIT_FAILURE;
	return EXIT_SUCCESS;
}

/* What is missing. */

static void check_row(void *ctx, const struct section *s, const struct conf_item *it)
{
	struct page *p = ctx;
	const char *missing = NULL;

	if (it->type != CONF_ALIAS && (!it->doc || !*it->doc))
		missing = "a sentence (doc)";
	else if (it->status != CONF_WORKS && (!it->note || !*it->note))
		missing = "a note";
	else if (it->type == CONF_LINES && !it->example && !it->min && it->status == CONF_WORKS)
		missing = "an example";
	if (!missing)
		return;
	printf("%s/%s: %s is missing\n", section_name(s), it->name, missing);
	p->failed++;
}

static int check_tables(struct page *p)
{
	for (unsigned i = 0; i < p->sections.n; i++) {
		const struct section *s = &p->sections.section[i];

		section_rows(s, check_row, p);
		if (!s->n_rows || example_of(s))
			continue;
		printf("%s: the block's example is missing\n", section_name(s));
		p->failed++;
	}
	return p->failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct page *p = x_calloc(1, sizeof(*p));
	int code = EXIT_FAILURE;

	sections_read(&p->sections);
	if (argc == 3 && !strcmp(argv[1], "--examples"))
		code = write_examples(&p->sections, argv[2]);
	else if (argc == 2 && !strcmp(argv[1], "--check"))
		code = check_tables(p);
	else if (argc == 2 && argv[1][0] != '-')
		code = write_page(p, argv[1]);
	else
		fputs("usage: conf_page TEMPLATE | --examples DIR | --check\n", stderr);
	text_done(&p->out);
	text_done(&p->again);
	free(p);
	return code;
}
