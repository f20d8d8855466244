/* rule.h - routing policy rules against the kernel's table, as route.h is for routes. They come last and go first. Logs nothing. */
#ifndef VRRP_RULE_H
#define VRRP_RULE_H
#include "base/mono.h"
#include "net/link_rule.h"

struct conf_vec;
struct link;

enum { RULE_BATCH = 64, RULE_STRLEN = 200 };

/* One rule; a copy, so it outlives its configuration. */
struct rule_item {
	struct link_rule rule;
	bool is_held, is_dropped, no_track;
	const char *group; /* static: the track_group, borrowed; NULL: none, or dropped */
	int err;           /* why the kernel refused it last, or 0 */
};

/* Zero is an empty one. */
struct rule_set {
	struct rule_item *item; /* owned */
	unsigned n;
	bool hold, is_clean_start;
	uint64_t lost; /* removed by somebody else while held */
	mono_t repair_at;
};

struct rule_result {
	unsigned lost, refused;
	const struct rule_item *lost_one, *refused_one; /* the first, for the log; valid until the next call */
	mono_t again_at;                                /* MONO_NEVER: nothing is left to do */
};

/* Also for the same set configured anew: what is no longer wanted goes at the next turn. `rules`: struct vrrp_rule. */
void rule_conf(struct rule_set *s, const struct conf_vec *rules);
void rule_done(struct rule_set *s);
void rule_hold(struct rule_set *s, bool on);
/* One turn: at most RULE_BATCH differences are written. */
struct rule_result rule_sync(struct rule_set *s, struct link *link, mono_t now);
/* Whether it is one of the set's. */
bool rule_has(const struct rule_set *s, const struct link_rule *r);
/* Whether one is still there because of us. */
bool rule_is_holding(const struct rule_set *s);
/* "1000: from 192.0.2.0/24 table 100" into `buf` of RULE_STRLEN bytes; returns buf. */
const char *rule_str(const struct link_rule *r, char *buf);
#endif
