/* script.c - see script.h. */
#include "conf/script.h"

#include "base/alloc.h"
#include "conf/lex.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { ARGS_MAX = 64, USER_WORDS = 2 };

/*
 * The next word of a command: blanks part words, single quotes hold one together, \' is one (keepalived.conf(5) "Quoted strings").
 * *is_open: inside of quotes, before and after.
 */
static char *next_word(struct arena *a, const char **s, bool *is_open)
{
	size_t n = 0;
	char *word;

	*s += strspn(*s, " \t");
	if (!**s)
		return NULL;
	word = arena_alloc(a, strlen(*s) + 1);
	for (; **s && (*is_open || !strchr(" \t", **s)); ++*s) {
		if (**s == '\\' && (*s)[1] == '\'')
			word[n++] = *++*s;
		else if (**s == '\'')
			*is_open = !*is_open;
		else
			word[n++] = **s;
	}
	return word;
}

static void report_open(struct conf_read *rd, const struct conf_word *w, enum conf_class class)
{
	report_add(rd->report, class, &w->at, "a single quote is not closed in this command");
	report_hint(rd->report, "close it; \\' is a quote as a letter, in double quotes \\\\'");
}

/* In double quotes. */
static unsigned split_string(struct conf_read *rd, const struct conf_word *w, const char **argv)
{
	const char *s = w->text;
	bool is_open = false;
	unsigned n = 0;

	while (n < ARGS_MAX && (argv[n] = next_word(rd->arena, &s, &is_open)))
		n++;
	if (n == ARGS_MAX && s[strspn(s, " \t")])
		report_add(rd->report, CONF_ERROR, &w->at, "the command has more than %d words", ARGS_MAX);
	if (is_open)
		report_open(rd, w, CONF_WARNING);
	return 1;
}

/* What the lexer, which knows no commands, says of a single quote. */
static bool is_of_quote(void *ctx, const struct finding *f)
{
	const struct place *at = ctx;

	return f->at.line == at->line && f->at.column == at->column && f->at.file && at->file &&
		!strcmp(f->at.file, at->file) && !strcmp(f->text, LEX_SINGLE_QUOTE);
}

/* In single quotes, over several words of the line: a command with its arguments, as in keepalived. Returns how many words. */
static unsigned split_line(struct conf_read *rd, const struct conf_node *node, const char **argv)
{
	const struct conf_word *w = &node->words[1];
	struct place at = w->at;
	bool is_open = false;
	unsigned i = 0;

	(void)report_take(rd->report, is_of_quote, &at);
	do {
		const char *s = w[i].text;

		argv[i] = w[i].is_quoted ? arena_strdup(rd->arena, s) : next_word(rd->arena, &s, &is_open);
		i++;
	} while (is_open && i < ARGS_MAX && i + 1 < node->n_words);
	if (is_open)
		report_open(rd, w, CONF_ERROR);
	return i;
}

/* The name of a file, once for all scripts that follow each other in it; NULL: it has none. */
static const char *file_of(struct conf_read *rd, const struct place *at)
{
	if (!at->file || !*at->file)
		return NULL;
	if (!rd->file || strcmp(rd->file, at->file) != 0)
		rd->file = arena_strdup(rd->arena, at->file);
	return rd->file;
}

/* Fills argv; returns the number of words that the command takes of the line. */
static unsigned split(struct conf_read *rd, const struct conf_node *node, const char **argv)
{
	const struct conf_word *w = &node->words[1];

	if (w->is_quoted)
		return split_string(rd, w, argv);
	if (w->text[0] == '\'')
		return split_line(rd, node, argv);
	argv[0] = arena_strdup(rd->arena, w->text);
	return 1;
}

/* Signs of a shell that reach the command as words: no shell reads it. */
static bool is_shell_sign(const char *word)
{
	static const char *const signs[] = { "|", "||", "&", "&&", ";", ">", ">>", "<", "2>", "2>&1", ">/dev/null",
		"2>/dev/null", "&>/dev/null" };

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (!strcmp(word, signs[i]))
			return true;
	return *word == '`' || !strncmp(word, "$(", 2);
}

