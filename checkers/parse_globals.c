/* parse_globals.c - see parse_globals.h. */
#include "checkers/parse_globals.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "checkers/parse.h"

enum {
	TIMEOUT_MAX = 31 * 86400,
	PORT_MAX = 65535,
	SYNC_ID_MAX = 255,
	SYNC_LEN_MAX = 65507,
	SYNC_PORT = 8848,
	TTL_MAX = 255,
};

/* The kernel's group for its connection synchronisation (ip_vs_sync.c, 224.0.0.81). */
static const uint8_t sync_group[] = { 224, 0, 0, 81 };

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

static int read_group(struct conf_read *rd, const struct conf_word *w, struct addr *ret)
{
	if (conf_read_addr(rd, w, ret) < 0)
		return -EINVAL;
	if (addr_is_multicast(ret))
		return 0;
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no multicast address", w->text);
	return -EINVAL;
}

/* One option and its value. */
static int read_option(struct conf_read *rd, const struct conf_word *w, const struct conf_word *value,
	struct lvs_sync_conf *s)
{
	const struct {
		const char *name;
		int64_t min, max;
		uint32_t *field;
	} numbers[] = {
		{ "id", 0, SYNC_ID_MAX, (uint32_t *)&s->id },
		{ "maxlen", 1, SYNC_LEN_MAX, &s->maxlen },
		{ "port", 1, PORT_MAX, &s->port },
		{ "ttl", 1, TTL_MAX, &s->ttl },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (!strcmp(w->text, numbers[i].name))
			return conf_read_uint(rd, value, numbers[i].min, numbers[i].max, numbers[i].field);
	if (!strcmp(w->text, "group"))
		return read_group(rd, value, &s->group);
	s->instance = value->text;
	return 0;
}

static bool is_option(const char *word)
{
	static const char *const options[] = { "id", "maxlen", "port", "ttl", "group", "inst" };

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (!strcmp(word, options[i]))
			return true;
	return false;
}

static int read_sync_words(struct conf_read *rd, const struct conf_node *node, struct lvs_sync_conf *s)
{
	unsigned i = 2;

	if (node->n_words > 2 && !is_option(node->words[2].text))
		s->instance = node->words[i++].text;
	for (; i < node->n_words; i += 2) {
		const struct conf_word *w = &node->words[i];

		if (!is_option(w->text)) {
			report_add(rd->report, CONF_ERROR, &w->at, "'%s' is none of inst, id, maxlen, port, ttl, group",
				w->text);
			return -EINVAL;
		}
		if (i + 1 == node->n_words) {
			report_add(rd->report, CONF_ERROR, &w->at, "'%s' needs a value", w->text);
			return -EINVAL;
		}
		if (read_option(rd, w, &node->words[i + 1], s) < 0)
			return -EINVAL;
	}
	return 0;
}

int parse_sync(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *interface = conf_need_word(rd, node, 1, "the name of an interface");
	struct lvs_sync_conf s = { .node = node, .id = -1, .port = SYNC_PORT };
	struct lvs_globals *g = out;

	s.group.family = AF_INET;
	memcpy(s.group.bytes, sync_group, sizeof(sync_group));
	if (!interface)
		return -EINVAL;
	if (g->sync.node)
		report_add(rd->report, CONF_WARNING, &node->words[0].at, "'%s' is written again: the last one counts",
			item->name);
	s.interface = interface->text;
	if (read_sync_words(rd, node, &s) < 0)
		return -EINVAL;
	g->sync = s;
	return 0;
}

int parse_flush_on_stop(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	(void)item;
	(void)out;
	if (node->n_words < 2)
		return 0;
	parse_extra_words(rd, node, 2);
	if (!strcmp(node->words[1].text, "VS"))
		return 0;
	report_add(rd->report, CONF_ERROR, &node->words[1].at, "'%s' is not VS", node->words[1].text);
	report_hint(rd->report, "VS removes this configuration's services, the bare word everything");
	return -EINVAL;
}

int parse_fifo(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *path = conf_need_word(rd, node, 1, "the path of a FIFO");

	(void)item;
	(void)out;
	if (!path)
		return -EINVAL;
	parse_extra_words(rd, node, 4);
	if (*path->text == '/')
		return 0;
	report_add(rd->report, CONF_ERROR, &path->at, "'%s' is no absolute path", path->text);
	return -EINVAL;
}
