/* write.c - see write.h. */
#include "checkers/write.h"

#include <errno.h>

#include "base/text.h"
#include "checkers/conf.h"

static int write_method(unsigned forward, struct lvs_tunnel tunnel, struct text *ret)
{
	static const char *const checksums[] = {
		[LVS_NOCSUM] = "nocsum", [LVS_CSUM] = "csum", [LVS_REMCSUM] = "remcsum"
	};

	text_add(ret, forward == LVS_DR ? "DR" : forward == LVS_TUN ? "TUN" : "NAT");
	if (forward != LVS_TUN || tunnel.wrap == LVS_IPIP)
		return 0;
	text_add(ret, tunnel.wrap == LVS_GUE ? " type gue" : " type gre");
	if (tunnel.wrap == LVS_GUE)
		text_printf(ret, " port %d", tunnel.port);
	text_printf(ret, " %s", checksums[tunnel.checksum]);
	return 0;
}

int write_vs_method(const struct conf_item *item, const void *out, struct text *ret)
{
	const struct vs_conf *vs = out;

	(void)item;
	return write_method(vs->how->forward, vs->how->tunnel, ret);
}

int write_rs_method(const struct conf_item *item, const void *out, struct text *ret)
{
	const struct rs_conf *rs = out;

	(void)item;
	return write_method(rs->how->forward, rs->how->tunnel, ret);
}

int write_protocol(const struct conf_item *item, const void *out, struct text *ret)
{
	const struct vs_conf *vs = out;

	if (vs->fwmark)
		return -ENOENT;
	for (const struct conf_choice *c = item->choices; c->name; c++) {
		if (c->value != vs->protocol)
			continue;
		text_add(ret, c->name);
		return 0;
	}
	return -ENOENT;
}
