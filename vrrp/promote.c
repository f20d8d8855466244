/* promote.c - see promote.h. Hardly ever: when the addresses of an instance come to an interface. */
#include "vrrp/promote.h"

#include <string.h>

#include "base/log.h"
#include "net/link_dev.h"

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
