/* value.c - see value.h and the readers of schema.h. Decimals are read exactly: digits and a scale, never a float. */
#include "conf/value.h"

#include "base/addr.h"
#include "base/alloc.h"
#include "base/text.h"

#include "conf/nearest.h"
#include "conf/script.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CENTISEC = 100, USEC = 1000000, DEFAULT_WORDS = 8 };

/* A decimal number, scaled: "1.5" at scale 100 is 150. */
struct decimal {
	int64_t value;
	bool is_number, has_point, is_rounded;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits before the point; numbers beyond any range stay beyond it. */
static const char *read_whole(const char *s, int64_t scale, int64_t *ret)
{
	int64_t v = 0;

	for (; is_digit(*s); s++)
		v = v > INT64_MAX / 100 ? v : v * 10 + (*s - '0');
	*ret = v > INT64_MAX / 2 / scale ? INT64_MAX / 2 : v * scale;
	return s;
}

/* Digits behind the point: down to the scale, then rounded. */
static const char *read_fraction(const char *s, int64_t scale, struct decimal *d)
{
	bool is_first = true;

	for (; is_digit(*s); s++) {
		if (scale > 1) {
			scale /= 10;
			d->value += (*s - '0') * scale;
			continue;
		}
		if (is_first && *s >= '5')
			d->value++;
		d->is_rounded |= *s != '0';
		is_first = false;
	}
	return s;
}

static struct decimal decimal_of(const char *s, int64_t scale)
{
	struct decimal d = { 0 };
	bool is_minus = *s == '-';
	const char *start;

	if (*s == '-' || *s == '+')
		s++;
	start = s;
	s = read_whole(s, scale, &d.value);
	d.is_number = s > start;
	if (*s == '.') {
		d.has_point = true;
		start = ++s;
		s = read_fraction(s, scale, &d);
		d.is_number |= s > start;
	}
	d.is_number &= !*s;
	d.value = is_minus ? -d.value : d.value;
	return d;
}

/* A scaled number as the user writes it. */
static const char *decimal_str(int64_t v, int64_t scale, char *buf, size_t size)
{
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	uint64_t fraction = u % (uint64_t)scale;
	unsigned digits = scale == CENTISEC ? 2 : scale == USEC ? 6 : 0;

	while (digits && fraction % 10 == 0) {
		fraction /= 10;
		digits--;
	}
	if (digits)
		snprintf(buf, size, "%s%" PRIu64 ".%0*" PRIu64, v < 0 ? "-" : "", u / (uint64_t)scale, (int)digits,
			fraction);
	else
		snprintf(buf, size, "%s%" PRIu64, v < 0 ? "-" : "", u / (uint64_t)scale);
	return buf;
}

/* The range of a number in its scaled unit. */
struct number {
	int64_t min, max, scale;
};

/* "5s", "3,5", "10ms": what would make a number of it; of anything else, which numbers are valid. */
static void hint_number(struct conf_read *rd, const char *s, struct number n)
{
	const char *what = n.scale > 1 ? "a number of seconds" : "a number";
	size_t digits = strspn(s, "0123456789.");
	char low[64], high[64];

	if (digits && strchr(s, ','))
		report_hint(rd->report, "the decimal sign is a point");
	else if (digits && n.scale > 1)
		report_hint(rd->report, "write seconds without a unit, like 1.5");
	else if (digits)
		report_hint(rd->report, "write the digits alone");
	else
		report_hint(rd->report, "%s from %s to %s", what, decimal_str(n.min, n.scale, low, sizeof(low)),
			decimal_str(n.max, n.scale, high, sizeof(high)));
}

static int range_error(struct conf_read *rd, const struct conf_word *w, struct number n)
{
	char low[64], high[64];

	decimal_str(n.min, n.scale, low, sizeof(low));
	decimal_str(n.max, n.scale, high, sizeof(high));
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is out of range: %s to %s", w->text, low, high);
	return -EINVAL;
}

static int read_scaled(struct conf_read *rd, const struct conf_word *w, struct number n, int64_t *ret)
{
	struct decimal d = decimal_of(w->text, n.scale);
	char buf[64];

	if (!d.is_number || (d.has_point && n.scale == 1)) {
		report_add(rd->report, CONF_ERROR, &w->at,
			d.is_number ? "'%s' is not a whole number" : "'%s' is not a number", w->text);
		hint_number(rd, w->text, n);
		return -EINVAL;
	}
	if (d.value < n.min || d.value > n.max)
		return range_error(rd, w, n);
	if (d.is_rounded)
		report_add(rd->report, CONF_WARNING, &w->at, "'%s' is finer than possible and read as %s", w->text,
			decimal_str(d.value, n.scale, buf, sizeof(buf)));
	*ret = d.value;
	return 0;
}

int conf_read_uint(struct conf_read *rd, const struct conf_word *w, int64_t min, int64_t max, uint32_t *ret)
{
	int64_t v;
	int err = read_scaled(rd, w, (struct number){ min, max, 1 }, &v);

	if (!err)
		*ret = (uint32_t)v;
	return err;
}

int conf_read_time(struct conf_read *rd, const struct conf_word *w, int64_t min, int64_t max, int64_t *ret_usec)
{
	return read_scaled(rd, w, (struct number){ min, max, USEC }, ret_usec);
}

int conf_read_bool(struct conf_read *rd, const struct conf_word *w, bool *ret)
{
	static const char *const on[] = { "on", "true", "yes" }, *const off[] = { "off", "false", "no" };

	for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++) {
		bool is_on = !strcasecmp(w->text, on[i]);

		if (!is_on && strcasecmp(w->text, off[i]) != 0)
			continue;
		*ret = is_on;
		return 0;
	}
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is neither on nor off", w->text);
	report_hint(rd->report, "on, off, true, false, yes, no; the keyword alone means on");
	return -EINVAL;
}

