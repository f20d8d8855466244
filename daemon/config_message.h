/* config_message.h - MSG_CONFIG for one child. */
#ifndef DAEMON_CONFIG_MESSAGE_H
#define DAEMON_CONFIG_MESSAGE_H
#include <stdint.h>

struct channel;
struct weight_edits;

/*
 * The bytes of `fd` (borrowed) as `generation`. `edits`: all that they differ in from those of the generation before, which the
 * child is told too, unless it is more than fits into the message; NULL: not known.
 */
void config_message(struct channel *to, int fd, uint32_t generation, const struct weight_edits *edits);
#endif
