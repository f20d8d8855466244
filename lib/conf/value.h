/* value.h - private to lib/conf: one word becomes one field, by the type of its row. */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H
#include "conf/schema.h"

/* Stores `w` as item->type says at out + item->offset. For rows of one value only. 0, or -EINVAL once reported. */
int value_store(struct conf_read *rd, const struct conf_item *item, const struct conf_word *w, void *out);
/* Stores the row's default; custom rows get it as a line of words. */
int value_default(struct conf_read *rd, const struct conf_item *item, void *out);
#endif
