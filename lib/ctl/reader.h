/*
 * reader.h - reading a reply: a JSON document as borrowed values; the other half of jansson's door. Every getter accepts NULL
 * and a wrong type and then gives NULL, 0 or the fallback, so that a client prints what is there.
 */
#ifndef CTL_READER_H
#define CTL_READER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader; /* a whole document, owned */
struct jvalue; /* a value inside it, borrowed */

/* NULL when the text is not JSON. The caller frees with reader_free(). */
struct reader *reader_new(const char *text, size_t len);
void reader_free(struct reader *r);
const struct jvalue *reader_top(const struct reader *r);
const struct jvalue *reader_get(const struct jvalue *object, const char *key);
size_t reader_count(const struct jvalue *array);
const struct jvalue *reader_at(const struct jvalue *array, size_t i);
const char *reader_str(const struct jvalue *object, const char *key, const char *fallback);
int64_t reader_int(const struct jvalue *object, const char *key, int64_t fallback);
bool reader_bool(const struct jvalue *object, const char *key);
/* The value itself as text, or the fallback. */
const char *reader_text(const struct jvalue *value, const char *fallback);
/* The value itself as a number, or the fallback. */
int64_t reader_number(const struct jvalue *value, int64_t fallback);
/* The value with indentation, malloc'ed; NULL for NULL. */
char *reader_pretty(const struct jvalue *value);
#endif
