/* show_auth.c - see show_auth.h. */
#include "vrrp/show_auth.h"

#include "ctl/writer.h"
#include "vrrp/advert.h"
#include "vrrp/auth.h"
#include "vrrp/offender.h"

static const char *mode_str(enum vrrp_hmac_mode m)
{
	switch (m) {
	case VRRP_HMAC_ENFORCE:
		return "enforce";
	case VRRP_HMAC_PERMISSIVE:
		return "permissive";
	case VRRP_HMAC_RECEIVE_ONLY:
		return "receive-only";
	}
	return "?";
}

static void show_sender(struct writer *w, const struct auth_sender *s, mono_t now)
{
	char text[ADDR_STRLEN];

	writer_object(w, NULL);
	writer_str(w, "address", addr_str(&s->addr, text));
	writer_int(w, "key", s->key_id);
	writer_str(w, "result", hmac_result_str(s->result));
	writer_int(w, "clock_behind_usec", s->skew);
	writer_int(w, "heard_usec", s->heard_at.usec ? mono_diff(now, s->heard_at) : -1);
	writer_end(w);
}

void show_auth(struct writer *w, const struct auth *a, mono_t now)
{
	if (!auth_is_on(a)) {
		writer_str(w, "auth", NULL);
		return;
	}
	writer_object(w, "auth");
	writer_str(w, "mode", mode_str(a->mode));
	writer_int(w, "key", a->active ? a->active->id : 0);
	writer_str(w, "anti_replay", a->window ? "time" : "monotonic");
	writer_real(w, "time_window", (double)a->window / MONO_SEC);
	writer_object(w, "results");
	for (int r = HMAC_OK; r < HMAC_RESULT_MAX; r++)
		writer_int(w, hmac_result_str((enum hmac_result)r), (int64_t)a->results[r]);
	writer_end(w);
	writer_array(w, "senders");
	for (unsigned i = 0; i < a->n_senders; i++)
		show_sender(w, &a->sender[i], now);
	writer_end(w);
	writer_end(w);
}

void show_offenders(struct writer *w, const struct offenders *o, mono_t now)
{
	const struct offender *f;

	writer_array(w, "offenders");
	for (unsigned i = 0; o && (f = offender_get(o, i)); i++) {
		char text[ADDR_STRLEN];

		if (f->cause >= ADVERT_VERDICT_MAX) /* a clock, a mode: nothing was dropped */
			continue;
		writer_object(w, NULL);
		writer_str(w, "address", addr_is_set(&f->src) ? addr_str(&f->src, text) : NULL);
		writer_str(w, "cause", addr_is_set(&f->src) ? advert_verdict_str((enum advert_verdict)f->cause) : NULL);
		writer_int(w, "count", (int64_t)f->count);
		writer_int(w, "first_usec", mono_diff(now, f->first));
		writer_int(w, "last_usec", mono_diff(now, f->last));
		writer_end(w);
	}
	writer_end(w);
}
