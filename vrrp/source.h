/*
 * source.h - whose adverts an instance listens to: allow_from, and who may speak with the priority 255 of an owner. Pure.
 */
#ifndef VRRP_SOURCE_H
#define VRRP_SOURCE_H
#include "vrrp/advert.h"
#include "vrrp/conf.h"

struct source_rule {
	struct addr net;
	uint8_t len;
	bool is_allowed, is_owner;
};

/* Zero: everybody, with any priority. */
struct source_list {
	struct source_rule *rule; /* owned */
	unsigned n;
	bool is_closed;  /* allow_from was written: nobody else */
	bool has_owners; /* priority 255 is only for those declared as owner */
};

/* What allow_from and unicast_peer say together; source_done() frees it. */
void source_conf(struct source_list *l, const struct vrrp_conf *conf);
void source_done(struct source_list *l);
/* ADVERT_OK, ADVERT_UNKNOWN_SOURCE or ADVERT_OWNER_CLAIM. */
enum advert_verdict source_check(const struct source_list *l, const struct addr *src, uint8_t priority);
#endif
