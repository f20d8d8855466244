/*
 * said.h - a switch that may also be left unsaid, for words whose default is somebody else's word: on, off, or nothing, which is
 * not the same as either. The row is CONF_CUSTOM with an unsigned (enum said) at its offset.
 */
#ifndef CONF_SAID_H
#define CONF_SAID_H
#include "conf/schema.h"

enum said { SAID_NOTHING, SAID_OFF, SAID_ON };

/* [on|off|true|false|yes|no]; the bare word means on. */
int said_parse(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out);
conf_write_fn said_write;

#define SAID_ARGS "[on|off]"
#define SAID_EXAMPLE "\non\noff"
#define SAID_WRONG "maybe\non off"
#endif
