/* schema_words.c - see schema_words.h. */
#include "daemon/schema_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "conf/script.h"
#include "daemon/conf.h"

enum { PORT_MAX = 65535, SMTP_PORT = 25, MODE_MAX = 0777, BUFFER_MIN = 1, TABLE_MAX = 31 };

/* The line ends after `n` words. */
static void end_line(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, unsigned n)
{
	if (node->n_words <= n)
		return;
	report_add(rd->report, CONF_WARNING, &node->words[n].at, "extra words after '%s %s' have no effect", item->name,
		item->args ? item->args : "");
}

int schema_words_user(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct main_globals *g = out;
	const struct conf_word *user = conf_need_word(rd, node, 1, "a user");
	const char *colon;

	if (!user)
		return -EINVAL;
	colon = strchr(user->text, ':');
	g->script_user = arena_strndup(rd->arena, user->text,
		colon ? (size_t)(colon - user->text) : strlen(user->text));
	g->script_group = NULL;
	if (colon && colon[1])
		g->script_group = arena_strdup(rd->arena, colon + 1);
	else if (node->n_words > 2)
		g->script_group = arena_strdup(rd->arena, node->words[2].text + (node->words[2].text[0] == ':'));
	end_line(rd, item, node, 3);
	return 0;
}

static int check_absolute(struct conf_read *rd, const struct conf_word *w)
{
	if (*w->text == '/')
		return 0;
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is not an absolute path", w->text);
	report_hint(rd->report, "a daemon has no directory of its own: begin the path with '/'");
	return -EINVAL;
}

int schema_words_fifo(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a path");
	struct fifo_conf *c = (struct fifo_conf *)((char *)out + item->offset);

	end_line(rd, item, node, 4);
	if (!w || check_absolute(rd, w) < 0)
		return -EINVAL;
	c->path = arena_strdup(rd->arena, w->text);
	c->user = node->n_words > 2 ? arena_strdup(rd->arena, node->words[2].text) : NULL;
	c->group = node->n_words > 3 ? arena_strdup(rd->arena, node->words[3].text) : NULL;
	return 0;
}

int schema_words_optional(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	(void)out;
	end_line(rd, item, node, 2);
	return 0;
}

int schema_words_path(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w;

	(void)out;
	if (node->n_words == 1 && item->min)
		return 0;
	w = conf_need_word(rd, node, 1, "a path");
	end_line(rd, item, node, 2);
	return w ? check_absolute(rd, w) : -EINVAL;
}

/* As nft(8) takes one without quotes. */
static bool is_table_name(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
			  more[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t first = strspn(s, letters), len = strlen(s);

	return first > 0 && len <= TABLE_MAX && first + strspn(s + first, more) == len;
}

int schema_words_table(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct main_globals *g = out;

	end_line(rd, item, node, 2);
	if (node->n_words == 1)
		return 0;
	if (!is_table_name(node->words[1].text)) {
		report_add(rd->report, CONF_ERROR, &node->words[1].at, "'%s' cannot be the name of a table",
			node->words[1].text);
		report_hint(rd->report, "a letter, then letters, digits, '_' and '-', at most %d", TABLE_MAX);
		return -EINVAL;
	}
	g->filter.table = arena_strdup(rd->arena, node->words[1].text);
	return 0;
}

int schema_words_server(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct mail_conf *c = &((struct main_globals *)out)->mail;

	if (!conf_need_word(rd, node, 1, "a host"))
		return -EINVAL;
	end_line(rd, item, node, 3);
	c->host = arena_strdup(rd->arena, node->words[1].text);
	c->port = SMTP_PORT;
	return node->n_words > 2 ? conf_read_uint(rd, &node->words[2], 1, PORT_MAX, &c->port) : 0;
}

/* In the envelope as it is, so that nothing of it may mean more there; a file may have any byte. */
static bool is_mail_address(const char *s)
{
	for (const char *p = s; *p; p++)
		if (*p <= ' ' || *p > '~' || strchr("<>,;\"", *p))
			return false;
	return *s != '\0';
}

int schema_words_mail(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct conf_vec *to = &((struct main_globals *)out)->mail.to;

	(void)item;
	for (unsigned i = 0; i < node->n_words; i++) {
		const struct conf_word *w = &node->words[i];

		if (is_mail_address(w->text)) {
			conf_vec_add(rd->arena, to, arena_strdup(rd->arena, w->text));
			continue;
		}
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is not a mail address", w->text);
		report_hint(rd->report, "one address a line, without its owner's name: admin@example.com");
		return -EINVAL;
	}
	return 0;
}

/* A whole number of either sign. */
static int read_number(struct conf_read *rd, const struct conf_item *item, const struct conf_word *w)
{
	char *end;
	long v = strtol(w->text, &end, 10);

	if (end == w->text || *end) {
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is not a number", w->text);
		return -EINVAL;
	}
	if (v >= item->min && v <= item->max)
		return 0;
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is out of range: %d to %d", w->text, (int)item->min,
		(int)item->max);
	return -EINVAL;
}

