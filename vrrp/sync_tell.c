/* sync_tell.c - see sync_tell.h. */
#include "vrrp/sync_tell.h"

#include <stdio.h>
#include <string.h>

#include "io/child.h"
#include "vrrp/conf.h"
#include "vrrp/generation.h"
#include "vrrp/instance.h"
#include "vrrp/roster.h"

/* Who lets go of the addresses still serves. */
static bool sends(enum vrrp_state s)
{
	return s == VRRP_MASTER || s == VRRP_LEAVING;
}

static bool is_same(const struct msg_sync_daemon *a, const struct msg_sync_daemon *b)
{
	if (strcmp(a->interface, b->interface) != 0 || strcmp(a->follows, b->follows) != 0)
		return false;
	if (a->sends != b->sends || a->listens != b->listens || !addr_equal(&a->group, &b->group))
		return false;
	return a->id == b->id && a->maxlen == b->maxlen && a->port == b->port && a->ttl == b->ttl;
}

static void say(struct sync_teller *t, struct child *c, const struct msg_sync_daemon *m)
{
	if (t->is_told && is_same(m, &t->last))
		return;
	t->last = *m;
	t->is_told = true;
	sync_tell_again(t, c);
}

void sync_tell_again(const struct sync_teller *t, struct child *c)
{
	if (t->is_told)
		(void)child_send(c, ROLE_LVS, MSG_SYNC_DAEMON, &t->last, sizeof(t->last));
}

/* The line of global_defs, else that of the first instance with one; `buf` holds the latter. NULL: none. */
static const struct vrrp_sync *find_line(const struct vrrp_config *all, struct vrrp_sync *buf)
{
	if (all->globals.sync.interface)
		return &all->globals.sync;
	for (unsigned i = 0; i < all->instances.n; i++) {
		const struct vrrp_conf *vi = all->instances.item[i];

		if (!vi->rare->sync_interface)
			continue;
		*buf = (struct vrrp_sync){
			.interface = vi->rare->sync_interface, .instance.name = vi->name, .id = VRRP_SYNC_ID_AUTO
		};
		return buf;
	}
	return NULL;
}

static const struct instance *find_instance(const struct roster *r, const char *name)
{
	const struct instance *vi = NULL;

	for (unsigned i = 0; name && (vi = roster_get(r, i, NULL)); i++)
		if (!strcmp(instance_name(vi), name))
			return vi;
	return NULL;
}

static void set_line(struct msg_sync_daemon *m, const struct vrrp_sync *line, const struct instance *vi)
{
	snprintf(m->interface, sizeof(m->interface), "%s", line->interface);
	snprintf(m->follows, sizeof(m->follows), "%s", vi ? instance_name(vi) : "");
	m->id = line->id != VRRP_SYNC_ID_AUTO ? line->id : vi ? instance_conf(vi)->vrid : 0;
	m->maxlen = line->maxlen;
	m->port = line->port;
	m->ttl = line->ttl;
	m->group = line->group;
}

/* An instance that does not take part yet says nothing: before a restart it may have been MASTER. */
void sync_tell(struct sync_teller *t, struct child *c, const struct roster *r)
{
	struct msg_sync_daemon m;
	struct vrrp_sync buf;
	const struct vrrp_sync *line = find_line(&roster_newest(r)->config, &buf);
	const struct instance *vi = line ? find_instance(r, line->instance.name) : NULL;

	memset(&m, 0, sizeof(m));
	t->is_following = vi && !line->is_both;
	if (line) {
		set_line(&m, line, vi);
		m.sends = !t->is_following || sends(instance_state(vi));
		m.listens = !t->is_following || !m.sends;
	}
	if (!t->is_following || instance_state(vi) != VRRP_INIT) {
		say(t, c, &m);
		return;
	}
	t->last = m;
	t->is_told = false;
}

void sync_tell_entering(struct sync_teller *t, struct child *c, const struct instance *vi)
{
	struct msg_sync_daemon m = t->last;

	if (!t->is_following || strncmp(instance_name(vi), m.follows, sizeof(m.follows) - 1) != 0)
		return;
	if (instance_state(vi) == VRRP_INIT && !t->is_told)
		return;
	m.sends = sends(instance_state(vi));
	m.listens = !m.sends;
	say(t, c, &m);
}
