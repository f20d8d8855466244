/*
 * statics.h - static_ipaddress, static_routes, static_rules: there from start to stop, whatever the state of any instance; put back
 * when somebody removes them. An instance of a track_group is in FAULT while an object of that group is missing or fought over.
 */
#ifndef VRRP_STATICS_H
#define VRRP_STATICS_H
#include "base/mono.h"

#include <stdbool.h>

struct address_set;
struct faults;
struct link;
struct link_addr;
struct loop;
struct paths;
struct statics;
struct vrrp_config;

/* Nothing is wanted yet. `changed` is called from the loop when a fight began or ended. */
struct statics *statics_new(struct loop *l, struct link *link, void (*changed)(void *ctx, mono_t now), void *ctx);
/* Leaves the kernel's tables as they are; accepts NULL. */
void statics_free(struct statics *s);
/* Those of a configuration, which the caller keeps until the next call: applied at once. */
void statics_conf(struct statics *s, const struct vrrp_config *config, mono_t now);
/* Looks at the kernel's tables again and repairs. */
void statics_sync(struct statics *s, mono_t now);
/* The daemon ends: they go, but for addresses that were there without our mark. */
void statics_stop(struct statics *s, mono_t now);
/* What is missing of that on which the instance depends. */
void statics_faults(const struct statics *s, const char *instance, struct faults *f);
bool statics_has(const struct statics *s, const struct link_addr *a);
const struct address_set *statics_addresses(const struct statics *s);
const struct paths *statics_paths(const struct statics *s);
#endif
