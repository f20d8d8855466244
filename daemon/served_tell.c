/* served_tell.c - see served_tell.h. */
#include "daemon/served_tell.h"

#include <stdio.h>

#include "daemon/alerts.h"
#include "daemon/conf.h"
#include "daemon/events.h"
#include "daemon/served.h"

/* Who is told. */
struct telling {
	const struct main_globals *globals;
	struct events *events;
	struct mailer *mailer;
};

/* A pool that keeps servers which are down: a line, and a mail where the quorum has one. */
static void tell_alarm(const struct telling *t, const struct served_service *vs, const struct msg_notify *m)
{
	static const char *const words[ALARM_MAX] = {
		[ALARM_FAIL_OPEN] = "FAIL_OPEN", [ALARM_MINIMUM] = "BELOW_MINIMUM"
	};

	if (m->sub >= ALARM_MAX)
		return;
	events_alarm(t->events, vs, words[m->sub], m->state != 0);
	if (alerts_wants_service(t->globals, vs, NULL))
		alerts_alarm(t->mailer, vs, words[m->sub], m->state != 0);
}

/* `rs` NULL: the quorum of the service. */
static void tell_change(const struct telling *t, const struct served_service *vs, const struct served_server *rs,
	bool is_up, struct served_script *ret)
{
	const struct served_hooks *h = rs ? rs->hooks : vs->hooks;
	char service[CONF_NAME_LEN], server[CONF_NAME_LEN];

	events_lvs(t->events, vs, rs, is_up);
	if (alerts_wants_service(t->globals, vs, rs))
		alerts_service(t->mailer, vs, rs, is_up);
	served_service_name(vs, service);
	if (rs)
		snprintf(ret->name, sizeof(ret->name), "server %.60s of %.60s notify", served_server_name(rs, server),
			service);
	else
		snprintf(ret->name, sizeof(ret->name), "service %s quorum", service);
	ret->script = is_up ? h->up : h->down;
}

bool served_tell(const struct config *c, const struct msg_notify *m, struct events *e, struct mailer *mail,
	struct served_script *ret)
{
	const struct telling t = { &c->main.globals, e, mail };
	struct served_service vs;
	struct served_server rs;

	if (!served_service(c->served, m->index, &vs) || (m->kind == NOTIFY_SERVER && !served_server(&vs, m->sub, &rs)))
		return false;
	if (m->kind == NOTIFY_ALARM)
		tell_alarm(&t, &vs, m);
	else
		tell_change(&t, &vs, m->kind == NOTIFY_SERVER ? &rs : NULL, m->state != 0, ret);
	return m->kind != NOTIFY_ALARM;
}
