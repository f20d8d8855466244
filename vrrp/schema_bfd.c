/* schema_bfd.c - see schema_bfd.h. */
#include "vrrp/schema_bfd.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "vrrp/conf.h"
#include "vrrp/schema_lines.h"
#include "vrrp/schema_trackers.h"
#include "vrrp/schema_words.h"

#define B(field) offsetof(struct vrrp_bfd_conf, field)
enum { LINK_LOCAL_LEN = 10 };

#define INTERVAL_MAX ((int64_t)UINT32_MAX) /* the wire's microseconds, RFC 5880 4.1 */

static int read_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	return schema_block_name(rd, node, &((struct vrrp_bfd_conf *)out)->name);
}

/* Milliseconds with a fraction; the row's min and max are microseconds. */
static int parse_interval(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "milliseconds");
	int64_t scaled; /* read as seconds: a thousandth of it is the time */
	uint32_t *ret = (uint32_t *)(void *)((char *)out + item->offset);

	if (!w)
		return -EINVAL;
	if (strspn(w->text, "0123456789.") != strlen(w->text)) {
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is not a number", w->text);
		report_hint(rd->report, "write milliseconds without a unit, like 50 or 3.312");
		return -EINVAL;
	}
	words_extra(rd, node, 2);
	if (conf_read_time(rd, w, item->min * 1000, item->max * 1000, &scaled) < 0)
		return -EINVAL;
	*ret = (uint32_t)(scaled / 1000);
	return 0;
}

/* RFC 5881 5: over one hop nobody takes a packet with less than 255. */
static void check_ttl(const struct vrrp_bfd_conf *c, struct report *r)
{
	const bool is_v6 = c->neighbor.family == AF_INET6;

	if (c->is_multihop || (is_v6 ? c->hoplimit : c->ttl) == UINT8_MAX)
		return;
	report_add(r, CONF_WARNING, &c->head.node->words[0].at, "%s is not 255: the neighbor drops such packets",
		is_v6 ? "hoplimit" : "ttl");
	report_hint(r, "RFC 5881 wants 255 over one hop; `multihop` is for more");
}

static bool is_link_local(const struct addr *a)
{
	const struct addr net = { .family = AF_INET6, .bytes = { 0xfe, 0x80 } };

	return a->family == AF_INET6 && addr_in_prefix(a, &net, LINK_LOCAL_LEN);
}

static void check(const void *conf, struct report *r)
{
	const struct vrrp_bfd_conf *c = conf;
	const struct place *at = &c->head.node->words[0].at;

	if (addr_is_set(&c->source) && c->source.family != c->neighbor.family) {
		report_add(r, CONF_ERROR, at, "source_ip and neighbor_ip are of two families");
		report_hint(r, "source_ip IPV%c-ADDRESS, or no source_ip: the kernel chooses",
			c->neighbor.family == AF_INET6 ? '6' : '4');
	}
	if (addr_is_set(&c->source) && addr_equal(&c->source, &c->neighbor)) {
		report_add(r, CONF_ERROR, at, "source_ip and neighbor_ip are the same");
		report_hint(r, "neighbor_ip is the other system's address, source_ip this one's");
	}
	if (is_link_local(&c->neighbor))
		report_add(r, CONF_WARNING, at, "neighbor_ip is link-local: without an interface it cannot be reached");
	check_ttl(c, r);
}

/* Two sessions that no packet without a discriminator tells apart. */
static bool is_same_session(const struct vrrp_bfd_conf *a, const struct vrrp_bfd_conf *b)
{
	return addr_equal(&a->neighbor, &b->neighbor) && a->is_multihop == b->is_multihop &&
		(!addr_is_set(&a->source) || !addr_is_set(&b->source) || addr_equal(&a->source, &b->source));
}

void schema_bfd_pairs(struct conf_read *rd, const struct vrrp_config *all)
{
	for (unsigned i = 0; i < all->bfds.n; i++) {
		const struct vrrp_bfd_conf *b = all->bfds.item[i];

		for (unsigned k = 0; k < i; k++) {
			const struct vrrp_bfd_conf *a = all->bfds.item[k];

			if (!is_same_session(a, b))
				continue;
			report_add(rd->report, CONF_ERROR, &b->head.node->words[0].at,
				"it has the neighbor of %s: between two addresses there is one session", a->name);
			break;
		}
	}
}

#define INTERVAL(keyword, field, least, preset, what)                                                                             \
	{ .name = keyword, .type = CONF_CUSTOM, .offset = B(field), .parse = parse_interval, .min = least, \
	  .max = INTERVAL_MAX, .dflt = preset, \
	  .reload = CONF_LIVE, .args = "MILLISECONDS", .doc = what, .example = "1500\n1000.5\n4294967.295",               \
	  .wrong = "\n0\n0.5\n50ms\n4294967.296\nfast" }

