/*
 * writer.c - see writer.h. Members become text as they come: a status of ten thousand servers as a tree of jansson's took main and
 * the lvs process a seventh of a second each. What is more than plain ASCII jansson writes; reading is reader.c.
 */
#include "ctl/writer.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

enum { DEPTH_MAX = 16 };

struct writer {
	struct text t; /* owned */
	struct level {
		bool is_array, has_members;
	} open[DEPTH_MAX];
	unsigned depth;
};

struct writer *writer_new(void)
{
	struct writer *w = x_calloc(1, sizeof(*w));

	text_add(&w->t, "{");
	return w;
}

void writer_free(struct writer *w)
{
	if (!w)
		return;
	text_done(&w->t);
	free(w);
}

/* As jansson says it. Takes `value` over. */
static void add_value(struct writer *w, json_t *value)
{
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;

	text_add(&w->t, text ? text : "null");
	free(text);
	json_decref(value);
}

static size_t plain_len(const char *s)
{
	const char *c = s;

	while (*c >= ' ' && *c < 0x7f && *c != '"' && *c != '\\')
		c++;
	return (size_t)(c - s);
}

static void add_str(struct writer *w, const char *s)
{
	const size_t len = plain_len(s);
	char buf[512];
	json_t *value;

	if (!s[len]) {
		text_add_bytes(&w->t, "\"", 1);
		text_add_bytes(&w->t, s, len);
		text_add_bytes(&w->t, "\"", 1);
		return;
	}
	value = json_string(s);
	add_value(w, value ? value : json_string(text_escape(s, strlen(s), buf, sizeof(buf))));
}

/* What stands before a value. */
static void add_head(struct writer *w, const char *key)
{
	struct level *in = &w->open[w->depth];

	if (in->has_members)
		text_add_bytes(&w->t, ",", 1);
	in->has_members = true;
	if (in->is_array)
		return;
	add_str(w, key ? key : "?");
	text_add_bytes(&w->t, ":", 1);
}

static void open_one(struct writer *w, const char *key, bool is_array)
{
	if (w->depth + 1 == DEPTH_MAX)
		abort();
	add_head(w, key);
	text_add(&w->t, is_array ? "[" : "{");
	w->open[++w->depth] = (struct level){ .is_array = is_array };
}

void writer_object(struct writer *w, const char *key)
{
	open_one(w, key, false);
}

void writer_array(struct writer *w, const char *key)
{
	open_one(w, key, true);
}

void writer_end(struct writer *w)
{
	if (w->depth)
		text_add(&w->t, w->open[w->depth--].is_array ? "]" : "}");
}

void writer_str(struct writer *w, const char *key, const char *value)
{
	add_head(w, key);
	if (value)
		add_str(w, value);
	else
		text_add(&w->t, "null");
}

void writer_fmt(struct writer *w, const char *key, const char *fmt, ...)
{
	char buf[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	writer_str(w, key, buf);
}

void writer_int(struct writer *w, const char *key, int64_t value)
{
	char buf[24];

	add_head(w, key);
	text_add_bytes(&w->t, buf, (size_t)snprintf(buf, sizeof(buf), "%" PRId64, value));
}

void writer_real(struct writer *w, const char *key, double value)
{
	add_head(w, key);
	add_value(w, json_real(value));
}

void writer_bool(struct writer *w, const char *key, bool value)
{
	add_head(w, key);
	text_add(&w->t, value ? "true" : "false");
}

void writer_json(struct writer *w, const char *key, const char *text, size_t len)
{
	add_head(w, key);
	add_value(w, json_loadb(text, len, JSON_DECODE_ANY, NULL));
}

bool writer_merge(struct writer *w, const char *text, size_t len)
{
	struct level *in = &w->open[w->depth];

	while (len > 0 && text[len - 1] == '\n')
		len--;
	if (len < 2 || text[0] != '{' || text[len - 1] != '}')
		return false;
	if (len == 2)
		return true;
	if (in->has_members)
		text_add_bytes(&w->t, ",", 1);
	in->has_members = true;
	text_add_bytes(&w->t, text + 1, len - 2);
	return true;
}

char *writer_text(struct writer *w, size_t *ret_len)
{
	char *ret;

	while (w->depth)
		writer_end(w);
	text_add(&w->t, "}\n");
	ret = w->t.s;
	if (ret_len)
		*ret_len = w->t.len;
	*w = (struct writer){ 0 };
	return ret;
}
