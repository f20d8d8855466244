/* session.c - see session.h. */
#include "checkers/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/service.h"

const struct checker bfd_checker = { .name = "BFD_CHECK" };

const struct msg_bfd *sessions_put(struct sessions *s, const struct msg_bfd *m)
{
	unsigned i = 0;

	while (i < s->n && strncmp(s->item[i].name, m->name, sizeof(m->name) - 1) != 0)
		i++;
	if (i == s->n)
		s->item = x_realloc(s->item, ++s->n, sizeof(*s->item));
	s->item[i] = *m;
	s->item[i].name[sizeof(m->name) - 1] = s->item[i].detail[sizeof(m->detail) - 1] = '\0';
	return &s->item[i];
}

void sessions_done(struct sessions *s)
{
	free(s->item);
	*s = (struct sessions){ 0 };
}

static enum check_state state_of(uint32_t status)
{
	return status == SCRIPT_OK ? CHECK_UP : status == SCRIPT_UNKNOWN ? CHECK_UNKNOWN : CHECK_DOWN;
}

/* Longer names are cut in the message. */
static bool is_named(const struct check_conf *c, const struct msg_bfd *news)
{
	return c->how->checker == &bfd_checker &&
		!strncmp(((const struct bfd_conf *)c)->instance, news->name, sizeof(news->name) - 1);
}

/* `at` carries the indices of service and server. */
static void server_checks(const struct rs_conf *rs, const struct msg_bfd *news, struct msg_check *at,
	session_check_fn *found, void *ctx)
{
	for (at->check = 0; at->check < rs->checks.n; at->check++)
		if (is_named(rs->checks.item[at->check], news))
			found(ctx, at);
}

void session_checks(const struct services *s, const struct msg_bfd *news, session_check_fn *found, void *ctx)
{
	struct msg_check m = { .generation = s->generation, .state = state_of(news->status) };

	m.reason = m.state == CHECK_UP ? CHECK_OK : CHECK_SESSION;
	snprintf(m.detail, sizeof(m.detail), "%.*s", (int)sizeof(m.detail) - 1, news->detail);
	for (m.vs = 0; m.vs < s->n; m.vs++) {
		const struct vs_conf *vs = s->list[m.vs].conf;

		for (m.rs = 0; vs->lines.n && m.rs < vs->servers.n; m.rs++)
			server_checks(vs->servers.item[m.rs], news, &m, found, ctx);
	}
}
