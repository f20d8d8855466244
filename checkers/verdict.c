/* verdict.c - see verdict.h. Pure: time arrives with the attempt. */
#include "checkers/verdict.h"

#include "checkers/conf.h"

/* The shortest pause after an attempt, whatever the file says: a delay of 0 must not turn the loop into a spin. */
static const int64_t PAUSE_MIN = 10 * MONO_MSEC;

static const char *const reason_text[CHECK_REASON_MAX] = {
	[CHECK_OK] = "ok",
	[CHECK_REFUSED] = "connection refused",
	[CHECK_UNREACHABLE] = "host unreachable",
	[CHECK_TIMEOUT_CONNECT] = "no answer to connect",
	[CHECK_TIMEOUT_REPLY] = "no complete reply in time",
	[CHECK_RESET] = "connection closed early",
	[CHECK_HTTP_STATUS] = "wrong HTTP status",
	[CHECK_HTTP_DIGEST] = "wrong digest",
	[CHECK_HTTP_MALFORMED] = "malformed HTTP reply",
	[CHECK_HTTP_TOO_LARGE] = "HTTP reply too large",
	[CHECK_SESSION] = "BFD session not up",
	[CHECK_PATH] = "does not own the virtual address",
	[CHECK_LOCAL] = "local failure",
	[CHECK_LOCAL_NO_FD] = "local failure: no descriptor or memory",
	[CHECK_LOCAL_NO_ROUTE] = "local failure: no route",
};

const char *check_reason_str(enum check_reason r)
{
	return r < CHECK_REASON_MAX ? reason_text[r] : "?";
}

void verdict_init(struct verdict *v, const struct check_conf *conf, enum check_state restored)
{
	*v = (struct verdict){ .state = restored, .reason = CHECK_OK };
	if (restored == CHECK_UNKNOWN)
		v->state = conf->how->alpha ? CHECK_DOWN : CHECK_UP;
}

/* The next beat at or after `now`: due, due + period, ... A check that fell behind returns to its own phase. */
static mono_t next_beat(mono_t due, int64_t period, mono_t now)
{
	int64_t behind, beats;

	if (period < PAUSE_MIN)
		period = PAUSE_MIN;
	due = mono_add(due, period);
	behind = mono_diff(now, due);
	beats = behind <= 0 ? 0 : (behind + period - 1) / period;
	return mono_add(due, beats * period);
}

static mono_t after_pause(mono_t ended, int64_t pause)
{
	return mono_add(ended, pause < PAUSE_MIN ? PAUSE_MIN : pause);
}

/* The only writer of v->state. A forgiven failure leaves it as it was. */
static void judge(struct verdict *v, const struct check_conf *conf, enum check_reason reason)
{
	if (reason == CHECK_OK) {
		v->failures = 0;
		v->state = CHECK_UP;
	} else if (reason < CHECK_LOCAL) {
		v->failures += v->failures < UINT32_MAX;
		if (v->failures > conf->how->retry)
			v->state = CHECK_DOWN;
	}
}

static uint32_t latency(int64_t usec)
{
	return usec < 0 ? 0 : usec > UINT32_MAX ? UINT32_MAX : (uint32_t)usec;
}

void verdict_step(struct verdict *v, const struct check_conf *conf, const struct check_attempt *a,
	struct verdict_out *out)
{
	enum check_state before = v->state;
	bool is_retry;

	judge(v, conf, a->reason);
	v->reason = a->reason;
	v->latency_usec = latency(mono_diff(a->ended, a->started));
	out->changed = v->state != before;
	/* keepalived.conf(5): retry, delay_before_retry; a server that is down is asked every delay_loop. */
	is_retry = a->reason >= CHECK_LOCAL || (a->reason != CHECK_OK && v->state != CHECK_DOWN);
	if (is_retry)
		out->next = after_pause(a->ended, conf->how->delay_before_retry);
	else
		out->next = next_beat(a->due, conf->how->delay_loop, a->ended);
}

mono_t verdict_first(const struct check_conf *conf, mono_t now, uint32_t phase)
{
	int64_t warmup = conf->how->warmup > 0 ? conf->how->warmup : 0;

	return mono_add(now, (int64_t)((double)warmup * ((double)phase / 4294967296.0)));
}
