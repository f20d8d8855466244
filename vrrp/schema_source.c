/* schema_source.c - see schema_source.h. */
#include "vrrp/schema_source.h"

#include <errno.h>

#include "base/alloc.h"
#include "vrrp/conf.h"
#include "vrrp/schema_words.h"

static const struct line_word source_words[] = {
	{ .name = "owner", .read = line_flag, .offset = offsetof(struct vrrp_source, is_owner) },
	{ .name = NULL },
};

static const struct line_grammar source_line = { "a source", source_words, NULL };

int schema_source(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 0);
	const struct conf_word *w = words_next(&l);
	struct vrrp_source *s = arena_alloc(rd->arena, sizeof(*s));

	if (addr_parse_prefix(w->text, &s->addr, &s->prefix_len) < 0) {
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no address and no network", w->text);
		report_hint(rd->report, "an address such as 192.0.2.2, or a network such as 192.0.2.0/24");
		return -EINVAL;
	}
	if (s->prefix_len == UINT8_MAX)
		s->prefix_len = (uint8_t)(addr_len(&s->addr) * 8);
	if (words_line(&l, &source_line, s) < 0)
		return -EINVAL;
	conf_vec_add(rd->arena, conf_field(rd, item, out), s);
	return 0;
}
