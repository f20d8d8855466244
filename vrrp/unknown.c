/* unknown.c - see unknown.h. */
#include "vrrp/unknown.h"

#include "base/log.h"

void unknown_heard(struct unknown *u, const char *dev, const struct addr *src, unsigned vrid)
{
	char text[ADDR_STRLEN];
	uint64_t n;

	if (u->is_logged && offender_add(&u->seen, src, vrid, mono_now(), &n))
		log_warn(LOG_VRRP, "%s: advert of %s with VRID %u, which no instance here has (log_unknown_vrids)", dev,
			addr_str(src, text), vrid);
}
