/* realserver_arp.c - see realserver_arp.h. */
#include "ctl/realserver_arp.h"

/* rtnetlink(7), rtm_scope: what mode 3 keeps silent about. */
enum { SCOPE_HOST = 254 };

/* The modes of ip-sysctl, arp_ignore. */
enum { ON_INTERFACE = 1, SAME_SUBNET = 2, NOT_OF_HOST = 3, NEVER = 8, ALWAYS_TELLS_OWN = 2 };

int realserver_in_force(int all, int own)
{
	int most = all > own ? all : own;

	return most < 0 ? 0 : most;
}

bool realserver_answers(const struct realserver_arp *c)
{
	if (c->holder == REALSERVER_NOWHERE || c->is_off || c->is_dropped)
		return false;
	if (c->arp_ignore == ON_INTERFACE || c->arp_ignore == SAME_SUBNET)
		return c->holder == REALSERVER_HERE;
	if (c->arp_ignore == NOT_OF_HOST)
		return c->holder != REALSERVER_ROUTE && c->scope < SCOPE_HOST;
	return c->arp_ignore != NEVER;
}

bool realserver_tells(int arp_announce, bool is_mangled)
{
	return arp_announce < ALWAYS_TELLS_OWN && !is_mangled;
}
