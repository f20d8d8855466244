/* said.c - see said.h. */
#include "conf/said.h"

#include <errno.h>

#include "base/text.h"

int said_parse(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	bool is_on = true;
	int r = 0;

	if (node->n_words > 2) {
		report_add(rd->report, CONF_ERROR, &node->words[2].at, "'%s' is one word too many",
			node->words[2].text);
		return -EINVAL;
	}
	if (node->n_words == 2)
		r = conf_read_bool(rd, &node->words[1], &is_on);
	if (r == 0)
		*(unsigned *)conf_field(rd, item, out) = is_on ? SAID_ON : SAID_OFF;
	return r;
}

int said_write(const struct conf_item *item, const void *out, struct text *ret)
{
	const unsigned said = *(const unsigned *)conf_at(item, out);

	if (said == SAID_NOTHING)
		return -ENOENT;
	text_add(ret, said == SAID_ON ? "on" : "off");
	return 0;
}
