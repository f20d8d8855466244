/* whose.c - see whose.h. */
#include "checkers/whose.h"

#include <stddef.h>
#include <stdio.h>

#include "checkers/conf.h"
#include "checkers/service.h"
#include "io/child.h"

static const struct rs_conf *server_at(const struct vs_conf *vs, const struct addr *host)
{
	for (unsigned i = 0; i < vs->servers.n; i++) {
		const struct rs_conf *rs = vs->servers.item[i];

		if (addr_equal(&rs->addr, host))
			return rs;
	}
	return NULL;
}

void whose_find(const struct checkers_config *c, const struct msg_whose *q, struct msg_server *ret)
{
	char service[CONF_NAME_LEN], server[CONF_NAME_LEN];
	const struct vs_conf *of = NULL;
	const struct rs_conf *is = NULL;

	*ret = (struct msg_server){ .host = q->host, .vip = q->vip };
	for (unsigned i = 0; i < c->services.n && !(of && addr_equal(&of->addr, &q->vip)); i++) {
		const struct vs_conf *vs = c->services.item[i];
		const struct rs_conf *rs = is && !addr_equal(&vs->addr, &q->vip) ? NULL : server_at(vs, &q->host);

		of = rs ? vs : of;
		is = rs ? rs : is;
	}
	if (is)
		snprintf(ret->name, sizeof(ret->name), "%.63s/%.63s", vs_name(of, service), rs_name(is, server));
}

void whose_tell(struct child *child, const struct services *s, const struct msg_whose *q)
{
	struct msg_server m = { .host = q->host, .vip = q->vip };

	if (s)
		whose_find(s->conf, q, &m);
	(void)child_send(child, ROLE_VRRP, MSG_SERVER, &m, sizeof(m));
}
