/* realserver_judge.h - what a director would see of this real server: from facts to findings. Pure. */
#ifndef VIPCTL_REALSERVER_JUDGE_H
#define VIPCTL_REALSERVER_JUDGE_H
#include "ctl/realserver_ruled.h"
#include "ctl/realserver_types.h"

enum { REALSERVER_TEXT_MAX = 320 };

enum realserver_severity { REALSERVER_NOTE, REALSERVER_WARNING, REALSERVER_ERROR };

/* One address to look at. */
struct realserver_look {
	struct addr addr;
	bool is_routed; /* a packet for it is for this host */
	struct realserver_ruled ruled;
};

/* The host, seen whole. */
struct realserver_view {
	const struct realserver_facts *f;
	const struct realserver_look *looks;
	unsigned n_looks;
	bool has_outward; /* a way to the world */
	int outward;      /* the interface of it */
	struct addr gateway;
};

struct realserver_finding {
	enum realserver_severity severity;
	const char *id;
	char what[REALSERVER_TEXT_MAX], cure[REALSERVER_TEXT_MAX]; /* cure "": nothing to do */
};

struct realserver_report {
	struct realserver_finding *findings; /* owned */
	unsigned n;
};

/* The caller frees with realserver_report_done(). */
void realserver_judge(const struct realserver_view *v, struct realserver_report *ret);
void realserver_report_done(struct realserver_report *r);
/* The worst of it; NOTE when there is nothing. */
enum realserver_severity realserver_worst(const struct realserver_report *r);
#endif
