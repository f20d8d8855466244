/* trace.h - a step's actions as one line of text, for exact expectations: "ADVERT 100; VIPS+; ANNOUNCE; TIMER +1000000; ..." */
#ifndef TEST_TRACE_H
#define TEST_TRACE_H
#include "vrrp/step.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static inline const char *trace_word(enum vrrp_action_type type)
{
	switch (type) {
	case VRRP_ACT_ADVERT:
		return "ADVERT";
	case VRRP_ACT_TIMER:
		return "TIMER";
	case VRRP_ACT_VIPS_ADD:
		return "VIPS+";
	case VRRP_ACT_VIPS_DEL:
		return "VIPS-";
	case VRRP_ACT_ANNOUNCE:
		return "ANNOUNCE";
	case VRRP_ACT_REANNOUNCE:
		return "REANNOUNCE";
	case VRRP_ACT_ANNOUNCE_STOP:
		return "QUIET";
	case VRRP_ACT_HOOK:
		return "HOOK";
	case VRRP_ACT_ASK:
		return "ASK";
	case VRRP_ACT_WATCH:
		return "WATCH";
	case VRRP_ACT_STATE:
		return "STATE";
	case VRRP_ACT_NOTE:
		return "NOTE";
	case VRRP_ACT_DONE:
		return "DONE";
	}
	return "?";
}

static inline void trace_action(const struct vrrp_action *a, mono_t now, char *buf, size_t size)
{
	char why[160];

	vrrp_reason_str(a, why, sizeof(why));
	if (a->type == VRRP_ACT_ADVERT)
		snprintf(buf, size, "ADVERT %u", (unsigned)a->priority);
	else if (a->type == VRRP_ACT_TIMER && a->when.usec == MONO_NEVER.usec)
		snprintf(buf, size, "TIMER never");
	else if (a->type == VRRP_ACT_TIMER)
		snprintf(buf, size, "TIMER +%" PRId64, mono_diff(a->when, now));
	else if (a->type == VRRP_ACT_HOOK && a->hook == VRRP_HOOK_NONE)
		snprintf(buf, size, "HOOK-");
	else if (a->type == VRRP_ACT_HOOK)
		snprintf(buf, size, "HOOK %s %s +%" PRId64,
			a->hook == VRRP_HOOK_PRE_MASTER ? "pre_master" : "pre_release", vrrp_state_str(a->to), a->usec);
	else if (a->type == VRRP_ACT_WATCH)
		snprintf(buf, size, "WATCH%c", a->on ? '+' : '-');
	else if (a->type == VRRP_ACT_STATE)
		snprintf(buf, size, "%s>%s: %s", vrrp_state_str(a->from), vrrp_state_str(a->to), why);
	else if (a->type == VRRP_ACT_NOTE)
		snprintf(buf, size, "NOTE: %s", why);
	else
		snprintf(buf, size, "%s", trace_word(a->type));
}

/* All actions; TIMER only when asked for. "-" when there is nothing to tell. Returns buf. */
static inline const char *trace_actions(const struct vrrp_actions *out, mono_t now, bool with_timer, char *buf,
	size_t size)
{
	size_t len = 0;
	unsigned i;

	snprintf(buf, size, "-");
	for (i = 0; i < out->n && len + 1 < size; i++) {
		if (out->item[i].type == VRRP_ACT_TIMER && !with_timer)
			continue;
		if (len) {
			snprintf(buf + len, size - len, "; ");
			len = strlen(buf);
		}
		trace_action(&out->item[i], now, buf + len, size - len);
		len = strlen(buf);
	}
	return buf;
}
#endif
