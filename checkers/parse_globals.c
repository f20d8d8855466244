/* parse_globals.c - see parse_globals.h. */
#include "checkers/parse_globals.h"

#include <errno.h>
#include <string.h>

#include "checkers/conf.h"
#include "checkers/leave.h"
#include "checkers/parse.h"

enum { TIMEOUT_MAX = 31 * 86400 };

int parse_timeouts(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct lvs_globals *g = out;
	const struct {
		const char *name;
		uint32_t *field;
	} kinds[] = { { "tcp", &g->timeout_tcp }, { "tcpfin", &g->timeout_tcpfin }, { "udp", &g->timeout_udp } };

	(void)item;
	if (!conf_need_word(rd, node, 1, "at least one of 'tcp SECONDS', 'tcpfin SECONDS', 'udp SECONDS'"))
		return -EINVAL;
	for (unsigned i = 1; i < node->n_words; i += 2) {
		const struct conf_word *value;
		uint32_t *field = NULL;

		for (size_t k = 0; k < 3; k++)
			if (!strcmp(kinds[k].name, node->words[i].text))
				field = kinds[k].field;
		if (!field) {
			report_add(rd->report, CONF_ERROR, &node->words[i].at, "'%s' is none of tcp, tcpfin, udp",
				node->words[i].text);
			return -EINVAL;
		}
		value = conf_need_word(rd, node, i + 1, "seconds after tcp, tcpfin or udp");
		if (!value || conf_read_uint(rd, value, 0, TIMEOUT_MAX, field) < 0)
			return -EINVAL;
	}
	return 0;
}

int parse_flush_on_stop(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct lvs_globals *g = out;

	(void)item;
	g->on_exit = LVS_EXIT_FLUSH;
	if (node->n_words < 2)
		return 0;
	parse_extra_words(rd, node, 2);
	g->on_exit = LVS_EXIT_REMOVE;
	if (!strcmp(node->words[1].text, "VS"))
		return 0;
	report_add(rd->report, CONF_ERROR, &node->words[1].at, "'%s' is not VS", node->words[1].text);
	report_hint(rd->report, "VS removes this configuration's services, the bare word everything");
	return -EINVAL;
}
