/* trackers.c - see trackers.h. */
#include "vrrp/trackers.h"

#include <stdlib.h>

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

void trackers_conf(struct trackers *t, const struct vrrp_conf *conf, const struct vrrp_config *all)
{
	const unsigned most = conf->track_interfaces.n + conf->track_scripts.n + conf->track_files.n +
		conf->track_processes.n + conf->track_bfds.n;
	unsigned n = 0;

	trackers_done(t);
	t->track = x_calloc(most, sizeof(*t->track));
	for (unsigned i = 0; i < conf->track_interfaces.n; i++)
		t->track[n++] = of_interface(conf->track_interfaces.item[i]);
	for (unsigned i = 0; i < conf->track_scripts.n; i++)
		t->track[n++] = of_script(conf->track_scripts.item[i], all);
	for (unsigned i = 0; i < conf->track_files.n; i++) {
		t->track[n] = of_file(conf->track_files.item[i], all);
		/* keepalived.conf(5): the owner's files must have weight 0; the others say nothing to it. */
		n += conf->priority != VRRP_PRIORITY_OWNER || t->track[n].weight == 0;
	}
	for (unsigned i = 0; i < conf->track_processes.n; i++)
		t->track[n++] = of_process(conf->track_processes.item[i], all);
	for (unsigned i = 0; i < conf->track_bfds.n; i++)
		t->track[n++] = of_bfd(conf->track_bfds.item[i], all);
	t->n = n;
}

void trackers_done(struct trackers *t)
{
	free(t->track);
	t->track = NULL;
	t->n = 0;
}

static enum track_state interface_state(const struct link *link, const char *name)
{
	const struct link_if *in = link_find(link, name);

	return in && in->is_up ? TRACK_UP : TRACK_DOWN;
}

static enum track_state script_state(enum script_status status)
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

static void look(const struct trackers *t, struct track *one, const struct link *link)
{
	int32_t value;

	if (one->kind == TRACK_INTERFACE)
		one->state = interface_state(link, one->name);
	else if (!t->tracked(t->ctx, one->kind, one->name, &value))
		one->state = TRACK_UNKNOWN;
	else if (one->kind == TRACK_FILE)
		*one = (struct track){ one->kind, one->name, one->weight, one->is_reverse, false, TRACK_UP, value };
	else
		one->state = script_state((enum script_status)value);
}

uint8_t trackers_look(struct trackers *t, const struct vrrp_conf *conf, const struct link *link, struct faults *f)
{
	struct track_result sum;

	for (unsigned i = 0; i < t->n; i++) {
		struct track *one = &t->track[i];
		struct track_result fault = { .is_fault = true, .culprit = one };
		char text[FAULT_LEN];

		look(t, one, link);
		if (track_is_fault(one))
			faults_add(f, "%s", track_culprit_str(&fault, text, sizeof(text)));
	}
	track_sum((uint8_t)conf->priority, t->track, t->n, &sum);
	return sum.priority;
}