static void check_shell(struct conf_read *rd, const struct conf_word *w, const char *const *argv)
{
	for (; *argv; argv++) {
		if (!is_shell_sign(*argv))
			continue;
		report_add(rd->report, CONF_WARNING, &w->at,
			"'%s' is passed to the command as a word: no shell reads this line", *argv);
		report_id(rd->report, "W402");
		report_hint(rd->report, "\"/bin/sh -c '...'\" gives it to a shell");
		return;
	}
}

static const char *group_of(struct conf_read *rd, const char *text)
{
	return arena_strdup(rd->arena, *text == ':' ? text + 1 : text);
}

/* USER [[:]GROUP], from this word on. */
static void read_user(struct conf_read *rd, const struct conf_node *n, unsigned from, struct script_conf *ret)
{
	const struct conf_word *user = &n->words[from];
	const char *colon = strchr(user->text, ':');

	ret->user = arena_strndup(rd->arena, user->text, colon ? (size_t)(colon - user->text) : strlen(user->text));
	if (colon && colon[1])
		ret->group = group_of(rd, colon);
	else if (n->n_words > from + 1)
		ret->group = group_of(rd, user[1].text);
	if (n->n_words <= from + USER_WORDS && user->text[0] != '-')
		return;
	report_add(rd->report, CONF_WARNING, &user->at,
		"words after the command are read as USER GROUP, not as its arguments");
	report_id(rd->report, "W403");
	report_hint(rd->report, "put the command and its arguments into one pair of double quotes");
}

static const char *const *keep(struct arena *a, const char *const *words)
{
	size_t n = 0;
	const char **argv;

	while (words[n])
		n++;
	argv = arena_alloc(a, (n + 1) * sizeof(*argv));
	memcpy(argv, words, n * sizeof(*argv));
	return argv;
}

int script_conf_read(struct conf_read *rd, const struct conf_node *node, struct script_conf *ret)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a command");
	const char *words[ARGS_MAX + 1] = { NULL };
	unsigned n;

	*ret = (struct script_conf){ 0 };
	if (!w)
		return -EINVAL;
	n = split(rd, node, words);
	if (!words[0] || !*words[0]) {
		report_add(rd->report, CONF_ERROR, &w->at, "the command is empty");
		return -EINVAL;
	}
	rd->has_scripts = true;
	*ret = (struct script_conf){ .argv = keep(rd->arena, words), .at = &w->at };
	ret->file = file_of(rd, &node->words[0].at);
	ret->line = node->words[0].at.line;
	check_shell(rd, w, ret->argv);
	if (node->n_words > n + 1)
		read_user(rd, node, n + 1, ret);
	return 0;
}

int script_conf_parse(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	return script_conf_read(rd, node, conf_field(rd, item, out));
}

int script_conf_parse_rare(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct script_conf **ret = conf_field(rd, item, out);
	struct script_conf *script = arena_alloc(rd->arena, sizeof(*script));
	int r = script_conf_read(rd, node, script);

	*ret = r < 0 ? NULL : script;
	return r;
}

static const char *copy_word(struct arena *a, const char *word, const char *like)
{
	if (!word)
		return NULL;
	return like && !strcmp(word, like) ? like : arena_strdup(a, word);
}

static bool is_same_command(const char *const *a, const char *const *b)
{
	for (; *a && *b && !strcmp(*a, *b); a++, b++)
		;
	return !*a && !*b;
}

static const char *const *copy_command(struct arena *a, const char *const *from)
{
	const char *words[ARGS_MAX + 1] = { NULL };

	for (unsigned i = 0; from[i] && i < ARGS_MAX; i++)
		words[i] = arena_strdup(a, from[i]);
	return keep(a, words);
}

const struct script_conf *script_conf_copy(struct arena *a, const struct script_conf *s, const struct script_conf *like)
{
	static const struct script_conf none;
	struct script_conf *copy = arena_alloc(a, sizeof(*copy));

	like = like ? like : &none;
	copy->argv = like->argv && is_same_command(s->argv, like->argv) ? like->argv : copy_command(a, s->argv);
	copy->user = copy_word(a, s->user, like->user);
	copy->group = copy_word(a, s->group, like->group);
	copy->file = copy_word(a, s->file, like->file);
	copy->line = s->line;
	return copy;
}

char *script_conf_at(const struct script_conf *s)
{
	return s && s->file ? x_asprintf(" (%s:%u)", s->file, s->line) : x_strdup("");
}
