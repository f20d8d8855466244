/* script.c - see script.h. */
#include "conf/script.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { ARGS_MAX = 64, WORDS_MAX = 4 };

/* The next word of a command: blanks part words, single quotes hold one together (keepalived.conf(5) "Quoted strings"). */
static char *next_word(struct arena *a, const char **s)
{
	size_t n = 0;
	bool in_quote = false;
	char *word;

	*s += strspn(*s, " \t");
	if (!**s)
		return NULL;
	word = arena_alloc(a, strlen(*s) + 1);
	for (; **s && (in_quote || !strchr(" \t", **s)); ++*s) {
		if (**s == '\'')
			in_quote = !in_quote;
		else
			word[n++] = **s;
	}
	return word;
}

static const char *const *split(struct conf_read *rd, const struct conf_word *w)
{
	const char **argv = arena_alloc(rd->arena, (ARGS_MAX + 1) * sizeof(*argv)), *s = w->text;
	unsigned n = 0;

	if (!w->is_quoted) {
		argv[0] = arena_strdup(rd->arena, w->text);
		return argv;
	}
	while (n < ARGS_MAX && (argv[n] = next_word(rd->arena, &s)))
		n++;
	if (n == ARGS_MAX && s[strspn(s, " \t")])
		report_add(rd->report, CONF_ERROR, &w->at, "the command has more than %d words", ARGS_MAX);
	return argv;
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

static void read_user(struct conf_read *rd, const struct conf_node *n, struct script_conf *ret)
{
	const struct conf_word *user = &n->words[2];
	const char *colon = strchr(user->text, ':');

	ret->user = arena_strndup(rd->arena, user->text, colon ? (size_t)(colon - user->text) : strlen(user->text));
	if (colon && colon[1])
		ret->group = group_of(rd, colon);
	else if (n->n_words > 3)
		ret->group = group_of(rd, n->words[3].text);
	if (n->n_words <= WORDS_MAX && n->words[2].text[0] != '-')
		return;
	report_add(rd->report, CONF_WARNING, &user->at,
		"words after the command are read as USER GROUP, not as its arguments");
	report_id(rd->report, "W403");
	report_hint(rd->report, "put the command and its arguments into one pair of double quotes");
}

int script_conf_read(struct conf_read *rd, const struct conf_node *node, struct script_conf *ret)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a command");

	*ret = (struct script_conf){ 0 };
	if (!w)
		return -EINVAL;
	ret->at = &w->at;
	ret->argv = split(rd, w);
	if (!ret->argv[0] || !*ret->argv[0]) {
		report_add(rd->report, CONF_ERROR, &w->at, "the command is empty");
		*ret = (struct script_conf){ 0 };
		return -EINVAL;
	}
	check_shell(rd, w, ret->argv);
	if (node->n_words > 2)
		read_user(rd, node, ret);
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
