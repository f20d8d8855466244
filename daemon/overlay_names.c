/* overlay_names.c - see overlay_names.h. */
#include "daemon/overlay_names.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "checkers/conf.h"
#include "checkers/overlay.h"
#include "conf/report.h"
#include "conf/tree.h"
#include "daemon/served.h"

enum { NEAR = 6 };

/* By address and port alone. */
static bool is_at(const struct served_service *vs, const struct addr *addr, uint32_t port)
{
	return !vs->fwmark && !vs->group && vs->port == port && addr_equal(&vs->addr, addr);
}

bool names_service(const struct served *all, const char *text, struct served_service *ret)
{
	struct served_service vs;
	unsigned n = 0;
	struct addr addr;
	uint32_t port;
	bool is_address = overlay_endpoint(text, &addr, &port) == 0;
	char name[CONF_NAME_LEN];

	for (uint32_t i = 0; served_service(all, i, &vs); i++) {
		const bool is_it = !strcmp(served_service_name(&vs, name), text);

		if (is_it || (is_address && is_at(&vs, &addr, port) && ++n == 1))
			*ret = vs;
		if (is_it)
			return true;
	}
	return n == 1;
}

bool names_server(const struct served_service *vs, const char *name, struct served_server *ret)
{
	struct addr addr;
	uint32_t port;

	if (overlay_endpoint(name, &addr, &port) < 0)
		return false;
	for (uint32_t i = 0; served_server(vs, i, ret); i++)
		if (ret->port == port && addr_equal(&ret->addr, &addr))
			return true;
	return false;
}

/* Of the only server at this address, else the service's. */
static uint32_t port_of(const struct served_service *vs, const struct addr *addr)
{
	struct served_server rs;
	uint32_t port = vs->port;
	unsigned n = 0;

	for (uint32_t i = 0; served_server(vs, i, &rs); i++) {
		if (!addr_equal(&rs.addr, addr) || (n && rs.port == port))
			continue;
		port = n ? vs->port : rs.port;
		n++;
	}
	return port;
}

int names_endpoint(const struct served_service *vs, const char *text, char *buf)
{
	struct served_server rs = { .port = 0 };

	if (overlay_endpoint(text, &rs.addr, &rs.port) < 0)
		return -EINVAL;
	if (rs.port == UINT32_MAX)
		rs.port = port_of(vs, &rs.addr);
	served_server_name(&rs, buf);
	return 0;
}

void names_unknown_service(const struct served *all, const struct conf_word *w, struct report *r)
{
	struct served_service vs;
	char name[CONF_NAME_LEN], best[CONF_NAME_LEN] = "";
	unsigned least = NEAR;

	for (uint32_t i = 0; served_service(all, i, &vs); i++) {
		unsigned d = text_distance(served_service_name(&vs, name), w->text);

		if (d >= least)
			continue;
		least = d;
		memcpy(best, name, sizeof(best));
	}
	report_add(r, CONF_ERROR, &w->at, "there is no service '%s'", w->text);
	if (*best)
		report_hint(r, "did you mean '%s'?", best);
	else
		report_hint(r,
			served_count(all) ? "`vipctl status` lists the services" : "the configuration has no services");
}

void names_unknown_server(const struct served_service *vs, const struct conf_word *w, const char *name,
	struct report *r)
{
	struct served_server rs;
	char other[CONF_NAME_LEN], best[CONF_NAME_LEN] = "", service[CONF_NAME_LEN];
	unsigned least = NEAR;

	for (uint32_t i = 0; served_server(vs, i, &rs); i++) {
		unsigned d = text_distance(served_server_name(&rs, other), name);

		if (d >= least || !d)
			continue;
		least = d;
		memcpy(best, other, sizeof(best));
	}
	report_add(r, CONF_ERROR, &w->at, "%s has no server '%s'", served_service_name(vs, service), name);
	if (*best)
		report_hint(r, "did you mean '%s'?", best);
	else
		report_hint(r, vs->n_servers ? "`vipctl status` lists its servers" : "it has no servers at all");
}
