/* reader.c - see reader.h. A struct jvalue is a json_t seen from outside. */
#include "ctl/reader.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/alloc.h"

struct reader {
	json_t *top; /* owned */
};

static json_t *inside(const struct jvalue *v)
{
	return (json_t *)(uintptr_t)v;
}

static const struct jvalue *outside(const json_t *v)
{
	return (const struct jvalue *)v;
}

struct reader *reader_new(const char *text, size_t len)
{
	json_t *top = json_loadb(text, len, 0, NULL);
	struct reader *r;

	if (!top)
		return NULL;
	r = x_calloc(1, sizeof(*r));
	r->top = top;
	return r;
}

void reader_free(struct reader *r)
{
	if (!r)
		return;
	json_decref(r->top);
	free(r);
}

const struct jvalue *reader_top(const struct reader *r)
{
	return outside(r->top);
}

const struct jvalue *reader_get(const struct jvalue *object, const char *key)
{
	return object ? outside(json_object_get(inside(object), key)) : NULL;
}

size_t reader_count(const struct jvalue *array)
{
	return array ? json_array_size(inside(array)) : 0;
}

const struct jvalue *reader_at(const struct jvalue *array, size_t i)
{
	return array ? outside(json_array_get(inside(array), i)) : NULL;
}

const char *reader_text(const struct jvalue *value, const char *fallback)
{
	const char *s = value ? json_string_value(inside(value)) : NULL;

	return s ? s : fallback;
}

const char *reader_str(const struct jvalue *object, const char *key, const char *fallback)
{
	return reader_text(reader_get(object, key), fallback);
}

int64_t reader_int(const struct jvalue *object, const char *key, int64_t fallback)
{
	return reader_number(reader_get(object, key), fallback);
}

int64_t reader_number(const struct jvalue *value, int64_t fallback)
{
	return value && json_is_number(inside(value)) ? (int64_t)json_number_value(inside(value)) : fallback;
}

bool reader_bool(const struct jvalue *object, const char *key)
{
	const struct jvalue *v = reader_get(object, key);

	return v && json_is_true(inside(v));
}

char *reader_pretty(const struct jvalue *value)
{
	return json_dumps(inside(value), JSON_INDENT(2) | JSON_REAL_PRECISION(9));
}
