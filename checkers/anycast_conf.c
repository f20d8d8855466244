/* anycast_conf.c - see anycast_conf.h. */
#include "checkers/anycast_conf.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "checkers/parse.h"
#include "net/link_types.h"

/* As the kernel takes them (dev_valid_name). */
static bool is_device(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len < LINK_NAME_MAX && !strpbrk(name, "/: \t") && strcmp(name, ".") != 0 &&
		strcmp(name, "..") != 0;
}

static int parse_dev(struct conf_read *rd, const struct conf_node *node, struct vs_how *how)
{
	const struct conf_word *w;

	if (strcmp(node->words[2].text, "dev") != 0) {
		report_add(rd->report, CONF_ERROR, &node->words[2].at, "'%s' stands where 'dev NAME' does",
			node->words[2].text);
		return -EINVAL;
	}
	w = conf_need_word(rd, node, 3, "the name of an interface");
	if (!w)
		return -EINVAL;
	if (!is_device(w->text)) {
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no name of an interface", w->text);
		return -EINVAL;
	}
	how->anycast_dev = arena_strdup(rd->arena, w->text);
	parse_extra_words(rd, node, 4);
	return 0;
}

int parse_vip_mode(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	static const struct conf_choice modes[] = { { "vrrp", false }, { "anycast", true }, { NULL, 0 } };
	const struct conf_word *w = conf_need_word(rd, node, 1, "vrrp or anycast");
	struct vs_how *how;
	unsigned mode;

	if (!w || conf_read_choice(rd, w, modes, &mode) < 0)
		return -EINVAL;
	how = conf_part_edit(rd, item->part, out);
	how->is_anycast = mode;
	how->anycast_dev = NULL;
	if (how->is_anycast && node->n_words > 2)
		return parse_dev(rd, node, how);
	parse_extra_words(rd, node, 2);
	return 0;
}

int write_vip_mode(const struct conf_item *item, const void *out, struct text *ret)
{
	const struct vs_conf *vs = out;

	(void)item;
	text_add(ret, vs->how->is_anycast ? "anycast" : "vrrp");
	if (vs->how->is_anycast && vs->how->anycast_dev)
		text_printf(ret, " dev %s", vs->how->anycast_dev);
	return 0;
}

static const struct place *place_of(const struct vs_conf *vs)
{
	for (const struct conf_node *n = vs->head.node->children; n; n = n->next)
		if (!strcmp(n->words[0].text, "vip_mode"))
			return &n->words[0].at;
	return &vs->head.node->words[0].at;
}

void anycast_rule(const struct vs_conf *vs, struct report *r)
{
	uint32_t n = 0, marks = 0;

	if (!vs->how->is_anycast)
		return;
	for (unsigned i = 0; i < vs->lines.n; i++) {
		const struct group_line *line = vs->lines.item[i];

		if (line->fwmark)
			marks++;
		else
			n += addr_span(&line->first, &line->last, ANYCAST_MAX + 1);
	}
	if (marks)
		report_add(r, CONF_ERROR, place_of(vs), "vip_mode anycast needs addresses, and a mark has none");
	if (n > ANYCAST_MAX)
		report_add(r, CONF_ERROR, place_of(vs), "vip_mode anycast is for at most %d addresses", ANYCAST_MAX);
	if (vs->how->ha_suspend)
		report_add(r, CONF_WARNING, place_of(vs),
			"ha_suspend has no effect on an address that no vrrp_instance has");
}

static bool is_on(const struct checkers_config *c, enum vs_sysctl_name name)
{
	return c->sysctl.written.of[name].is_set && c->sysctl.written.of[name].a;
}

const char *anycast_why(const struct checkers_config *c, const struct vs_conf *vs, char *buf)
{
	if (strcmp(vs->how->scheduler, "mh") != 0)
		snprintf(buf, ANYCAST_WHY, "lvs_sched %.32s is not mh", vs->how->scheduler);
	else if (!vs->how->mh_port || !vs->how->mh_fallback)
		snprintf(buf, ANYCAST_WHY, "%s is not written", vs->how->mh_port ? "mh-fallback" : "mh-port");
	else if (!is_on(c, VS_SLOPPY_TCP) || !is_on(c, VS_SCHEDULE_ICMP))
		snprintf(buf, ANYCAST_WHY, "ipvs_sysctl does not say %s 1",
			is_on(c, VS_SLOPPY_TCP) ? "schedule_icmp" : "sloppy_tcp");
	else
		return NULL;
	return buf;
}
