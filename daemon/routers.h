/*
 * routers.h - what main keeps of the virtual routers of an accepted configuration, instances and groups of them: how each is
 * called, and what is run and mailed when it changes. Children name them by index. All else stands in the kept bytes (conf.h).
 */
#ifndef DAEMON_ROUTERS_H
#define DAEMON_ROUTERS_H
#include <stdbool.h>
#include <stdint.h>

struct routers;
struct vrrp_config;
struct vrrp_hook_conf;

/* One instance, or one group. Pointers are the table's. */
struct router {
	const char *name;
	const struct vrrp_hook_conf *hooks; /* of a group: the scripts that groups have */
	bool tells_deleted;
};

/* Nothing of `c` is borrowed. The caller frees. */
struct routers *routers_new(const struct vrrp_config *c);
/* Accepts NULL. */
void routers_free(struct routers *r);
/* Instances. */
unsigned routers_count(const struct routers *r);
/* By the index that the vrrp process uses. false: there is none. */
bool routers_instance(const struct routers *r, uint32_t i, struct router *ret);
bool routers_group(const struct routers *r, uint32_t i, struct router *ret);
/* Whether an instance is called so. */
bool routers_has(const struct routers *r, const char *name);
#endif
