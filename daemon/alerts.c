/* alerts.c - see alerts.h. */
#include "daemon/alerts.h"

#include <stdio.h>
#include <string.h>

#include "conf/said.h"
#include "daemon/conf.h"
#include "daemon/events.h"
#include "daemon/mailer.h"
#include "daemon/routers.h"
#include "daemon/served.h"
#include "vrrp/conf.h"

enum { TEXT_LEN = 400 };

/* The first that says something. */
static bool decide(unsigned own, unsigned around, unsigned half, unsigned all, bool dflt)
{
	const unsigned said[] = { own, around, half, all };

	for (unsigned i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (said[i] != SAID_NOTHING)
			return said[i] == SAID_ON;
	return dflt;
}

bool alerts_wants_router(const struct main_globals *g, const struct router *r)
{
	return decide(r->hooks->smtp_alert, SAID_NOTHING, g->mail.alert_vrrp, g->mail.alert, false);
}

bool alerts_wants_service(const struct main_globals *g, const struct served_service *vs, const struct served_server *rs)
{
	return decide(rs ? rs->hooks->smtp_alert : SAID_NOTHING, vs->hooks->smtp_alert, g->mail.alert_checker,
		g->mail.alert, rs != NULL);
}

void alerts_vrrp(struct mailer *m, const struct main_globals *g, const char *kind, const char *name, const char *state)
{
	char text[TEXT_LEN];

	if (!strcmp(state, "FAULT") && g->mail.no_faults)
		return;
	snprintf(text, sizeof(text), "VRRP %s %s - Entering %s state", kind, name, state);
	mailer_add(m, text);
}

void alerts_service(struct mailer *m, const struct served_service *vs, const struct served_server *rs, bool is_up)
{
	char service[EVENTS_ENDPOINT_LEN], server[EVENTS_ENDPOINT_LEN], text[TEXT_LEN];

	if (rs)
		snprintf(text, sizeof(text), "Realserver %s of virtual server %s - %s", events_endpoint(vs, rs, server),
			events_endpoint(vs, NULL, service), is_up ? "UP" : "DOWN");
	else
		snprintf(text, sizeof(text), "Virtual server %s - %s", events_endpoint(vs, NULL, service),
			is_up ? "UP" : "DOWN");
	mailer_add(m, text);
}

void alerts_alarm(struct mailer *m, const struct served_service *vs, const char *word, bool is_on)
{
	char service[EVENTS_ENDPOINT_LEN], text[TEXT_LEN];

	snprintf(text, sizeof(text), "Virtual server %s - %s%s", events_endpoint(vs, NULL, service), word,
		is_on ? "" : " is over");
	mailer_add(m, text);
}
