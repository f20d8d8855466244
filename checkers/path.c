/* path.c - see path.h. */
#include "checkers/path.h"

const char *path_found_str(enum path_found found)
{
	static const char *const text[PATH_FOUND_MAX] = {
		[PATH_FOUND_VIP] = "it answers for the virtual address",
		[PATH_FOUND_PASSED] = "it does not own the virtual address, and would forward its packets (ip_forward)",
		[PATH_FOUND_RIP] = "it answers for its own address, not for the virtual one",
		[PATH_FOUND_NOTHING] = "it answers for no address",
		[PATH_NO_WAY] = "no way to it",
		[PATH_OFF_LINK] = "it is behind a router",
		[PATH_LOCAL] = "it is this director",
		[PATH_NO_MAC] = "its MAC address is not known",
	};

	return found < PATH_FOUND_MAX ? text[found] : "?";
}

/* An ICMP message now and then is all that tells (they are limited): once said, it stays. */
static void missed(struct path *p, enum path_found before)
{
	if (p->state == CHECK_DOWN && before == PATH_FOUND_PASSED)
		p->found = PATH_FOUND_PASSED;
	p->silent = 0;
	if (p->misses < PATH_MISSES)
		p->misses++;
	if (p->misses == PATH_MISSES)
		p->state = CHECK_DOWN;
}

/* A lost packet, a host that is gone, a neighbour that is being asked for: soon enough nothing is known. */
static void unheard(struct path *p, enum path_found before)
{
	if (p->silent < PATH_SILENT)
		p->silent++;
	if (p->silent < PATH_SILENT) {
		if (p->state == CHECK_DOWN)
			p->found = before;
		return;
	}
	p->misses = 0;
	p->state = CHECK_UNKNOWN;
}

void path_step(struct path *p, enum path_found found, struct path_out *out)
{
	struct path before = *p;

	p->found = found;
	switch (found) {
	case PATH_FOUND_VIP:
		*p = (struct path){ .state = CHECK_UP, .found = found };
		break;
	case PATH_FOUND_PASSED:
	case PATH_FOUND_RIP:
		missed(p, before.found);
		break;
	case PATH_FOUND_NOTHING:
	case PATH_NO_MAC:
		unheard(p, before.found);
		break;
	case PATH_NO_WAY:
	case PATH_OFF_LINK:
	case PATH_LOCAL:
		*p = (struct path){ .state = CHECK_UNKNOWN, .found = found };
		break;
	case PATH_FOUND_MAX:
		break;
	}
	out->changed = p->state != before.state || (p->state != CHECK_UP && p->found != before.found);
	out->again = (p->misses && p->misses < PATH_MISSES) || (p->silent && p->silent < PATH_SILENT);
}
