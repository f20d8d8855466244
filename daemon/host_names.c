/* host_names.c - see host_names.h. */
#include "daemon/host_names.h"

#include <ctype.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "conf/nearest.h"
#include "conf/tree.h"

enum { LINE_MAX_LEN = 512 };

const char *const host_names_roots[] = { "/etc/iproute2", "/usr/share/iproute2", "/usr/lib/iproute2", NULL };

/* What a word of a route or a rule is followed by. */
static const struct kind {
	const char *word, *file;
	const char *const *own; /* the kernel's names, which every process knows */
	bool is_hex, is_pair;   /* written 0x10; NAME/NAME */
} kinds[] = {
#define TABLES (const char *const[]){ "main", "default", "local", NULL }
#define SCOPES (const char *const[]){ "global", "site", "link", "host", "nowhere", NULL }
#define NONE (const char *const[]){ NULL }
	{ "table", "rt_tables", TABLES, false, false },
	{ "lookup", "rt_tables", TABLES, false, false },
	{ "scope", "rt_scopes", SCOPES, false, false },
	{ "tos", "rt_dsfield", NONE, true, false },
	{ "dsfield", "rt_dsfield", NONE, true, false },
	{ "proto", "rt_protos", NONE, false, false },
	{ "protocol", "rt_protos", NONE, false, false },
	{ "realm", "rt_realms", NONE, false, true },
	{ "realms", "rt_realms", NONE, false, true },
	{ NULL, NULL, NULL, false, false },
};

/* What is looked for in files: a name, or whatever is near to a word. */
struct looking {
	const char *name;
	size_t len;
	uint32_t number;      /* of the name, once it is found */
	struct nearest *near; /* not NULL: all names are tried; what may be meant is kept in `arena` */
	struct arena *arena;
};

static void try_name(struct looking *l, const char *s, size_t len)
{
	char name[LINE_MAX_LEN];

	snprintf(name, sizeof(name), "%.*s", (int)len, s);
	nearest_try(l->near, name);
	if (l->near->name == name)
		l->near->name = arena_strdup(l->arena, name);
}

/* "NUMBER NAME", as in iproute2's own reader: the number may be 0x10; '#' begins a comment. Whether it is the one. */
static bool read_line(const char *line, struct looking *l)
{
	size_t len;
	const char *s = line + strspn(line, " \t");
	char *end;
	const unsigned long number = strtoul(s, &end, 0);

	if (!isdigit((unsigned char)*s) || number > UINT32_MAX || (*end != ' ' && *end != '\t'))
		return false;
	s = end + strspn(end, " \t");
	len = strcspn(s, " \t\r\n#");
	if (l->near)
		try_name(l, s, len);
	if (l->near || len != l->len || strncmp(s, l->name, len) != 0)
		return false;
	l->number = (uint32_t)number;
	return true;
}

/* 1: found, 0: not there, -1: no such file. */
static int search_file(const char *path, struct looking *l)
{
	FILE *f = fopen(path, "re");
	char line[LINE_MAX_LEN];
	int r = 0;

	if (!f)
		return -1;
	while (r == 0 && fgets(line, sizeof(line), f))
		r = read_line(line, l);
	fclose(f);
	return r;
}

/* In DIRECTORY/FILE.d/ *.conf. */
static bool search_parts(const char *root, const char *file, struct looking *l)
{
	char *pattern = x_asprintf("%s/%s.d/*.conf", root, file);
	glob_t found = { 0 };
	bool is_found = false;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && !is_found; i++)
			is_found = search_file(found.gl_pathv[i], l) == 1;
	globfree(&found);
	free(pattern);
	return is_found;
}

static bool search(const char *const *roots, const char *file, struct looking *l)
{
	int r = -1;

	for (unsigned i = 0; roots[i] && r < 0; i++) {
		char *path = x_asprintf("%s/%s", roots[i], file);

		r = search_file(path, l);
		free(path);
	}
	for (unsigned i = 0; roots[i] && r <= 0; i++)
		r = search_parts(roots[i], file, l);
	return r == 1;
}

static bool is_name(const char *s, const struct kind *k)
{
	for (unsigned i = 0; k->own[i]; i++)
		if (!strcmp(s, k->own[i]))
			return false;
	return !isdigit((unsigned char)*s);
}

/* A number of `len` characters, or a name that a file has. */
static bool number_of(const char *const *roots, const struct kind *k, const char *s, size_t len, uint32_t *ret)
{
	char *end;
	unsigned long number;

	if (!isdigit((unsigned char)*s)) {
		struct looking l = { .name = s, .len = len };

		if (!search(roots, k->file, &l))
			return false;
		*ret = l.number;
		return true;
	}
	number = strtoul(s, &end, 0);
	*ret = (uint32_t)number;
	return end == s + len && number <= UINT32_MAX;
}

/* The numbers of "NAME", or of "NAME/NAME", as they are written; the caller frees. NULL: one is not known. */
static char *numbers_of(const char *const *roots, const struct kind *k, const char *text)
{
	const char *slash = k->is_pair ? strchr(text, '/') : NULL;
	const size_t len = slash ? (size_t)(slash - text) : strlen(text);
	uint32_t first, second;

	if (!number_of(roots, k, text, len, &first))
		return NULL;
	if (!slash)
		return x_asprintf(k->is_hex ? "0x%x" : "%u", first);
	return number_of(roots, k, slash + 1, strlen(slash + 1), &second) ? x_asprintf("%u/%u", first, second) : NULL;
}

static const struct kind *kind_of(const char *word)
{
	const struct kind *k = kinds;

	while (k->word && strcmp(k->word, word) != 0)
		k++;
	return k->word ? k : NULL;
}

static bool put_in_line(struct conf_tree *t, struct conf_node *n, const char *const *roots)
{
	bool any = false;

	for (unsigned i = 0; i + 1 < n->n_words; i++) {
		const struct kind *k = kind_of(n->words[i].text);
		const char *text = n->words[i + 1].text;
		char *number;

		if (!k || (!is_name(text, k) && !(k->is_pair && strchr(text, '/'))))
			continue;
		any = true;
		number = numbers_of(roots, k, text);
		if (number)
			tree_put_word(t, n, i + 1, number);
		free(number);
		i++;
	}
	return any;
}

static bool is_named(const struct conf_node *n, const char *a, const char *b)
{
	return !strcmp(n->words[0].text, a) || !strcmp(n->words[0].text, b);
}

static bool put_in_block(struct conf_tree *t, struct conf_node *block, const char *const *roots)
{
	bool any = false;

	for (struct conf_node *n = block->children; n; n = n->next)
		any |= put_in_line(t, n, roots);
	return any;
}

bool host_names_put(struct conf_tree *t, const char *const *roots)
{
	bool any = false;

	for (struct conf_node *n = t->root.children; n; n = n->next) {
		if (is_named(n, "static_routes", "static_rules"))
			any |= put_in_block(t, n, roots);
		for (struct conf_node *b = is_named(n, "vrrp_instance", "vrrp_instance") ? n->children : NULL; b;
			b = b->next)
			if (is_named(b, "virtual_routes", "virtual_rules"))
				any |= put_in_block(t, b, roots);
	}
	return any;
}

void host_names_try(const char *const *roots, const char *file, struct nearest *near, struct arena *a)
{
	struct looking l = { .near = near, .arena = a };

	(void)search(roots, file, &l);
}
