/* parse_check.c - see parse.h: the words of checks. */
#include "checkers/parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"

enum {
	DIGEST_LEN = 32,
	STATUS_MIN = 100,
	STATUS_MAX = 999,
	STATUS_DIGITS = 3,
	LABEL_MAX = 63, /* RFC 1035 2.3.4 */
	DOMAIN_MAX = 253,
	STACK_MAX = 1 << 30,
};

/* PCRE2's options as keepalived.conf(5) spells them. */
static const struct conf_choice regex_options[] = { { "allow_empty_class", 0 }, { "alt_bsux", 0 }, { "auto_callout", 0 },
	{ "caseless", 0 }, { "dollar_endonly", 0 }, { "dotall", 0 }, { "dupnames", 0 }, { "extended", 0 },
	{ "firstline", 0 }, { "match_unset_backref", 0 }, { "multiline", 0 }, { "never_ucp", 0 }, { "never_utf", 0 },
	{ "no_auto_capture", 0 }, { "no_auto_possess", 0 }, { "no_dotstar_anchor", 0 }, { "no_start_optimize", 0 },
	{ "ucp", 0 }, { "ungreedy", 0 }, { "utf", 0 }, { "never_backslash_c", 0 }, { "alt_circumflex", 0 },
	{ "alt_verbnames", 0 }, { "use_offset_limit", 0 }, { NULL, 0 } };

/* Three digits, 100 to 999, or 0. */
static uint16_t read_code(const char *s, size_t len)
{
	unsigned code = 0;

	if (len != STATUS_DIGITS || strspn(s, "0123456789") < STATUS_DIGITS)
		return 0;
	for (size_t i = 0; i < STATUS_DIGITS; i++)
		code = code * 10 + (unsigned)(s[i] - '0');
	return code < STATUS_MIN ? 0 : (uint16_t)code;
}

static int read_range(struct conf_read *rd, const struct conf_word *w, struct check_range *ret)
{
	const char *sign = strchr(w->text, '-'), *high = sign ? sign + 1 : w->text;

	ret->low = read_code(w->text, sign ? (size_t)(sign - w->text) : strlen(w->text));
	ret->high = read_code(high, strlen(high));
	if (ret->low && ret->low <= ret->high)
		return 0;
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no HTTP status (%d..%d) and no range of them", w->text,
		STATUS_MIN, STATUS_MAX);
	return -EINVAL;
}

int parse_status(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct url_conf *url = out;

	(void)item;
	if (!conf_need_word(rd, node, 1, "at least one HTTP status"))
		return -EINVAL;
	for (unsigned i = 1; i < node->n_words; i++) {
		if (url->n_status == CHECK_STATUS_MAX) {
			report_add(rd->report, CONF_ERROR, &node->words[i].at, "more than %d ranges", CHECK_STATUS_MAX);
			return -EINVAL;
		}
		if (read_range(rd, &node->words[i], &url->status[url->n_status]) < 0)
			return -EINVAL;
		url->n_status++;
	}
	return 0;
}

int parse_digest(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "the MD5 of the body as 32 hex digits");
	struct url_conf *url = out;
	char *digest;

	(void)item;
	if (!w)
		return -EINVAL;
	parse_extra_words(rd, node, 2);
	if (strlen(w->text) != DIGEST_LEN || strspn(w->text, "0123456789abcdefABCDEF") != DIGEST_LEN) {
		report_add(rd->report, CONF_ERROR, &w->at, "a digest is 32 hex digits (MD5), this has %zu characters",
			strlen(w->text));
		return -EINVAL;
	}
	digest = arena_strdup(rd->arena, w->text);
	for (char *p = digest; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	url->digest = digest;
	return 0;
}

int parse_regex_options(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	unsigned ignored;
	int r = 0;

	(void)item;
	(void)out;
	if (!conf_need_word(rd, node, 1, "at least one option"))
		return -EINVAL;
	for (unsigned i = 1; i < node->n_words; i++)
		if (conf_read_choice(rd, &node->words[i], regex_options, &ignored) < 0)
			r = -EINVAL;
	return r;
}

