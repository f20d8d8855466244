/* claimant.c - see claimant.h. */
#include "vrrp/claimant.h"

#include <stddef.h>

/* AGE: a reload may have changed what it is. PATIENCE: the lvs process answers between two of its own tasks. */
enum { AGE_USEC = 10000000, PATIENCE_USEC = 500000 };

static struct claimant *find(struct claimants *c, const struct addr *host, const struct addr *vip)
{
	for (unsigned i = 0; i < CLAIMANTS; i++)
		if (addr_equal(&c->list[i].is.host, host) && addr_equal(&c->list[i].is.vip, vip))
			return &c->list[i];
	return NULL;
}

static struct claimant *add(struct claimants *c, const struct msg_whose *q)
{
	struct claimant *new = &c->list[c->next++ % CLAIMANTS];

	*new = (struct claimant){ .is = { .host = q->host, .vip = q->vip } };
	return new;
}

enum claimant_word claimants_find(struct claimants *c, const struct msg_whose *q, mono_t now, const char **ret_name)
{
	struct claimant *host;

	if (!c->ask || !addr_is_set(&q->host))
		return CLAIMANT_NOBODY;
	host = find(c, &q->host, &q->vip);
	if (!host)
		host = add(c, q);
	if (!host->asked_at.usec || mono_diff(now, host->asked_at) >= AGE_USEC) {
		host->asked_at = now;
		host->is_answered |= c->ask(c->ctx, q) < 0;
	}
	if (!host->is_answered && mono_diff(now, host->asked_at) < PATIENCE_USEC)
		return CLAIMANT_AWAITED;
	host->is_answered =
		true; /* who did not answer once is not waited for again: what is suspected would end meanwhile */
	if (!*host->is.name)
		return CLAIMANT_NOBODY;
	*ret_name = host->is.name;
	return CLAIMANT_SERVER;
}

void claimants_take(struct claimants *c, const struct msg_server *m)
{
	struct claimant *host = find(c, &m->host, &m->vip);

	if (!host)
		return;
	host->is = *m;
	host->is.name[sizeof(host->is.name) -
		1] = '\0'; /* what another process says is not trusted to be NUL-terminated */
	host->is_answered = true;
}
