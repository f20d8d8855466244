/* health.c - see health.h. */
#include "checkers/health.h"

#include <inttypes.h>
#include <stdio.h>

#include "checkers/conf.h"
#include "checkers/service.h"
#include "io/child.h"

enum told { TOLD_NOTHING, TOLD_MET, TOLD_MISSED };

static uint8_t news_of(const struct service *vs)
{
	return vs->pool.quorum_met ? TOLD_MET : TOLD_MISSED;
}

static void add_news(struct child_batch *b, struct service *vs)
{
	struct msg_service m = { .status = vs->pool.quorum_met ? SCRIPT_OK : SCRIPT_FAILED };
	char name[CONF_NAME_LEN], has[QUORUM_TEXT_LEN];

	if (!vs->n_wanted)
		return;
	snprintf(m.name, sizeof(m.name), "%s", vs_name(vs->conf, name));
	if (vs->conf->how->quorum_of == QUORUM_WEIGHT)
		snprintf(has, sizeof(has), "weight %" PRIu64 " of quorum %" PRIu32, vs->out.weight,
			vs->conf->how->quorum);
	else
		service_quorum_str(vs, has);
	snprintf(m.detail, sizeof(m.detail), "%s, %u of %u servers up", has, vs->out.n_up, vs->conf->servers.n);
	child_batch_add(b, &m);
	vs->told = news_of(vs);
}

static void begin(struct child_batch *b, struct child *c)
{
	child_batch_begin(b, c, ROLE_VRRP, MSG_SERVICE, sizeof(struct msg_service));
}

void health_tell(const struct health *h, struct child *c, struct service *vs)
{
	struct child_batch b;

	if (!h->is_asked)
		return;
	begin(&b, c);
	add_news(&b, vs);
	child_batch_end(&b);
}

void health_ask(struct health *h, struct child *c, struct services *s)
{
	struct child_batch b;

	h->is_asked = true;
	begin(&b, c);
	for (unsigned i = 0; s && i < s->n; i++)
		add_news(&b, &s->list[i]);
	child_batch_end(&b);
}

void health_tell_news(const struct health *h, struct child *c, struct services *s)
{
	struct child_batch b;

	if (!h->is_asked)
		return;
	begin(&b, c);
	for (unsigned i = 0; i < s->n; i++)
		if (s->list[i].told != news_of(&s->list[i]))
			add_news(&b, &s->list[i]);
	child_batch_end(&b);
}
