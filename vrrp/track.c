/* track.c - see track.h. */
#include "vrrp/track.h"

#include <stdio.h>

enum { PRIORITY_MIN = 1, PRIORITY_MAX = 254, PRIORITY_OWNER = 255, DELTA_MAX = 253 };

static enum track_state effective_state(const struct track *t)
{
	return t->state == TRACK_UNKNOWN && t->init_fail ? TRACK_DOWN : t->state;
}

/* keepalived.conf(5), "Track files": the limits of what one file may add or take; below it is a FAULT. */
static int file_delta(const struct track *t)
{
	int64_t delta = t->state == TRACK_UP ? (int64_t)t->value * t->weight : 0;

	if (t->is_reverse)
		delta = -delta;
	if (delta > DELTA_MAX)
		return DELTA_MAX;
	return delta < -DELTA_MAX ? -DELTA_MAX - 1 : (int)delta;
}

static bool file_is_fault(const struct track *t)
{
	if (t->state != TRACK_UP)
		return false;
	return t->weight == 0 ? (t->value != 0) != t->is_reverse : file_delta(t) < -DELTA_MAX;
}

/* A positive weight speaks when the tracked thing is up, a negative one when it is down. */
int track_delta(const struct track *t)
{
	const enum track_state speaks = t->weight > 0 ? TRACK_UP : TRACK_DOWN;

	if (t->kind == TRACK_FILE)
		return file_delta(t);
	if (effective_state(t) != speaks)
		return 0;
	return t->is_reverse ? -t->weight : t->weight;
}

bool track_is_fault(const struct track *t)
{
	if (t->kind == TRACK_FILE)
		return file_is_fault(t);
	return t->weight == 0 && effective_state(t) == (t->is_reverse ? TRACK_UP : TRACK_DOWN);
}

void track_sum(uint8_t base, const struct track *tracks, unsigned n, struct track_result *ret)
{
	int64_t sum = base;
	unsigned i;

	*ret = (struct track_result){ 0 };
	for (i = 0; i < n; i++) {
		sum += track_delta(&tracks[i]);
		if (!ret->culprit && track_is_fault(&tracks[i]))
			ret->culprit = &tracks[i];
	}
	ret->is_fault = ret->culprit != NULL;
	ret->sum = sum;
	if (base == PRIORITY_OWNER)
		sum = base;
	else if (sum < PRIORITY_MIN)
		sum = PRIORITY_MIN;
	else if (sum > PRIORITY_MAX)
		sum = PRIORITY_MAX;
	ret->priority = (uint8_t)sum;
}

/* What it is, and what is said of it when it is down and up. */
static const char *const words[][3] = {
	[TRACK_INTERFACE] = { "interface", "is down", "is up" },
	[TRACK_SCRIPT] = { "script", "failed", "succeeds" },
	[TRACK_FILE] = { "file", "", "" },
	[TRACK_PROCESS] = { "process", "does not run as it should", "runs" },
	[TRACK_BFD] = { "BFD session", "is down", "is up" },
	[TRACK_SERVICE] = { "service", "has lost its quorum", "has its quorum" },
	[TRACK_GATEWAY] = { "gateway", "does not answer", "answers" },
};

const char *track_kind_str(enum track_kind kind)
{
	return words[kind][0];
}

const char *track_culprit_str(const struct track_result *r, char *buf, size_t size)
{
	if (size)
		buf[0] = '\0';
	if (r->culprit && r->culprit->kind == TRACK_FILE)
		snprintf(buf, size, "file %s has %d", r->culprit->name, (int)r->culprit->value);
	else if (r->culprit)
		snprintf(buf, size, "%s %s %s", words[r->culprit->kind][0], r->culprit->name,
			words[r->culprit->kind][r->culprit->is_reverse ? 2 : 1]);
	return buf;
}

/* False: there is no room for it. */
static bool add_delta(const struct track *t, char *buf, size_t *len)
{
	int n = snprintf(buf + *len, TRACK_SUM_LEN - *len, ", %s %s %+d%s%s%s", track_kind_str(t->kind), t->name,
		track_delta(t), t->detail ? " (" : "", t->detail ? t->detail : "", t->detail ? ")" : "");

	*len += (size_t)n;
	return *len < TRACK_SUM_LEN;
}

const char *track_sum_str(uint8_t base, const struct track *tracks, unsigned n, char *buf)
{
	size_t len = (size_t)snprintf(buf, TRACK_SUM_LEN, "%u as configured", base);

	for (unsigned i = 0; i < n; i++)
		if (track_delta(&tracks[i]) != 0 && !add_delta(&tracks[i], buf, &len)) {
			snprintf(buf + TRACK_SUM_LEN - sizeof("..."), sizeof("..."), "...");
			break;
		}
	return buf;
}
