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

enum { NEAR = 6 };

const struct vs_conf *names_service(const struct checkers_config *c, const char *text)
{
	const struct vs_conf *by_address = NULL;
	unsigned n = 0;
	struct addr addr;
	uint32_t port;
	bool is_address = overlay_endpoint(text, &addr, &port) == 0;
	char name[CONF_NAME_LEN];

	for (unsigned i = 0; i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];

		if (!strcmp(vs_name(vs, name), text))
			return vs;
		if (!is_address || vs->fwmark || vs->group || vs->port != port || !addr_equal(&vs->addr, &addr))
			continue;
		by_address = vs;
		n++;
	}
	return n == 1 ? by_address : NULL;
}

const struct rs_conf *names_server(const struct vs_conf *vs, const char *name)
{
	struct addr addr;
	uint32_t port;

	if (overlay_endpoint(name, &addr, &port) < 0)
		return NULL;
	for (unsigned i = 0; i < vs->servers.n; i++) {
		const struct rs_conf *rs = vs->servers.item[i];

		if (rs->port == port && addr_equal(&rs->addr, &addr))
			return rs;
	}
	return NULL;
}

/* Of the only server at this address, else the service's. */
static uint32_t port_of(const struct vs_conf *vs, const struct addr *addr)
{
	uint32_t port = vs->port;
	unsigned n = 0;

	for (unsigned i = 0; i < vs->servers.n; i++) {
		const struct rs_conf *rs = vs->servers.item[i];

		if (!addr_equal(&rs->addr, addr) || (n && rs->port == port))
			continue;
		port = n ? vs->port : rs->port;
		n++;
	}
	return port;
}

int names_endpoint(const struct vs_conf *vs, const char *text, char *buf)
{
	struct rs_conf rs = { .port = 0 };

	if (overlay_endpoint(text, &rs.addr, &rs.port) < 0)
		return -EINVAL;
	if (rs.port == UINT32_MAX)
		rs.port = port_of(vs, &rs.addr);
	rs_name(&rs, buf);
	return 0;
}

void names_unknown_service(const struct checkers_config *c, const struct conf_word *w, struct report *r)
{
	char name[CONF_NAME_LEN], best[CONF_NAME_LEN] = "";
	unsigned least = NEAR;

	for (unsigned i = 0; i < c->services.n; i++) {
		unsigned d = text_distance(vs_name(c->services.item[i], name), w->text);

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
			c->services.n ? "`vipctl status` lists the services" : "the configuration has no services");
}

void names_unknown_server(const struct vs_conf *vs, const struct conf_word *w, const char *name, struct report *r)
{
	char other[CONF_NAME_LEN], best[CONF_NAME_LEN] = "", service[CONF_NAME_LEN];
	unsigned least = NEAR;

	for (unsigned i = 0; i < vs->servers.n; i++) {
		unsigned d = text_distance(rs_name(vs->servers.item[i], other), name);

		if (d >= least || !d)
			continue;
		least = d;
		memcpy(best, other, sizeof(best));
	}
	report_add(r, CONF_ERROR, &w->at, "%s has no server '%s'", vs_name(vs, service), name);
	if (*best)
		report_hint(r, "did you mean '%s'?", best);
	else
		report_hint(r, vs->servers.n ? "`vipctl status` lists its servers" : "it has no servers at all");
}
