/* script_streak.c - see script_streak.h. */
#include "daemon/script_streak.h"

#include "daemon/job.h"
#include "vrrp/conf.h"

struct script_streak script_streak_of(const struct vrrp_script_conf *conf)
{
	return (struct script_streak){ .status = conf->init_fail ? SCRIPT_FAILED : SCRIPT_UNKNOWN };
}

void script_streak_add(struct script_streak *s, const struct vrrp_script_conf *conf, const struct job_result *r)
{
	const bool was_ok = s->status == SCRIPT_OK, ok = r->end == JOB_EXITED && r->code == 0;

	s->good = ok ? s->good + 1 : 0;
	s->bad = ok ? 0 : s->bad + 1;
	if (ok && (s->status == SCRIPT_UNKNOWN || s->good >= conf->rise))
		s->status = SCRIPT_OK;
	else if (!ok && (!was_ok || s->bad >= conf->fall))
		s->status = r->end == JOB_EXITED ? SCRIPT_FAILED : SCRIPT_ERROR;
}
