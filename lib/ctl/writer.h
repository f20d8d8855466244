/*
 * writer.h - the one way to say structured things: handlers write members, each once, the writer makes JSON of them.
 * vipctl prints its tables from the same document, so text and JSON never diverge.
 */
#ifndef CTL_WRITER_H
#define CTL_WRITER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer;

/* A document whose top is an object. */
struct writer *writer_new(void);
/* Accepts NULL. */
void writer_free(struct writer *w);
/* Opens a member object or array; `key` is NULL inside an array. */
void writer_object(struct writer *w, const char *key);
void writer_array(struct writer *w, const char *key);
/* Closes the innermost one that is open. */
void writer_end(struct writer *w);
/* Members; `value` NULL writes null. Bytes that are not UTF-8 are escaped. */
void writer_str(struct writer *w, const char *key, const char *value);
void writer_fmt(struct writer *w, const char *key, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void writer_int(struct writer *w, const char *key, int64_t value);
void writer_real(struct writer *w, const char *key, double value);
void writer_bool(struct writer *w, const char *key, bool value);
/* A member whose value is a JSON document made elsewhere; what does not parse becomes null. */
void writer_json(struct writer *w, const char *key, const char *text, size_t len);
/*
 * The members of an object that another writer made join the one that is open; false when the text is no object, of which only the
 * ends are looked at. None of them may be there.
 */
bool writer_merge(struct writer *w, const char *text, size_t len);
/* The document as text, malloc'ed, newline at the end; what is open ends. Nothing can be written after it. */
char *writer_text(struct writer *w, size_t *ret_len);
#endif
