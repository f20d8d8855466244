/* promote.c - see promote.h. Hardly ever: when the addresses of an instance come to an interface. */
#include "vrrp/promote.h"

#include <string.h>
#include <sys/socket.h>

#include "base/addr.h"
#include "base/log.h"
#include "net/link.h"
#include "net/link_dev.h"

bool promote_is_due(const struct link *link, int index, const struct addr *a, bool was_put_back)
{
	const struct link_addr *own = link_addr_find(link, index, a), *all;
	unsigned n;

	if (a->family != AF_INET || !own || own->is_secondary || own->prefix_len == 32)
		return false;
	if (was_put_back)
		return true;
	all = link_addrs(link, &n);
	for (unsigned i = 0; i < n; i++)
		if (all[i].index == index && all[i].is_secondary && all[i].proto != LINK_ADDR_PROTO &&
			all[i].prefix_len == own->prefix_len && addr_in_prefix(&all[i].addr, a, own->prefix_len))
			return true;
	return false;
}

void promote_secondaries(int index, const char *instance)
{
	const struct link_dev_setting on = { LINK_DEV_PROMOTE_SECONDARIES, 1 };
	struct link_dev *dev;
	int r = link_dev_new(&dev);

	if (r == 0) {
		r = link_dev_inet_set(dev, index, &on, 1);
		link_dev_free(dev);
	}
	if (r < 0)
		log_warn(LOG_VRRP, "%s: promote_secondaries cannot be set: %s", instance, strerror(-r));
}
