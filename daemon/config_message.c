/* config_message.c - see config_message.h. */
#include "daemon/config_message.h"

#include <string.h>

#include "checkers/weights.h"
#include "io/message.h"

void config_message(struct channel *to, int fd, uint32_t generation, const struct weight_edits *edits)
{
	struct {
		struct msg_config head;
		struct msg_weight weight[MSG_WEIGHTS_MAX];
	} m = { .head = { .generation = generation } };
	size_t len = sizeof(m.head);

	if (edits && edits->n && edits->n <= MSG_WEIGHTS_MAX) {
		m.head.was = generation - 1;
		memcpy(m.weight, edits->list, edits->n * sizeof(m.weight[0]));
		len += edits->n * sizeof(m.weight[0]);
	}
	channel_send(to, MSG_CONFIG, &m, len, fd);
}
