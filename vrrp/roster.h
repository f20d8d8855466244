/*
 * roster.h - all instances of the process and the configurations they were made from: starts, keeps, changes and ends them as
 * one configuration follows another. Knows no message and no process.
 */
#ifndef VRRP_ROSTER_H
#define VRRP_ROSTER_H
#include "base/mono.h"
#include "io/message.h"
#include "vrrp/roster_types.h"
#include "vrrp/step.h"
#include "vrrp/track.h"

#include <stdbool.h>

struct generation;
struct groups;
struct instance;
struct link;
struct loop;
struct roster;
struct vrrp_action;
struct text;
struct vrrp_conf;

/* Never NULL; no instances yet. `link` and `ops` outlive it. */
struct roster *roster_new(struct loop *l, struct link *link, const struct roster_ops *ops, void *ctx);
/* Frees all instances as they are; accepts NULL. */
void roster_free(struct roster *r);
/*
 * Takes over a configuration (a memfd, which stays the caller's). Instances are matched by name: unchanged ones are not touched. 0,
 * or -EINVAL when its bytes are no valid configuration: then nothing changed.
 */
int roster_apply(struct roster *r, uint32_t generation, int fd, mono_t now);
/*
 * A successor does beforehand what takes time: reads that configuration, makes its instances, opens their ports. Nobody hears of
 * it, the kernel's tables stay as they are, what others say is not for it yet; roster_apply() of the same one goes on from there.
 * Another one may come meanwhile. 0 or -EINVAL, then nothing is prepared.
 */
int roster_prepare(struct roster *r, uint32_t generation, int fd, mono_t now);
/* A line of what the process before this one last said (resume_write()); before the first roster_apply(). */
void roster_restore(struct roster *r, const char *line);
/* Looks at the machine again: something in the link table changed. */
void roster_check(struct roster *r, mono_t now);
/* What a tracker is like now; name NULL: by its index in the newest configuration (scripts, files, processes, BFD). */
struct roster_news {
	enum track_kind kind;
	const char *name;
	unsigned index;
	int32_t value;      /* of a file the number, else enum script_status */
	const char *detail; /* why, for people; NULL: nothing to add */
};

void roster_tell(struct roster *r, const struct roster_news *news, mono_t now);
/* The same without looking at what follows from it: true: roster_check() must come, once for all that is told together. */
bool roster_note(struct roster *r, const struct roster_news *news);
/* What a script, file or process is like now (reports.h), by its index in the newest configuration. */
void roster_report(struct roster *r, enum track_kind kind, unsigned index, int32_t value, mono_t now);
/* The same by name, for what has no index there: TRACK_BFD, TRACK_SERVICE, TRACK_GATEWAY; `value` is an enum script_status. */
void roster_report_name(struct roster *r, enum track_kind kind, const char *name, int32_t value, mono_t now);
/* The hook `id` is over. */
void roster_hook_ended(struct roster *r, uint32_t id, mono_t now);
/* Hands over every MASTER; they do not preempt for `hold` usec. The number of instances. */
unsigned roster_drill(struct roster *r, int64_t hold, mono_t now);
/* Hands over and ends everything; empty() is called once it is done. */
void roster_stop(struct roster *r, mono_t now);
uint32_t roster_generation(const struct roster *r);
/* The newest configuration; NULL before the first one. */
struct generation *roster_newest(const struct roster *r);
/* The oldest generation that an instance still belongs to, one that hands over too. */
uint32_t roster_oldest(const struct roster *r);
/* The i-th instance, or NULL past the end; *ret_generation (may be NULL) is that of its configuration. */
const struct instance *roster_get(const struct roster *r, unsigned i, uint32_t *ret_generation);
/* All sync groups. */
const struct groups *roster_groups(const struct roster *r);
#endif
