/*
 * bfd_session.h - the shell around one BFD session: its timer, its sending socket, its counters; it feeds bfd_step() and performs
 * what comes out. What is received comes from bfd.h, which finds the session that a packet means.
 */
#ifndef VRRP_BFD_SESSION_H
#define VRRP_BFD_SESSION_H
#include "conf/schema.h"
#include "io/message.h"
#include "vrrp/bfd_step.h"
#include "vrrp/conf.h"

struct bfd_past;
struct bfd_session;
struct loop;
struct udp_packet;

/* What all sessions of the process share; outlives them. */
struct bfd_env {
	struct loop *loop;
	/* Takes in what waits in the sockets: before time is taken for silence. */
	void (*drain)(void *ctx, mono_t now);
	/* What those who track it shall think of it has changed. */
	void (*changed)(void *ctx, const struct bfd_session *s, mono_t now);
	/* 32 random bits. */
	uint32_t (*random)(void *ctx);
	void *ctx;
};

struct bfd_counters {
	uint64_t rx, tx, tx_errors, up, down; /* up, down: transitions to and from it */
	uint64_t dropped[BFD_VERDICT_MAX];
};

/* A look inside, for the status; borrowed until the next event. */
struct bfd_view {
	const struct vrrp_bfd_conf *conf;
	const struct bfd *bfd;
	const struct bfd_counters *counters;
	mono_t since;       /* the last transition; 0: none yet */
	const char *reason; /* of it */
	int send_error;     /* -errno of the last packet; 0: it was sent */
	uint16_t port;      /* source port; 0: none yet */
};

/* AdminDown and silent. `conf` is copied (but its head); `discriminator` is not 0 and of no other session. The caller frees it. */
struct bfd_session *bfd_session_new(const struct bfd_env *env, const struct vrrp_bfd_conf *conf,
	uint32_t discriminator);
/* Sends nothing; accepts NULL. */
void bfd_session_free(struct bfd_session *s);
void bfd_session_start(struct bfd_session *s, mono_t now);
/* Instead of a start: goes on as `past`, of the same name and addresses; the discriminator is that of `past`. */
void bfd_session_resume(struct bfd_session *s, const struct bfd_past *past, mono_t now);
/* What bfd_session_resume() wants to know; names and reason are borrowed until the next event. */
void bfd_session_past(const struct bfd_session *s, struct bfd_past *ret);
/* Another process is about to take over: the neighbor shall wait longer; or it does not, and all is as configured. */
void bfd_session_relax(struct bfd_session *s, bool on, mono_t now);
/* AdminDown; packets that say so go out for as long as the session lives. */
void bfd_session_stop(struct bfd_session *s, mono_t now);
/* Other timing: the neighbor is told by a poll sequence. Only for what costs no restart. */
void bfd_session_reconf(struct bfd_session *s, const struct vrrp_bfd_conf *conf, mono_t now);
/* A packet that means this session. */
void bfd_session_packet(struct bfd_session *s, const struct bfd_packet *p, uint8_t ttl, mono_t now);
/* A packet that would mean it was refused. */
void bfd_session_drop(struct bfd_session *s, enum bfd_verdict why);

const char *bfd_session_name(const struct bfd_session *s);
/* Whether a packet of no discriminator, from `src` to `dst`, to the port of this kind, can only be its neighbor's. */
bool bfd_session_is_meant(const struct bfd_session *s, const struct addr *src, const struct addr *dst,
	bool is_multihop);
uint32_t bfd_session_discriminator(const struct bfd_session *s);
/*
 * For those who track it: OK while up; FAILED while not; UNKNOWN, which does not count, until it was up or had the time to, and
 * from the neighbor's AdminDown (RFC 5882 3.2) until it is up again or had the time to.
 */
enum script_status bfd_session_status(const struct bfd_session *s);
/* The same for BFD_CHECK. */
enum script_status bfd_session_check_status(const struct bfd_session *s);
/* Why it is in the state that it is in; "" before the first. Borrowed until the next event. */
const char *bfd_session_reason(const struct bfd_session *s);
void bfd_session_look(const struct bfd_session *s, struct bfd_view *ret);
#endif
