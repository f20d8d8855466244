/*
 * reason.c - the words for states and transitions, as log, status and notify scripts show them: see step.h. Knows enums and
 * numbers, nothing of how a transition comes about.
 */
#include "vrrp/step.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/addr.h"

enum { SECONDS_LEN = 32 };

const char *vrrp_state_str(enum vrrp_state s)
{
	static const char *const names[VRRP_STATE_MAX] = {
		[VRRP_INIT] = "INIT",
		[VRRP_BACKUP] = "BACKUP",
		[VRRP_MASTER] = "MASTER",
		[VRRP_LEAVING] = "LEAVING",
		[VRRP_FAULT] = "FAULT",
	};

	return (unsigned)s < VRRP_STATE_MAX ? names[s] : "?";
}

/* %p: the peer, %n: its priority, %t: the duration. */
static const char *const sentences[VRRP_WHY_MAX] = {
	[VRRP_WHY_NONE] = "no reason",
	[VRRP_WHY_START] = "taking part",
	[VRRP_WHY_OWNER] = "owner of the addresses, priority 255",
	[VRRP_WHY_RESUME] = "was MASTER before the restart",
	[VRRP_WHY_NO_ADVERT] = "no advert for %t",
	[VRRP_WHY_PEER_RESIGNED] = "%p resigned %t ago",
	[VRRP_WHY_PREEMPT] = "preempts %p with priority %n",
	[VRRP_WHY_HIGHER_PRIORITY] = "%p has the higher priority %n",
	[VRRP_WHY_HIGHER_ADDRESS] = "%p has the same priority %n and the greater address",
	[VRRP_WHY_STOP] = "stopping",
	[VRRP_WHY_DRILL] = "drill",
	[VRRP_WHY_TAKEN_OVER] = "%p took over after %t",
	[VRRP_WHY_NOBODY] = "nobody took over within %t",
	[VRRP_WHY_FAULT] = "cannot take part",
	[VRRP_WHY_RECOVER] = "the cause of the fault is gone",
	[VRRP_WHY_STALLED] = "did not run for %t, listens first",
	[VRRP_WHY_LEASE] = "the lease of its addresses ran out %t ago, listens first",
	[VRRP_WHY_RIVAL] = "%p advertises too, with priority %n",
	[VRRP_WHY_GROUP] = "with its sync group",
	[VRRP_WHY_GROUP_HEARS] = "no advert for %t, but its sync group hears a MASTER elsewhere: waits",
	[VRRP_WHY_DUPLICATE_OWNER] = "duplicate owner: %p has priority %n too and does not yield, steps down to 254",
	[VRRP_WHY_OWN_ADDRESS] = "an advert from our own address %p: a looped frame or a duplicate address",
};

static const char *peer_str(const struct addr *peer, char *buf)
{
	if (addr_is_set(peer))
		return addr_str(peer, buf);
	snprintf(buf, ADDR_STRLEN, "another router");
	return buf;
}

static const char *seconds_str(int64_t usec, char *buf)
{
	snprintf(buf, SECONDS_LEN, "%" PRId64 ".%03" PRId64 " s", usec / MONO_SEC, usec % MONO_SEC / MONO_MSEC);
	return buf;
}

/* The text for one mark of a sentence. */
static const char *fill(const struct vrrp_action *a, char mark, char *buf)
{
	if (mark == 'p')
		return peer_str(&a->peer, buf);
	if (mark == 't')
		return seconds_str(a->usec, buf);
	snprintf(buf, ADDR_STRLEN, "%u", (unsigned)a->peer_priority);
	return buf;
}

const char *vrrp_reason_str(const struct vrrp_action *a, char *buf, size_t size)
{
	const char *s = (unsigned)a->reason < VRRP_WHY_MAX ? sentences[a->reason] : "?";
	char word[ADDR_STRLEN];
	size_t len = 0;

	if (size)
		buf[0] = '\0';
	for (; *s && len + 1 < size; s++) {
		if (*s != '%') {
			buf[len++] = *s;
			buf[len] = '\0';
			continue;
		}
		snprintf(buf + len, size - len, "%s", fill(a, *++s, word));
		while (buf[len])
			len++;
	}
	return buf;
}
