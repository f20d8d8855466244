/*
 * gateways.h - all neighbours that instances and groups track: asked by ARP or neighbour solicitation, each once for all who
 * track it.
 */
#ifndef VRRP_GATEWAYS_H
#define VRRP_GATEWAYS_H
#include "base/mono.h"
#include "io/message.h"

struct gateways;
struct link;
struct loop;
struct vrrp_config;
struct writer;

/* What is known of the neighbour `name` changed; `detail` says why. */
typedef void gateways_fn(void *ctx, const char *name, enum script_status status, const char *detail);

/* `link` outlives it. */
struct gateways *gateways_new(struct loop *l, const struct link *link, gateways_fn *fn, void *ctx);
/* Accepts NULL. */
void gateways_free(struct gateways *g);
/* Those of this configuration from now on (NULL: none); what is needed of it is copied. One that stays keeps its state. */
void gateways_conf(struct gateways *g, const struct vrrp_config *c, mono_t now);
/* The member "gateways". */
void gateways_write(const struct gateways *g, struct writer *w);
#endif
