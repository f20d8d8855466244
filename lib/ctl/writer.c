/* writer.c - see writer.h. The door to jansson for writing; reading is reader.c. */
#include "ctl/writer.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

enum { DEPTH_MAX = 16 };

struct writer {
	json_t *open[DEPTH_MAX]; /* open[0] is owned, the rest borrowed from it */
	unsigned depth;
};

struct writer *writer_new(void)
{
	struct writer *w = x_calloc(1, sizeof(*w));

	w->open[0] = json_object();
	return w;
}

void writer_free(struct writer *w)
{
	if (!w)
		return;
	json_decref(w->open[0]);
	free(w);
}

/* Takes `value` over. */
static void put(struct writer *w, const char *key, json_t *value)
{
	json_t *in = w->open[w->depth];

	if (json_is_object(in))
		json_object_set_new(in, key ? key : "?", value);
	else
		json_array_append_new(in, value);
}

static void open_one(struct writer *w, const char *key, json_t *value)
{
	if (w->depth + 1 == DEPTH_MAX)
		abort();
	put(w, key, value);
	w->open[++w->depth] = value;
}

void writer_object(struct writer *w, const char *key)
{
	open_one(w, key, json_object());
}

void writer_array(struct writer *w, const char *key)
{
	open_one(w, key, json_array());
}

void writer_end(struct writer *w)
{
	if (w->depth)
		w->depth--;
}

void writer_str(struct writer *w, const char *key, const char *value)
{
	json_t *s = value ? json_string(value) : json_null();
	char buf[512];

	if (!s)
		s = json_string(text_escape(value, strlen(value), buf, sizeof(buf)));
	put(w, key, s);
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
	put(w, key, json_integer(value));
}

void writer_real(struct writer *w, const char *key, double value)
{
	put(w, key, json_real(value));
}

void writer_bool(struct writer *w, const char *key, bool value)
{
	put(w, key, json_boolean(value));
}

void writer_json(struct writer *w, const char *key, const char *text, size_t len)
{
	json_t *value = json_loadb(text, len, JSON_DECODE_ANY, NULL);

	put(w, key, value ? value : json_null());
}

bool writer_merge(struct writer *w, const char *text, size_t len)
{
	json_t *value = json_loadb(text, len, 0, NULL);
	bool ok = value && json_object_update(w->open[w->depth], value) == 0;

	json_decref(value);
	return ok;
}

char *writer_text(const struct writer *w, size_t *ret_len)
{
	char *dumped = json_dumps(w->open[0], JSON_COMPACT | JSON_REAL_PRECISION(9));
	struct text t = { 0 };

	text_add(&t, dumped ? dumped : "{}");
	text_add(&t, "\n");
	free(dumped);
	if (ret_len)
		*ret_len = t.len;
	return t.s;
}