/* "ADDRESS/LENGTH" whose address is one: what is wrong with the length. */
static bool hint_length(struct conf_read *rd, const char *s)
{
	const char *slash = strchr(s, '/');
	char text[64];
	struct addr a;

	if (!slash || (size_t)(slash - s) >= sizeof(text))
		return false;
	memcpy(text, s, (size_t)(slash - s));
	text[slash - s] = '\0';
	if (addr_parse(text, &a) < 0)
		return false;
	report_hint(rd->report, "the prefix length of such an address is a number from 0 to %u",
		(unsigned)addr_len(&a) * 8);
	return true;
}

bool conf_hint_addr(struct conf_read *rd, const char *s)
{
	size_t v4 = strspn(s, "0123456789.");

	if (hint_length(rd, s))
		return true;
	if (*s == '$' || strstr(s, "${"))
		report_hint(rd->report,
			"the variable was not replaced: it is used as ${NAME}, or as $NAME before a blank");
	else if (*s == '[')
		report_hint(rd->report, "write the address without '[' and ']'");
	else if (v4 && s[v4] == ';' && !s[v4 + 1])
		report_hint(rd->report, "no ';' behind an address");
	else if (v4 && s[v4] == ',')
		report_hint(rd->report, "no comma behind an address, and one address at a time");
	else if (v4 && (!s[v4] || s[v4] == '/'))
		report_hint(rd->report, "an IPv4 address is four numbers of at most 255");
	else
		return false;
	return true;
}

int conf_read_addr(struct conf_read *rd, const struct conf_word *w, struct addr *ret)
{
	size_t v4 = strspn(w->text, "0123456789.");
	struct addr unused;
	uint8_t len;

	if (!addr_parse(w->text, ret))
		return 0;
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is not an IP address", w->text);
	if (!addr_parse_prefix(w->text, &unused, &len))
		report_hint(rd->report, "write it without the prefix length");
	else if (w->text[v4] == ':' && memchr(w->text, '.', v4))
		report_hint(rd->report, "address and port are two words: '%.*s %s'", (int)v4, w->text,
			w->text + v4 + 1);
	else if (!conf_hint_addr(rd, w->text) && *w->text && !strchr(w->text, ':'))
		report_hint(rd->report, "names are not looked up: write the address");
	return -EINVAL;
}

static unsigned nearest_choice(const char *word, const struct conf_choice *choices, const char **ret_name)
{
	unsigned best = UINT8_MAX;

	for (const struct conf_choice *c = choices; c->name; c++) {
		unsigned d = text_distance(word, c->name);

		if (d < best) {
			best = d;
			*ret_name = c->name;
		}
	}
	return best;
}