int parse_regex_stack(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *end = conf_need_word(rd, node, 2, "two sizes in bytes, START and MAX");
	uint32_t start, max;

	(void)item;
	(void)out;
	if (!end || conf_read_uint(rd, &node->words[1], 1, STACK_MAX, &start) < 0 ||
		conf_read_uint(rd, end, 1, STACK_MAX, &max) < 0)
		return -EINVAL;
	parse_extra_words(rd, node, 3);
	if (start <= max)
		return 0;
	report_add(rd->report, CONF_ERROR, &end->at, "the stack starts with %s bytes, above its maximum of %s",
		node->words[1].text, end->text);
	return -EINVAL;
}

int parse_hex(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const char *valid = item->min ? "0123456789abcdefABCDEFxX \t" : "0123456789abcdefABCDEF \t";

	(void)out;
	if (!item->max && !conf_need_word(rd, node, 1, "bytes in hex"))
		return -EINVAL;
	for (unsigned i = 1; i < node->n_words; i++) {
		const struct conf_word *w = &node->words[i];

		if (*w->text && !w->text[strspn(w->text, valid)])
			continue;
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' are no bytes in hex", w->text);
		report_hint(rd->report, "%s", item->min ? "0-9, a-f, X for a digit that may be any" : "0-9, a-f");
		return -EINVAL;
	}
	return 0;
}

/* "." or labels of at most 63 bytes, with or without a dot at the end (RFC 1035 2.3.4). */
static bool is_domain(const char *s)
{
	size_t len = strlen(s), label = 0;

	if (!strcmp(s, "."))
		return true;
	if (!len || len - (s[len - 1] == '.') > DOMAIN_MAX)
		return false;
	for (; *s; s++) {
		if (*s == '.' && !label)
			return false;
		label = *s == '.' ? 0 : label + 1;
		if (label > LABEL_MAX || *s <= ' ' || *s == 0x7f)
			return false;
	}
	return true;
}

int parse_domain(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a domain name");

	(void)item;
	(void)out;
	if (!w)
		return -EINVAL;
	parse_extra_words(rd, node, 2);
	if (is_domain(w->text))
		return 0;
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no domain name", w->text);
	report_hint(rd->report, "labels of 1 to 63 characters between dots, 253 in all; '.' is the root");
	return -EINVAL;
}

/* A sign and digits. keepalived's code stops at 65535, its documentation does not. */
static int read_factor(struct conf_read *rd, const struct conf_word *w, int32_t *ret)
{
	const char *digits = w->text + (*w->text == '-' || *w->text == '+');
	char *end;
	long long n = strtoll(w->text, &end, 10);

	if (!isdigit((unsigned char)*digits) || *end) {
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is not a whole number", w->text);
		return -EINVAL;
	}
	if (n < -INT32_MAX || n > INT32_MAX) {
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is out of range: %d to %d", w->text, -INT32_MAX,
			INT32_MAX);
		return -EINVAL;
	}
	*ret = (int32_t)n;
	return 0;
}

int parse_file_weight(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a number");
	struct file_conf *file = out;

	(void)item;
	if (!w || read_factor(rd, w, &file->weight) < 0)
		return -EINVAL;
	parse_extra_words(rd, node, 3);
	file->is_reversed = node->n_words > 2;
	if (node->n_words < 3 || !strcmp(node->words[2].text, "reverse"))
		return 0;
	report_add(rd->report, CONF_ERROR, &node->words[2].at, "'%s' is not 'reverse'", node->words[2].text);
	return -EINVAL;
}

int parse_user(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a user");
	struct misc_conf *misc = out;
	const char *colon, *group = NULL;

	(void)item;
	if (!w)
		return -EINVAL;
	colon = strchr(w->text, ':');
	if (node->n_words > 2)
		group = node->words[2].text;
	else if (colon)
		group = colon;
	misc->user = arena_strndup(rd->arena, w->text, colon ? (size_t)(colon - w->text) : strlen(w->text));
	misc->group = group ? arena_strdup(rd->arena, group + (*group == ':')) : NULL;
	parse_extra_words(rd, node, 3);
	if (*misc->user && (!misc->group || *misc->group))
		return 0;
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no user", w->text);
	report_hint(rd->report, "USER, USER GROUP or USER:GROUP");
	return -EINVAL;
}