int schema_words_number(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	(void)out;
	end_line(rd, item, node, 2);
	return node->n_words > 1 ? read_number(rd, item, &node->words[1]) : 0;
}

int schema_words_numbers(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	int r = conf_need_word(rd, node, 1, "a number") ? 0 : -EINVAL;

	(void)out;
	for (unsigned i = 1; r == 0 && i < node->n_words; i++)
		r = read_number(rd, item, &node->words[i]);
	return r;
}

/* One name of the bits in a mode (sys/stat.h, without S_). */
static bool is_mode_bit(const char *s, size_t len)
{
	static const char *const bits[] = { "IRUSR", "IWUSR", "IXUSR", "IRWXU", "IRGRP", "IWGRP", "IXGRP", "IRWXG",
		"IROTH", "IWOTH", "IXOTH", "IRWXO" };

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (strlen(bits[i]) == len && !memcmp(bits[i], s, len))
			return true;
	return false;
}

static int check_mode_bits(struct conf_read *rd, const struct conf_word *w)
{
	for (const char *s = w->text; *s; s += strspn(s, "|")) {
		size_t len = strcspn(s, "|");

		if (len && !is_mode_bit(s, len)) {
			report_add(rd->report, CONF_ERROR, &w->at, "'%.*s' is no bit of a mode", (int)len, s);
			report_hint(rd->report,
				"a number like 022, or I{R,W,X}{USR,GRP,OTH} joined by '|': IWGRP|IWOTH");
			return -EINVAL;
		}
		s += len;
	}
	return 0;
}

int schema_words_umask(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a mask");
	char *end;
	unsigned long mask;
	int r = 0;

	(void)item, (void)out;
	if (!w)
		return -EINVAL;
	mask = strtoul(w->text, &end, 0); /* hexadecimal and octal too */
	if (end > w->text && !*end && mask > MODE_MAX) {
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is out of range: 0 to 0777", w->text);
		return -EINVAL;
	}
	if (end > w->text && !*end)
		return 0;
	for (unsigned i = 1; r == 0 && i < node->n_words; i++)
		r = check_mode_bits(rd, &node->words[i]);
	return r;
}

int schema_words_buffer(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "MTU, ADVERT or a number of bytes");
	uint32_t bytes;

	(void)out;
	if (!w)
		return -EINVAL;
	end_line(rd, item, node, 2);
	if (!strcmp(w->text, "MTU") || !strcmp(w->text, "ADVERT"))
		return 0;
	return conf_read_uint(rd, w, BUFFER_MIN, INT32_MAX, &bytes);
}

int schema_words_include(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	static const struct conf_choice checks[] = { { "readable", 0 }, { "match", 1 }, { "wildcard_match", 2 },
		{ "brace_match", 3 }, { NULL, 0 } };
	unsigned check;
	int r = 0;

	(void)item, (void)out;
	for (unsigned i = 1; r == 0 && i < node->n_words; i++) {
		struct conf_word w = node->words[i];
		bool is_signed = *w.text == '+' || *w.text == '-';

		w.text += is_signed;
		w.at.column += is_signed;
		w.at.len -= is_signed && w.at.len > 1;
		if (*w.text || !is_signed) /* a sign alone is for the words after it */
			r = conf_read_choice(rd, &w, checks, &check);
	}
	return r;
}
