/*
 * environment.h - whether an instance can take part: its interface and its source address, looked up in the whole view of
 * the machine each time. What is missing is listed in words, all of it; nothing is counted, so nothing can stick.
 */
#ifndef VRRP_ENVIRONMENT_H
#define VRRP_ENVIRONMENT_H
#include "base/addr.h"

struct link;
struct link_addr;
struct vrrp_conf;

enum { FAULTS_MAX = 16, FAULT_LEN = 160 };

/* The open reasons for FAULT, in words: "eth0 is down". Zero: none; each has its own memory, because there are few, and seldom. */
struct faults {
	unsigned n;
	char **text; /* owned, as each of them */
};

/* The first FAULTS_MAX are kept, each cut to FAULT_LEN. */
void faults_add(struct faults *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* All of them, joined by "; ", into buf; returns buf. */
const char *faults_str(const struct faults *f, char *buf, size_t size);
/* There is none any more. */
void faults_clear(struct faults *f);

/* Whether an address is a virtual one: those are no source addresses. */
typedef bool environment_vip_fn(void *ctx, const struct link_addr *a);

struct environment {
	int index;  /* of the interface; 0: none (or none needed) */
	int socket; /* of what its sockets are bound to: the interface, or its VRF; 0: none, or no such one */
	bool is_up;
	struct addr own;     /* source address; AF_UNSPEC: none */
	struct addr pending; /* IPv6: it would be the source, but may not be used yet or at all; AF_UNSPEC: none */
	bool dad_failed;     /* another host has `pending` too */
};

/* Looks once; faults are added to `f`. */
void environment_look(const struct vrrp_conf *conf, const struct link *link, environment_vip_fn *is_vip, void *ctx,
	struct environment *ret);
void environment_faults(const struct environment *e, const struct vrrp_conf *conf, const struct link *link,
	struct faults *f);
#endif
