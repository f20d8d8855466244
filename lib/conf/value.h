/* value.h - one word becomes one field, and a field words again, by the type of its row. For who walks the tables. */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H
#include "conf/schema.h"

struct text;

/* Stores `w` as item->type says at out + item->offset. For rows of one value only. 0, or -EINVAL once reported. */
int value_store(struct conf_read *rd, const struct conf_item *item, const struct conf_word *w, void *out);
/* Stores the row's default; custom rows get it as a line of words. */
int value_default(struct conf_read *rd, const struct conf_item *item, void *out);
/*
 * Appends the row's value at out + item->offset as it would be written: 0. -ENOENT: there is none (no field, no type of one word, a
 * value out of the row's range, which stands for "not set").
 */
int value_write(const struct conf_item *item, const void *out, struct text *ret);
/* Appends a number as it is written for this row, a bound of its range for one: seconds where they are stored finer. */
void value_write_number(const struct conf_item *item, int64_t v, struct text *ret);
/* Whether of several lines of this row the last one alone counts. */
bool value_is_single(const struct conf_item *item);
#endif
