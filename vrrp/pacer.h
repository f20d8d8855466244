/*
 * pacer.h - the pace of announcements: one for each interface, or one for all the interfaces of a garp_group, in one queue, so that
 * the first announcement of every address goes out before any repeat on all of them. Knows no socket: the sender does.
 */
#ifndef VRRP_PACER_H
#define VRRP_PACER_H
#include "vrrp/announce.h"

#include <stdbool.h>

struct loop;
struct pacer;
struct pacers;
struct vrrp_config;

/* All of the process. `send` gets each announcement's own `port`. */
struct pacers *pacers_new(struct loop *l, announce_send_fn *send, void *ctx);
/* Accepts NULL; every pacer was left before. */
void pacers_free(struct pacers *p);
/* Borrows the configuration until the next call. Every pacer is another one from now on: pacer_change(). */
void pacers_conf(struct pacers *p, const struct vrrp_config *conf);

/* The pacer of that interface (NULL: of none, its own); to be left by pacer_leave(). */
struct pacer *pacer_join(struct pacers *p, const char *interface);
/* Nothing of whoever leaves may be queued; accepts NULL. */
void pacer_leave(struct pacer *p);
/* The pacer of that interface as it is configured now; takes along what is queued for the port, and leaves the old one. */
struct pacer *pacer_change(struct pacer *old, const char *interface, const struct port *port);
/* Queues `count` announcements of item->addr, first ones before all repeats; `is_again`: all of them are repeats. */
void pacer_announce(struct pacer *p, struct announce_item *item, unsigned count, bool is_again);
void pacer_drop(struct pacer *p, struct announce_item *item);
#endif
