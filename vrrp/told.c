/* told.c - see told.h. */
#include "vrrp/told.h"

#include "io/child.h"
#include "io/message.h"
#include "vrrp/claimant.h"
#include "vrrp/generation.h"
#include "vrrp/roster.h"
#include "vrrp/roster_ask.h"

static void told_script(struct roster *r, const struct message *m, mono_t now)
{
	const struct msg_script_result *s = m->data;
	const struct roster_news news = { TRACK_SCRIPT, NULL, s->script, (int32_t)s->status, s->detail };

	if (s->generation == roster_generation(r))
		roster_tell(r, &news, now);
}

static void told_hook_end(struct roster *r, const struct message *m, mono_t now)
{
	roster_hook_ended(r, ((const struct msg_hook_end *)m->data)->id, now);
}

static void told_tracked(struct roster *r, const struct message *m, mono_t now)
{
	const struct msg_tracked *t = m->data;

	if (t->generation == roster_generation(r))
		roster_report(r, m->type == MSG_FILE_VALUE ? TRACK_FILE : TRACK_PROCESS, t->index, t->value, now);
}

/* The last byte of what another process says is not trusted to be NUL. */
static bool told_one(struct roster *r, const struct msg_service *said)
{
	struct msg_service s = *said;
	const struct roster_news news = { TRACK_SERVICE, s.name, 0, (int32_t)s.status, s.detail };

	s.name[sizeof(s.name) - 1] = s.detail[sizeof(s.detail) - 1] = '\0';
	return roster_note(r, &news);
}

/* There may be hundreds, and each look takes all instances: one look. */
static void told_service(struct roster *r, const struct message *m, mono_t now)
{
	const struct msg_service *s = m->data;
	bool is_news = false;

	for (size_t i = 0; i < m->len / sizeof(*s); i++)
		is_news |= told_one(r, &s[i]);
	if (is_news)
		roster_check(r, now);
}

static void told_server(struct roster *r, const struct message *m, mono_t now)
{
	(void)now;
	claimants_take(roster_claimants(r), m->data);
}

struct teller {
	enum message_type type;
	void (*tell)(struct roster *r, const struct message *m, mono_t now);
};

static const struct teller tellers[] = {
	{ MSG_SCRIPT_RESULT, told_script },
	{ MSG_HOOK_END, told_hook_end },
	{ MSG_FILE_VALUE, told_tracked },
	{ MSG_PROCESS_STATE, told_tracked },
	{ MSG_SERVICE, told_service },
	{ MSG_SERVER, told_server },
};

static bool tracks_service(const struct vrrp_config *c)
{
	for (unsigned i = 0; i < c->instances.n; i++)
		if (((const struct vrrp_conf *)c->instances.item[i])->track->services.n)
			return true;
	for (unsigned i = 0; i < c->groups.n; i++)
		if (((const struct vrrp_group_conf *)c->groups.item[i])->track.services.n)
			return true;
	return false;
}

void told_ask(const struct roster *r, struct child *c)
{
	const struct generation *g = roster_newest(r);

	if (g && tracks_service(&g->config))
		(void)child_send(c, ROLE_LVS, MSG_SERVICES, NULL, 0);
}

void told(struct roster *r, const struct message *m, mono_t now)
{
	for (size_t i = 0; i < sizeof(tellers) / sizeof(tellers[0]); i++)
		if (tellers[i].type == m->type)
			tellers[i].tell(r, m, now);
}
