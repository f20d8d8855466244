/*
 * state.h - the one root struct of main, shared by its few modules: who we run (supervise, broker, control), what is accepted
 * (config, generation), and what the last reload said.
 */
#ifndef DAEMON_STATE_H
#define DAEMON_STATE_H
#include "base/mono.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct accept;
struct broker;
struct config;
struct control;
struct loop;
struct options;
struct output;
struct overlay_store;
struct query;
struct supervise;
struct watches;

enum { PIDFILES = 3 };

struct pidfile {
	const char *path; /* NULL: none */
	int fd;
};

struct handover;

struct daemon {
	const struct options *opt;
	struct loop *loop;
	struct output *output;
	struct supervise *sup;
	struct broker *broker;
	struct watches *watches;
	struct accept *accept; /* owned */
	struct control *control;
	struct query *query;           /* status questions under way */
	struct overlay_store *overlay; /* owned: changes of vipctl over the file */
	const char *overlay_path,
		*overlay_text; /* its file, and what is read behind the configuration; NULL: nothing */
	struct config *config; /* the accepted one, owned */
	uint32_t generation;
	unsigned roles; /* the processes that have work of it, as bits */
	bool serves;    /* its file gives it anything to do */
	mono_t started, last_reload, last_drill;
	bool reload_ok, is_ready, is_stopping, cannot_save;
	mono_t marks_kept;   /* when auth_hmac's marks were last written */
	uint64_t paths_kept; /* see keep.h */
	char reload_error[512];
	struct pidfile lock; /* RUN_DIR/vipd.pid: always there */
	struct pidfile pid, vrrp_pid, lvs_pid;
	char *socket_path, *lock_path; /* owned */
	int ready_fd;                  /* the waiting parent of a daemonized start; -1 */
	int signal_fd;
	int exit_code;
	struct loop_timer *watchdog;
	struct handover
		*handover; /* what the program before this one left, until all runs; NULL: a start like any other */
	char exe[PATH_MAX], home[PATH_MAX]; /* the program, and the directory that its words were meant in */
};
#endif
