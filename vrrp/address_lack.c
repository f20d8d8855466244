/* address_lack.c - see address_lack.h. */
#include "vrrp/address_lack.h"

#include <errno.h>

#include "vrrp/address.h"

static bool is_refused(const struct address_vip *v)
{
	return !v->is_held && v->err && v->err != -ENODEV;
}

void address_lack(const struct address_set *s, mono_t now, struct address_lack *ret)
{
	*ret = (struct address_lack){ 0 };
	if (!s->hold || s->vain_since.usec == MONO_NEVER.usec || mono_diff(now, s->vain_since) < ADDRESS_VAIN_USEC)
		return;
	for (unsigned i = 0; i < s->n; i++) {
		const struct address_vip *v = s->vip[i];

		ret->held += v->is_held;
		ret->all += !v->is_dropped;
		if (v->is_dropped || !is_refused(v))
			continue;
		if (ret->n++ == 0)
			ret->first = v;
	}
}
