/* overlay_service.c - see overlay_service.h. */
#include "daemon/overlay_service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/overlay.h"
#include "conf/tree.h"

/* What stands behind the '/' of a name, as lines of the block. */
static const struct {
	const char *name, *line;
} suffixes[] = { { "tcp", "protocol TCP" }, { "udp", "protocol UDP" }, { "sctp", "protocol SCTP" },
	{ "inet", "ip_family inet" }, { "inet6", "ip_family inet6" } };

static const char *suffix_line(const char *s)
{
	for (unsigned i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (!strcasecmp(s, suffixes[i].name))
			return suffixes[i].line;
	return NULL;
}

/* "192.0.2.1:80", "[2001:db8::1]:80", "192.0.2.1" */
static int write_endpoint(const char *s, struct text *out)
{
	char name[ADDR_STRLEN];
	struct addr addr;
	uint32_t port;

	if (overlay_endpoint(s, &addr, &port) < 0)
		return -EINVAL;
	text_add(out, addr_str(&addr, name));
	if (port != UINT32_MAX)
		text_printf(out, " %u", port);
	return 0;
}

/* The words of the name behind virtual_server; *ret_line: what else they say, or NULL. */
static int write_name(char *service, struct text *out, const char **ret_line)
{
	char *slash = strrchr(service, '/'), *word[4], *s;
	unsigned n = 0;

	*ret_line = slash ? suffix_line(slash + 1) : NULL;
	if (slash && !*ret_line)
		return -EINVAL;
	if (slash)
		*slash = '\0';
	while ((s = strsep(&service, " \t")))
		if (*s && n < 4)
			word[n++] = s;
	if (n == 3 && !*ret_line && (*ret_line = suffix_line(word[2])))
		n--;
	if (n == 1)
		return write_endpoint(word[0], out);
	if (n != 2)
		return -EINVAL;
	tree_write_text(word[0], false, out);
	text_add(out, " ");
	tree_write_text(word[1], false, out);
	return 0;
}

/* Braces and ';' end a line, but within quotes. */
static void write_words(const char *words, struct text *out)
{
	bool in_quotes = false;

	for (const char *s = words; *s; s++) {
		if (*s == '\\' && s[1]) {
			text_add_bytes(out, s++, 2);
			continue;
		}
		in_quotes ^= *s == '"';
		if (in_quotes || !strchr(";{}", *s))
			text_add_bytes(out, s, 1);
		else
			text_add(out, *s == '{' ? "{\n" : *s == '}' ? "\n}\n" : "\n");
	}
	text_add(out, "\n");
}

int overlay_block_write(const char *service, const char *words, struct text *out)
{
	char *name = x_strdup(service);
	struct text head = { 0 };
	const char *line;
	int r = write_name(name, &head, &line);

	if (r == 0) {
		text_printf(out, "virtual_server %s {\n", text_str(&head));
		if (line)
			text_printf(out, "%s\n", line);
		write_words(words, out);
		text_add(out, "}\n");
	}
	text_done(&head);
	free(name);
	return r;
}

static int check_nodes(const struct overlay_blocks *b, struct report *r)
{
	const struct conf_node *n = b->tree->root.children;
	const struct place nowhere = { .file = "" };

	if (!n)
		report_add(r, CONF_ERROR, &nowhere, "there is no virtual_server in it");
	for (; n; n = n->next) {
		if (n->is_block && !strcmp(n->words[0].text, "virtual_server"))
			continue;
		report_add(r, CONF_ERROR, &n->words[0].at, "only a block virtual_server is expected, not '%s'",
			n->words[0].text);
		report_hint(r, "is a '}' too many before it?");
	}
	return report_count(r, CONF_ERROR) ? -EINVAL : 0;
}

/* Bytes of a line before its comment: '#' or '!' outside of quotes. */
static size_t without_comment(const char *s, size_t len)
{
	bool in_quotes = false;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\')
			i++;
		else if (s[i] == '"')
			in_quotes = !in_quotes;
		else if (!in_quotes && (s[i] == '#' || s[i] == '!'))
			return i;
	}
	return len;
}

/* malloc'ed; lines keep their numbers. */
static char *without_comments(const char *s)
{
	struct text t = { 0 };
	size_t len;

	do {
		len = strcspn(s, "\n");
		text_add_bytes(&t, s, without_comment(s, len));
		text_add(&t, "\n");
		s += len;
	} while (*s++);
	return t.s;
}

/* What a file may have and who types is told of: a word without a meaning. */
static const struct finding *first_slip(struct report *r)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r, i)); i++)
		if (f->class == CONF_WARNING && !f->is_inert)
			return f;
	return NULL;
}

/* What could not be read has no name; what else is wrong inside is found later, with the rest of the configuration. */
static int fill(struct overlay_blocks *b, bool is_strict, struct report *r)
{
	struct report *inner = report_new();
	struct conf_read rd = { .report = inner, .arena = b->tree->arena };
	const struct conf_view view = { &checkers_root, &b->conf };
	const struct finding *f;
	unsigned n = 0;

	(void)schema_read(&rd, &view, 1, b->tree, true);
	for (const struct conf_node *node = b->tree->root.children; node; node = node->next)
		n++;
	f = b->conf.services.n < n ? report_get(inner, 0) : is_strict ? first_slip(inner) : NULL;
	if (f) {
		report_add(r, CONF_ERROR, &f->at, "%s", f->text);
		if (f->hint)
			report_hint(r, "%s", f->hint);
	}
	report_free(inner);
	return f ? -EINVAL : 0;
}

int overlay_blocks_read(const char *text, bool is_strict, struct overlay_blocks *ret, struct report *r)
{
	char *bytes = is_strict ? without_comments(text) : x_strdup(text);

	*ret = (struct overlay_blocks){ .tree = tree_read_bytes("words", bytes, strlen(bytes), true, r) };
	free(bytes);
	if (report_count(r, CONF_ERROR) || check_nodes(ret, r) < 0)
		return -EINVAL;
	return fill(ret, is_strict, r);
}

void overlay_blocks_done(struct overlay_blocks *b)
{
	tree_free(b->tree);
	b->tree = NULL;
}
