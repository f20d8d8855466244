/* trackers.c - see trackers.h. */
#include "vrrp/trackers.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/message.h"
#include "net/link.h"
#include "vrrp/conf.h"
#include "vrrp/environment.h"

static struct track of_interface(const struct vrrp_track_if *t)
{
	return (struct track){
		.kind = TRACK_INTERFACE, .name = t->interface, .weight = t->weight, .is_reverse = t->is_reverse
	};
}

/* The weight of what is named, unless the line in the instance has its own. */
static void weigh(struct track *t, const struct vrrp_track_ref *ref, const struct vrrp_weight *weight)
{
	t->weight = ref->weight != INT32_MIN ? ref->weight : weight->value;
	t->is_reverse = ref->weight != INT32_MIN ? ref->is_reverse : weight->is_reverse;
}

static struct track of_script(const struct vrrp_track_ref *ref, const struct vrrp_config *all)
{
	const struct vrrp_script_conf *c = all->scripts.item[ref->index];
	struct track t = { .kind = TRACK_SCRIPT, .name = ref->name, .init_fail = c->init_fail };

	weigh(&t, ref, &c->weight);
	return t;
}

static struct track of_file(const struct vrrp_track_ref *ref, const struct vrrp_config *all)
{
	const struct vrrp_file_conf *c = all->files.item[ref->index];
	struct track t = { .kind = TRACK_FILE, .name = ref->name };

	weigh(&t, ref, &c->weight);
	return t;
}

static struct track of_process(const struct vrrp_track_ref *ref, const struct vrrp_config *all)
{
	const struct vrrp_process_conf *c = all->processes.item[ref->index];
	struct track t = { .kind = TRACK_PROCESS, .name = ref->name };

	weigh(&t, ref, &c->weight);
	return t;
}

static struct track of_bfd(const struct vrrp_track_ref *ref, const struct vrrp_config *all)
{
	const struct vrrp_bfd_conf *c = all->bfds.item[ref->index];
	struct track t = { .kind = TRACK_BFD, .name = ref->name };

	weigh(&t, ref, &c->weight);
	return t;
}

static struct track of_service(const struct vrrp_track_service *s)
{
	return (struct track){
		.kind = TRACK_SERVICE, .name = s->name, .weight = s->weight, .is_reverse = s->is_reverse
	};
}

static struct track of_gateway(const struct vrrp_gateway_conf *g)
{
	return (struct track){
		.kind = TRACK_GATEWAY, .name = g->name, .weight = g->weight, .is_reverse = g->is_reverse
	};
}

/* What was known before of one that is still there. */
static void inherit(const struct trackers *old, struct track *t)
{
	for (unsigned i = 0; i < old->n; i++) {
		const struct track *o = &old->track[i];

		if (o->kind != t->kind || strcmp(o->name, t->name) != 0)
			continue;
		t->state = o->state;
		t->value = o->value;
		t->since = o->since;
		t->detail = o->detail;
		return;
	}
}

void trackers_conf(struct trackers *t, const struct vrrp_conf *conf, const struct vrrp_config *all)
{
	const unsigned most = conf->track->interfaces.n + conf->track->scripts.n + conf->track->files.n +
		conf->track->processes.n + conf->track->bfds.n + conf->track->services.n + conf->track->gateways.n;
	struct trackers old = *t;
	unsigned n = 0;

	t->track = x_array(most, sizeof(*t->track));
	for (unsigned i = 0; i < conf->track->interfaces.n; i++)
		t->track[n++] = of_interface(conf->track->interfaces.item[i]);
	for (unsigned i = 0; i < conf->track->scripts.n; i++)
		t->track[n++] = of_script(conf->track->scripts.item[i], all);
	for (unsigned i = 0; i < conf->track->files.n; i++) {
		t->track[n] = of_file(conf->track->files.item[i], all);
		/* keepalived.conf(5): the owner's files must have weight 0; the others say nothing to it. */
		n += conf->priority != VRRP_PRIORITY_OWNER || t->track[n].weight == 0;
	}
	for (unsigned i = 0; i < conf->track->processes.n; i++)
		t->track[n++] = of_process(conf->track->processes.item[i], all);
	for (unsigned i = 0; i < conf->track->bfds.n; i++)
		t->track[n++] = of_bfd(conf->track->bfds.item[i], all);
	for (unsigned i = 0; i < conf->track->services.n; i++)
		t->track[n++] = of_service(conf->track->services.item[i]);
	for (unsigned i = 0; i < conf->track->gateways.n; i++)
		t->track[n++] = of_gateway(conf->track->gateways.item[i]);
	t->n = n;
	for (unsigned i = 0; i < n; i++)
		inherit(&old, &t->track[i]);
	trackers_done(&old);
}

void trackers_done(struct trackers *t)
{
	free(t->track);
	t->track = NULL;
	t->n = 0;
}

static void look_at_interface(struct track *one, const struct link *link)
{
	const struct link_if *in = link_find(link, one->name);

	one->state = in && link_if_counts(in) ? TRACK_UP : TRACK_DOWN;
	one->detail = in ? NULL : "does not exist";
}

static enum track_state state_of(enum script_status status)
{
	switch (status) {
	case SCRIPT_UNKNOWN:
		break;
	case SCRIPT_OK:
		return TRACK_UP;
	case SCRIPT_FAILED:
	case SCRIPT_ERROR:
		return TRACK_DOWN;
	}
	return TRACK_UNKNOWN;
}

static void look_at_report(struct track *one, const struct track_report *report)
{
	one->detail = report && *report->detail ? report->detail : NULL;
	if (!report) {
		one->state = TRACK_UNKNOWN;
	} else if (one->kind == TRACK_FILE) {
		one->state = TRACK_UP;
		one->value = report->value;
	} else {
		one->state = state_of((enum script_status)report->value);
	}
}

static void look(struct track *one, const struct trackers_world *world)
{
	enum track_state state = one->state;
	int32_t value = one->value;

	if (one->kind == TRACK_INTERFACE)
		look_at_interface(one, world->link);
	else
		look_at_report(one, world->tracked(world->ctx, one->kind, one->name));
	if (one->state != state || one->value != value || one->since.usec == 0)
		one->since = mono_now();
}

static void add_fault(const struct track *one, struct faults *f)
{
	struct track_result fault = { .is_fault = true, .culprit = one };
	char text[FAULT_LEN];

	(void)track_culprit_str(&fault, text, sizeof(text));
	if (one->detail)
		faults_add(f, "%s: %s", text, one->detail);
	else
		faults_add(f, "%s", text);
}

uint8_t trackers_look(struct trackers *t, const struct vrrp_conf *conf, const struct trackers_world *world,
	struct faults *f)
{
	struct track_result sum;

	for (unsigned i = 0; i < t->n; i++) {
		struct track *one = &t->track[i];

		look(one, world);
		if (track_is_fault(one))
			add_fault(one, f);
	}
	track_sum((uint8_t)conf->priority, t->track, t->n, &sum);
	return sum.priority;
}
