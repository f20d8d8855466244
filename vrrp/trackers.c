/* trackers.c - see trackers.h. */
#include "vrrp/trackers.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "net/link.h"
#include "vrrp/conf.h"
#include "vrrp/environment.h"
#include "vrrp/track.h"

static struct track of_interface(const struct vrrp_track_if *t)
{
	return (struct track){
		.kind = TRACK_INTERFACE, .name = t->interface, .weight = t->weight, .is_reverse = t->is_reverse
	};
}

/* A weight at the track_script line counts before the script's own. */
static struct track of_script(const struct vrrp_track_script *s, const struct vrrp_script_conf *script)
{
	struct track t = { .kind = TRACK_SCRIPT, .name = s->name };

	if (script) {
		t.weight = script->weight;
		t.is_reverse = script->is_reverse;
		t.init_fail = script->init_fail;
	}
	if (s->weight != INT32_MIN) {
		t.weight = s->weight;
		t.is_reverse = s->is_reverse;
	}
	return t;
}

void trackers_conf(struct trackers *t, const struct vrrp_conf *conf, const struct vrrp_config *all)
{
	unsigned n = 0;

	trackers_done(t);
	t->track = x_calloc(conf->track_interfaces.n + conf->track_scripts.n + 1, sizeof(*t->track));
	for (unsigned i = 0; i < conf->track_interfaces.n; i++)
		t->track[n++] = of_interface(conf->track_interfaces.item[i]);
	for (unsigned i = 0; i < conf->track_scripts.n; i++) {
		const struct vrrp_track_script *s = conf->track_scripts.item[i];

		t->track[n++] = of_script(s, s->script < all->scripts.n ? all->scripts.item[s->script] : NULL);
	}
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

static enum track_state script_state(const struct trackers *t, const struct vrrp_track_script *s)
{
	switch (t->script(t->ctx, s)) {
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

uint8_t trackers_look(struct trackers *t, const struct vrrp_conf *conf, const struct link *link, struct faults *f)
{
	const unsigned n_ifs = conf->track_interfaces.n;
	struct track_result sum;

	for (unsigned i = 0; i < t->n; i++) {
		struct track *one = &t->track[i];
		struct track_result fault = { .is_fault = true, .culprit = one };
		char text[FAULT_LEN];

		one->state = one->kind == TRACK_INTERFACE ? interface_state(link, one->name)
							  : script_state(t, conf->track_scripts.item[i - n_ifs]);
		if (track_is_fault(one))
			faults_add(f, "%s", track_culprit_str(&fault, text, sizeof(text)));
	}
	track_sum((uint8_t)conf->priority, t->track, t->n, &sum);
	return sum.priority;
}