static void add_names(struct text *out, const struct conf_choice *choices)
{
	for (const struct conf_choice *c = choices; c->name; c++)
		text_printf(out, "%s%s", c == choices ? "" : ", ", c->name);
}

/* What a name may be when none is near. */
static void hint_source(struct conf_read *rd, const struct conf_choice *known, const char *file)
{
	struct text all = { 0 };

	if (file) {
		report_hint(rd->report, "a number, or a name of /etc/iproute2/%s", file);
		return;
	}
	add_names(&all, known);
	report_hint(rd->report, "a number, or one of: %s", text_str(&all));
	text_done(&all);
}

void conf_hint_name(struct conf_read *rd, const char *word, const struct conf_choice *known, const char *file)
{
	struct nearest near = nearest_start(word);

	for (const struct conf_choice *c = known; c && c->name; c++)
		nearest_try(&near, c->name);
	if (rd->names && file)
		rd->names(file, &near, rd->arena);
	if (near.name)
		report_hint(rd->report, "did you mean '%s'?", near.name);
	else
		hint_source(rd, known, file);
}

static void report_choice(struct conf_read *rd, const struct conf_word *w, const struct conf_choice *choices)
{
	struct text all = { 0 };
	const char *near = NULL;
	size_t limit = strlen(w->text) / 3;

	add_names(&all, choices);
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is not one of: %s", w->text, text_str(&all));
	if (nearest_choice(w->text, choices, &near) <= (limit ? limit : 1))
		report_hint(rd->report, "did you mean '%s'?", near);
	text_done(&all);
}

int conf_read_choice(struct conf_read *rd, const struct conf_word *w, const struct conf_choice *choices, unsigned *ret)
{
	for (const struct conf_choice *c = choices; c->name; c++) {
		if (!strcmp(c->name, w->text)) {
			*ret = c->value;
			return 0;
		}
	}
	for (const struct conf_choice *c = choices; c->name; c++) {
		if (strcasecmp(c->name, w->text) != 0)
			continue;
		report_add(rd->report, CONF_WARNING, &w->at, "'%s' is read as '%s'", w->text, c->name);
		report_hint(rd->report, "keepalived does not accept it in this case: write '%s'", c->name);
		*ret = c->value;
		return 0;
	}
	report_choice(rd, w, choices);
	return -EINVAL;
}

const struct conf_word *conf_need_word(struct conf_read *rd, const struct conf_node *n, unsigned i, const char *what)
{
	if (i < n->n_words)
		return &n->words[i];
	report_add(rd->report, CONF_ERROR, &n->words[0].at, "'%s' needs %s", n->words[0].text, what);
	return NULL;
}

static int64_t scale_of(const struct conf_item *item)
{
	return item->type == CONF_TIME ? USEC : item->unit == CONF_CENTISEC ? CENTISEC : 1;
}

static struct number number_of(const struct conf_item *item, int64_t low, int64_t high)
{
	bool is_ranged = item->min || item->max;

	return (struct number){ is_ranged ? item->min : low, is_ranged ? item->max : high, scale_of(item) };
}

static int store_number(struct conf_read *rd, const struct conf_item *item, const struct conf_word *w, void *field)
{
	int64_t v;
	struct number n = item->type == CONF_INT
		? number_of(item, INT32_MIN, INT32_MAX)
		: number_of(item, 0, item->type == CONF_UINT ? UINT32_MAX : INT64_MAX / 4);
	int err = read_scaled(rd, w, n, &v);

	if (err < 0)
		return err;
	if (item->type == CONF_UINT)
		*(uint32_t *)field = (uint32_t)v;
	else if (item->type == CONF_INT)
		*(int32_t *)field = (int32_t)v;
	else
		*(int64_t *)field = v;
	return 0;
}

