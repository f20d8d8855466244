/* roster_handover.c - see roster_handover.h. */
#include "vrrp/roster_handover.h"

#include "vrrp/instance.h"
#include "vrrp/instance_act.h"
#include "vrrp/reports.h"
#include "vrrp/resume.h"
#include "vrrp/roster_ask.h"
#include "vrrp/roster_state.h"

void roster_write_handover(const struct roster *r, struct text *t, mono_t now)
{
	resume_write_alive(t, now);
	resume_write_handover(t);
	for (unsigned i = 0; i < r->n_units; i++) {
		resume_write(t, r->unit[i].vi, now);
		resume_write_last(t, r->unit[i].vi);
	}
	(void)roster_write_paths(r, t);
	reports_write(&r->reports, t);
}

void roster_advertise(struct roster *r)
{
	for (unsigned i = 0; i < r->n_units; i++)
		instance_send_now(r->unit[i].vi);
}

bool roster_is_moving(const struct roster *r)
{
	for (unsigned i = 0; i < r->n_units; i++) {
		const enum vrrp_state state = instance_state(r->unit[i].vi);

		if (state == VRRP_LEAVING || r->unit[i].is_leaving || instance_is_waiting(r->unit[i].vi))
			return true;
		if (state == VRRP_BACKUP && instance_is_holding(r->unit[i].vi))
			return true;
	}
	return false;
}

bool roster_is_succeeding(const struct roster *r)
{
	return r->resume.is_handover;
}

bool roster_goes_on(const struct roster *r, const struct instance *vi)
{
	return resume_goes_on(&r->resume, instance_name(vi), instance_state(vi));
}

void roster_recall(struct roster *r)
{
	for (unsigned i = 0; r->resume.is_handover && i < r->n_units; i++) {
		struct instance *vi = r->unit[i].vi;
		const struct instance_counts *counts = resume_counts(&r->resume, instance_name(vi));
		const bool goes_on = roster_goes_on(r, vi);

		if (goes_on)
			instance_recall(vi, resume_last(&r->resume, instance_name(vi)));
		if (counts)
			instance_count_on(vi, counts, goes_on);
	}
}