static const struct conf_item bfd_items[] = {
	{ .name = "neighbor_ip", .type = CONF_ADDR, .offset = B(neighbor), .is_required = true, .reload = CONF_RESTART,
	  .args = "ADDRESS", .doc = "The other side of the session." },
	{ .name = "neighbour_ip", .type = CONF_ALIAS, .alias = "neighbor_ip" },
	{ .name = "source_ip", .type = CONF_ADDR, .offset = B(source), .reload = CONF_RESTART, .args = "ADDRESS",
	  .doc = "The address on this side; default: the kernel's choice." },
	INTERVAL("min_rx", min_rx, MONO_MSEC, "10", "Packets of the other side are wanted no faster than this."),
	INTERVAL("min_tx", min_tx, MONO_MSEC, "10", "Packets are sent no faster than this while the session is up."),
	INTERVAL("idle_tx", idle_tx, MONO_SEC, "1000", "Time between packets while the session is not up."),
	{ .name = "multiplier", .type = CONF_UINT, .offset = B(multiplier), .min = 1, .max = 255, .dflt = "5", .reload = CONF_LIVE,
	  .args = "1-255", .doc = "So many missing packets make the session down." },
	{ .name = "passive", .type = CONF_FLAG, .offset = B(is_passive), .min = 1, .reload = CONF_RESTART,
	  .doc = "Waits until the other side speaks." },
	{ .name = "ttl", .type = CONF_UINT, .offset = B(ttl), .min = 1, .max = 255, .dflt = "255", .reload = CONF_RESTART,
	  .args = "1-255", .doc = "TTL of IPv4 packets." },
	{ .name = "hoplimit", .type = CONF_UINT, .offset = B(hoplimit), .min = 1, .max = 255, .dflt = "255",
	  .reload = CONF_RESTART, .args = "1-255",
	  .doc = "Hop limit of IPv6 packets; keepalived's 64 is one that RFC 5881 forbids over one hop." },
	{ .name = "max_hops", .type = CONF_INT, .offset = B(max_hops), .min = -1, .max = 255, .dflt = "0", .reload = CONF_LIVE,
	  .args = "-1..255", .doc = "So many hops may a packet have made; 255 and -1: not checked, nor 0 with multihop." },
	{ .name = "multihop", .type = CONF_BOOL, .offset = B(is_multihop), .reload = CONF_RESTART, .args = "[on|off]",
	  .doc = "Port 4784 of RFC 5883 instead of 3784." },
	{ .name = "weight", .type = CONF_CUSTOM, .offset = B(weight), .max = 253, .parse = schema_track_weight, .dflt = "0",
	  .reload = CONF_LIVE, .args = "-253..253 [reverse]", .doc = "Change of the priority where track_bfd names none.",
	  .example = "-20\n0\n253 reverse", .wrong = "\nheavy\n254\n-254" },
	{ .name = "vrrp", .type = CONF_FLAG, .offset = B(for_vrrp), .min = 1, .reload = CONF_LIVE,
	  .doc = "Its state is for track_bfd." },
	{ .name = "checker", .type = CONF_FLAG, .offset = B(for_checker), .min = 1, .reload = CONF_LIVE,
	  .doc = "Its state is for BFD_CHECK, and, unless vrrp is written too, not for track_bfd; BFD_CHECK may name any." },
	{ .name = NULL },
};

const struct conf_block vrrp_bfd_block = {
	.name = "bfd_instance",
	.items = bfd_items,
	.size = sizeof(struct vrrp_bfd_conf),
	.args = "NAME",
	.read_args = read_name,
	.check = check,
	.doc = "A BFD session (RFC 5880): whether a neighbour answers, within milliseconds. It counts for track_bfd once it was up, or "
	       "had three times idle_tx to come up; AdminDown of the neighbour, and its silence then, is no failure (RFC 5882). "
	       "Sessions live through vipctl restart. After a crash of the vrrp process they go on with their discriminators: a neighbour "
	       "whose detection time is longer than the restart takes notices nothing.",
	.example = "bfd_instance uplink {\n"
		   "    neighbor_ip 192.0.2.254\n"
		   "    source_ip 192.0.2.1\n"
		   "    min_rx 50\n"
		   "    min_tx 50\n"
		   "    multiplier 5\n"
		   "}\n"
		   "vrrp_instance VI_1 {\n"
		   "    interface eth0\n"
		   "    virtual_router_id 51\n"
		   "    track_bfd {\n"
		   "        uplink weight -20\n"
		   "    }\n"
		   "    virtual_ipaddress {\n"
		   "        192.0.2.100/24\n"
		   "    }\n"
		   "}\n",
};