int value_store(struct conf_read *rd, const struct conf_item *item, const struct conf_word *w, void *out)
{
	union {
		int64_t number;
		const char *text;
		struct addr addr;
	} nowhere;
	void *field = item->offset == CONF_NOWHERE ? &nowhere : conf_field(rd, item, out);

	switch (item->type) {
	case CONF_UINT:
	case CONF_INT:
	case CONF_TIME:
		return store_number(rd, item, w, field);
	case CONF_BOOL:
	case CONF_FLAG:
		return conf_read_bool(rd, w, field);
	case CONF_CHOICE:
		return conf_read_choice(rd, w, item->choices, field);
	case CONF_STRING:
		*(const char **)field = conf_share_text(rd, w->text);
		return 0;
	case CONF_ADDR:
		return conf_read_addr(rd, w, field);
	case CONF_CUSTOM:
	case CONF_LINES:
	case CONF_BLOCK:
	case CONF_ALIAS:
		break;
	}
	return -EINVAL;
}

int value_default(struct conf_read *rd, const struct conf_item *item, void *out)
{
	struct conf_word words[DEFAULT_WORDS] = { { .text = item->name, .at.file = "(built-in default)" } };
	struct conf_node node = { .words = words, .n_words = 1 };
	char *copy, *save;

	words[1] = (struct conf_word){ .text = item->dflt, .at = words[0].at };
	if (item->type != CONF_CUSTOM)
		return value_store(rd, item, &words[1], out);
	copy = arena_strdup(rd->arena, item->dflt);
	for (char *s = strtok_r(copy, " ", &save); s && node.n_words < DEFAULT_WORDS; s = strtok_r(NULL, " ", &save))
		words[node.n_words++] = (struct conf_word){ .text = s, .at = words[0].at };
	return item->parse(rd, item, &node, out);
}

void value_write_number(const struct conf_item *item, int64_t v, struct text *ret)
{
	char buf[64];

	text_add(ret, decimal_str(v, scale_of(item), buf, sizeof(buf)));
}

static int write_number(const struct conf_item *item, int64_t v, int64_t low, int64_t high, struct text *ret)
{
	struct number n = number_of(item, low, high);

	if (v < n.min || v > n.max)
		return -ENOENT;
	value_write_number(item, v, ret);
	return 0;
}

static int write_choice(const struct conf_item *item, unsigned v, struct text *ret)
{
	for (const struct conf_choice *c = item->choices; c->name; c++) {
		if (c->value != v)
			continue;
		text_add(ret, c->name);
		return 0;
	}
	return -ENOENT;
}

static int write_string(const char *s, struct text *ret)
{
	if (!s)
		return -ENOENT;
	tree_write_text(s, *s == '\'', ret);
	return 0;
}

static int write_addr(const struct addr *a, struct text *ret)
{
	char buf[ADDR_STRLEN];

	if (!addr_is_set(a))
		return -ENOENT;
	text_add(ret, addr_str(a, buf));
	return 0;
}

int value_write(const struct conf_item *item, const void *out, struct text *ret)
{
	const void *field;

	if (out && item->write)
		return item->write(item, out, ret);
	if (!out || item->offset == CONF_NOWHERE)
		return -ENOENT;
	field = conf_at(item, out);
	switch (item->type) {
	case CONF_UINT:
		return write_number(item, *(const uint32_t *)field, 0, UINT32_MAX, ret);
	case CONF_INT:
		return write_number(item, *(const int32_t *)field, INT32_MIN, INT32_MAX, ret);
	case CONF_TIME:
		return write_number(item, *(const int64_t *)field, 0, INT64_MAX / 4, ret);
	case CONF_BOOL:
		text_add(ret, *(const bool *)field ? "on" : "off");
		return 0;
	case CONF_CHOICE:
		return write_choice(item, *(const unsigned *)field, ret);
	case CONF_STRING:
		return write_string(*(const char *const *)field, ret);
	case CONF_ADDR:
		return write_addr(field, ret);
	case CONF_FLAG:
	case CONF_CUSTOM:
	case CONF_LINES:
	case CONF_BLOCK:
	case CONF_ALIAS:
		break;
	}
	return -ENOENT;
}

bool value_is_single(const struct conf_item *item)
{
	if (item->type == CONF_CUSTOM)
		return item->parse == script_conf_parse || item->parse == script_conf_parse_rare;
	return item->type != CONF_BLOCK && item->type != CONF_LINES;
}
