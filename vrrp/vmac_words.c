/* vmac_words.c - see vmac_words.h. */
#include "vrrp/vmac_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/conf.h"

/* Between the owner and what was before: no instance's name is likely to hold it, and the last one counts. */
#define BEFORE "; before:"

void vmac_words_mac(const struct vrrp_vmac_conf *c, uint16_t family, uint8_t vrid, uint8_t ret[LINK_MAC_LEN])
{
	const uint8_t rfc[LINK_MAC_LEN] = { 0x00, 0x00, 0x5e, 0x00, family == AF_INET6 ? 2 : 1, vrid };

	memcpy(ret, rfc, sizeof(rfc));
	memcpy(ret, c->mac, c->mac_len);
}

const char *vmac_words_name(const char *prefix, uint16_t family, uint8_t vrid, unsigned attempt,
	char ret[LINK_NAME_MAX])
{
	const char *six = family == AF_INET6 ? "6" : "";

	if (attempt == 0)
		(void)snprintf(ret, LINK_NAME_MAX, "%.10s%s.%u", prefix, six, vrid);
	else
		(void)snprintf(ret, LINK_NAME_MAX, "%.7s%s.%u.%u", prefix, six, vrid, attempt % 100);
	return ret;
}

static void write_one(char *alias, const char *name, int32_t value)
{
	size_t len = strlen(alias);

	if (value != VMAC_KEPT)
		(void)snprintf(alias + len, VMAC_ALIAS_MAX - len, " %s=%d", name, value);
}

const char *vmac_words_write(const struct vmac_mark *m, char ret[VMAC_ALIAS_MAX])
{
	(void)snprintf(ret, VMAC_ALIAS_MAX, VMAC_MARK "%s" BEFORE, m->owner);
	write_one(ret, "arp_ignore", m->before.arp_ignore);
	write_one(ret, "arp_announce", m->before.arp_announce);
	return ret;
}

static const char *last_before(const char *s)
{
	const char *last = NULL;

	while ((s = strstr(s, BEFORE)))
		last = s++;
	return last;
}

static int32_t read_one(const char *s, const char *name)
{
	const char *at = strstr(s, name);

	return at ? (int32_t)strtol(at + strlen(name), NULL, 10) : VMAC_KEPT;
}

bool vmac_words_read(const char *alias, struct vmac_mark *ret)
{
	const char *name = alias + strlen(VMAC_MARK), *end;
	size_t len;

	memset(ret, 0, sizeof(*ret));
	if (strncmp(alias, VMAC_MARK, strlen(VMAC_MARK)) != 0)
		return false;
	end = last_before(name);
	len = end ? (size_t)(end - name) : strlen(name);
	memcpy(ret->owner, name, len < VMAC_OWNER_MAX ? len : VMAC_OWNER_MAX - 1);
	ret->before.arp_ignore = end ? read_one(end, " arp_ignore=") : VMAC_KEPT;
	ret->before.arp_announce = end ? read_one(end, " arp_announce=") : VMAC_KEPT;
	return true;
}

bool vmac_words_is_of(const struct vmac_mark *m, const char *instance)
{
	return !strncmp(m->owner, instance, VMAC_OWNER_MAX - 1);
}
