/* route_encap.c - what stands behind `encap` in a route (keepalived.conf(5), ip-route(8)). Declared in route_words.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/link_route.h"
#include "vrrp/route_words.h"

enum { LABEL_MAX = (1 << 20) - 1 /* RFC 3032 2.1 */, ILA = UINT8_MAX };

static const struct conf_choice types[] = { { "ip", LINK_ENCAP_IP }, { "ip6", LINK_ENCAP_IP6 }, { "mpls", LINK_ENCAP_MPLS },
	{ "ila", ILA }, { NULL, 0 } };

static int encap_addr(struct words *l, const struct line_word *word, void *out)
{
	struct link_encap *e = out;
	struct addr a = { 0 };
	const struct line_word plain = { .name = word->name };
	bool is_dst = word->offset == 0;

	if (line_addr(l, &plain, &a) < 0)
		return -EINVAL;
	*(is_dst ? &e->ip.dst : &e->ip.src) = a;
	if ((a.family == AF_INET6) == (e->type == LINK_ENCAP_IP6))
		return 0;
	report_add(l->rd->report, CONF_ERROR, &l->node->words[l->at - 1].at, "'%s' of encap %s is an address of IPv%c",
		word->name, e->type == LINK_ENCAP_IP6 ? "ip6" : "ip", e->type == LINK_ENCAP_IP6 ? '6' : '4');
	report_hint(l->rd->report, "encap ip with IPv4, encap ip6 with IPv6");
	return -EINVAL;
}

/* A number of 8 bits, also with 0x, at the row's offset. */
static int encap_u8(struct words *l, const struct line_word *word, void *out)
{
	const struct line_word plain = { .max = UINT8_MAX };
	uint32_t value = 0;
	int r = line_hex(l, &plain, &value);

	*((uint8_t *)out + word->offset) = (uint8_t)value;
	return r;
}

static int encap_id(struct words *l, const struct line_word *word, void *out)
{
	const struct line_word plain = { .max = word->max };
	uint32_t value = 0;
	int r = line_uint(l, &plain, &value);

	((struct link_encap *)out)->ip.id = value;
	return r;
}

/* A number, or a bit's name. */
static int encap_flags(struct words *l, const struct line_word *word, void *out)
{
	const struct line_word plain = { .max = word->max, .choices = word->choices };
	uint32_t value = 0;
	int r = line_number(l, &plain, &value);

	((struct link_encap *)out)->flags |= (uint16_t)value;
	return r;
}

static const struct conf_choice flags[] = { { "csum", LINK_ENCAP_CSUM }, { "key", LINK_ENCAP_KEY }, { "seq", LINK_ENCAP_SEQ },
	{ NULL, 0 } };

#define BYTE(spelling, field)                                                                        \
	{                                                                                            \
		.name = spelling, .read = encap_u8, .offset = offsetof(struct link_encap, field) \
	}

static const struct line_word ip_words[] = {
	{ .name = "id", .read = encap_id, .max = UINT32_MAX },
	{ .name = "dst", .read = encap_addr, .offset = 0 },
	{ .name = "src", .read = encap_addr, .offset = 1 },
	BYTE("tos", tos),
	BYTE("tc", tos),
	BYTE("ttl", ttl),
	BYTE("hoplimit", ttl),
	{ .name = "flags", .read = encap_flags, .max = LINK_ENCAP_CSUM | LINK_ENCAP_KEY | LINK_ENCAP_SEQ, .choices = flags },
	{ .name = NULL },
};
static const struct line_word mpls_words[] = {
	BYTE("ttl", ttl),
	{ .name = NULL },
};

/* LABEL[/LABEL...] */
static int read_labels(struct words *l, struct link_encap *ret)
{
	const struct conf_word *w = words_value(l, "a label");
	const char *s = w ? w->text : "";
	unsigned long label = 0;
	char *end;

	if (!w)
		return -EINVAL;
	while (ret->n_labels < LINK_LABELS_MAX && *s >= '0' && *s <= '9') {
		label = strtoul(s, &end, 0);
		if (label > LABEL_MAX || (*end && *end != '/'))
			break;
		ret->label[ret->n_labels++] = (uint32_t)label;
		if (!*end)
			return 0;
		s = end + 1;
	}
	report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is no list of labels", w->text);
	report_hint(l->rd->report, "numbers from 0 to %d, at most %d of them: 100/200", LABEL_MAX, LINK_LABELS_MAX);
	return -EINVAL;
}

static int read_ila(struct words *l, const struct conf_word *w)
{
	if (!words_value(l, "a locator"))
		return -EINVAL;
	report_add(l->rd->report, CONF_WARNING, &w->at, "'encap ila' is not supported; the whole line is left out");
	report_inert(l->rd->report);
	return 1;
}

int route_words_encap(struct words *l, struct link_encap *ret)
{
	const struct conf_word *w = words_value(l, "ip, ip6, mpls or ila");
	unsigned type;

	if (!w || conf_read_choice(l->rd, w, types, &type) < 0)
		return -EINVAL;
	if (type == ILA)
		return read_ila(l, w);
	*ret = (struct link_encap){ .type = (uint8_t)type };
	if (type != LINK_ENCAP_MPLS)
		return words_part(l, ip_words, ret);
	return read_labels(l, ret) < 0 ? -EINVAL : words_part(l, mpls_words, ret);
}
