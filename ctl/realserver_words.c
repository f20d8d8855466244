/* realserver_words.c - see realserver_words.h. */
#include "ctl/realserver_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const methods[] = { "auto", "sysctl", "nft", "redirect" };
static const char *const protocols[] = { "tcp", "udp", "sctp" };

bool realserver_method_parse(const char *text, enum realserver_method *ret)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (!strcmp(text, methods[i])) {
			*ret = (enum realserver_method)i;
			return true;
		}
	return false;
}

const char *realserver_method_str(enum realserver_method m)
{
	return methods[m];
}

int realserver_port_parse(const char *text, struct realserver_port *ret)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || n == 0 || n > UINT16_MAX || *end != '/')
		return -EINVAL;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (!strcmp(end + 1, protocols[i])) {
			ret->number = (uint16_t)n;
			strcpy(ret->proto, protocols[i]);
			return 0;
		}
	return -EINVAL;
}

/* NULL: it can be a VIP. */
static const char *flaw(const struct addr *a)
{
	if (addr_is_any(a))
		return "is no address of a host";
	if (addr_is_multicast(a))
		return "is a multicast address";
	if (addr_is_loopback(a))
		return "is a loopback address";
	return addr_is_link_local(a) ? "is a link-local address, which a director does not forward" : NULL;
}

int realserver_vip_parse(const char *text, struct addr *ret, char *why)
{
	uint8_t len = UINT8_MAX, full;
	const char *bad;

	if (addr_parse_prefix(text, ret, &len) < 0) {
		snprintf(why, REALSERVER_WHY_MAX, "'%s' is not an IP address", text);
		return -EINVAL;
	}
	full = (uint8_t)(addr_len(ret) * 8);
	bad = flaw(ret);
	if (bad) {
		snprintf(why, REALSERVER_WHY_MAX, "%s %s", text, bad);
		return -EINVAL;
	}
	if (len != UINT8_MAX && len != full) {
		snprintf(why, REALSERVER_WHY_MAX,
			"%s: a real server has the address as /%u: /%u on lo would make all of that network local",
			text, full, len);
		return -EINVAL;
	}
	return 0;
}

void realserver_step_say(const struct realserver_step *s, struct text *to)
{
	char buf[ADDR_STRLEN];
	unsigned full = (unsigned)addr_len(&s->addr) * 8;

	switch (s->act) {
	case REALSERVER_WRITE:
		text_printf(to, "net/ipv4/conf/%s: %d -> %d\n", s->name, s->before, s->value);
		break;
	case REALSERVER_ADD:
		text_printf(to, "%s/%u on %s: added\n", addr_str(&s->addr, buf), full, s->dev);
		break;
	case REALSERVER_DEL:
		text_printf(to, "%s/%u on %s: removed\n", addr_str(&s->addr, buf), full, s->dev);
		break;
	case REALSERVER_RULES:
		text_add(to, "nftables: tables vipd_realserver written\n");
		break;
	}
}
