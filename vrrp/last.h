/* last.h - the last transition of an instance, and why it happened. */
#ifndef VRRP_LAST_H
#define VRRP_LAST_H
#include "base/mono.h"
#include "vrrp/step.h"

struct instance_last {
	struct vrrp_action action;
	mono_t at;
	int64_t heard; /* usec since the last valid advert; -1: none */
	int64_t late;  /* instance_late.last then */
	char *reason; /* of who holds this: what the action does not tell (a FAULT, a former process's); NULL: it tells all */
};

enum { INSTANCE_REASON_LEN = 512 };

/* Why, in words, into `buf` of INSTANCE_REASON_LEN bytes; "" without a transition. Returns buf. */
const char *instance_last_str(const struct instance_last *last, char *buf);
#endif
