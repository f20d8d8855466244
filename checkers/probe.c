/* probe.c - see probe.h. Phases at the end, messages above, the list of checks over a reload in the middle. */
#include "checkers/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "checkers/conf.h"
#include "checkers/match.h"
#include "checkers/path_watch.h"
#include "checkers/probe_config.h"
#include "checkers/probe_status.h"
#include "checkers/runner.h"
#include "checkers/weights.h"
#include "io/child.h"
#include "io/descriptors.h"
#include "io/loop.h"
#include "io/memfd.h"
#include "io/memory.h"
#include "io/sandbox.h"
#include "io/tls.h"

enum { FD_RESERVE = 64 /* loop, channels, memfds, libraries */, INFLIGHT_MAX = 16384 };

struct probe {
	struct loop *loop;
	struct child *child;
	struct runner *runner;
	struct path_watch *path;     /* owned */
	struct probe_config *config; /* owned; NULL before the first */
	int fd;                /* owned: what config was read from, to compare it with the next one; -1: not kept */
	struct check **checks; /* the runner's, in order of config, that is of places */
	unsigned n;
	unsigned has;       /* PROBE_NEEDS_ that were kept when privileges were dropped */
	int status;         /* to exit with */
	struct msg_via via; /* the last word on private services */
};

/*
 * For lvs: what is known of one check. Without a verdict it is UNKNOWN, whatever it is counted as at the start: after a restart of
 * this process lvs knows better.
 */
static void news_of(const struct probe *p, const struct check *c, struct msg_check *ret)
{
	*ret = (struct msg_check){
		.generation = probe_config_generation(p->config),
		.vs = c->place.vs_index,
		.rs = c->place.rs_index,
		.check = c->place.check_index,
		.state = c->is_proven ? c->verdict.state : CHECK_UNKNOWN,
		.reason = c->verdict.reason,
		.attempts = c->verdict.failures,
		.latency_usec = c->verdict.latency_usec,
	};
	memcpy(ret->detail, runner_detail(c), strlen(runner_detail(c)));
}

static void tell_lvs(const struct probe *p, const struct check *c)
{
	struct msg_check m;

	news_of(p, c, &m);
	child_send(p->child, ROLE_LVS, MSG_CHECK, &m, sizeof(m));
}

static void on_changed(void *ctx, const struct check *c)
{
	const struct probe *p = ctx;

	tell_lvs(p, c);
	if (c->is_proven && c->verdict.state == CHECK_UP)
		path_watch_up(p->path, c->place.vs_index, c->place.rs_index);
}

static void on_path(void *ctx, const struct msg_check *m)
{
	const struct probe *p = ctx;
	struct msg_check out = *m;

	out.generation = probe_config_generation(p->config);
	child_send(p->child, ROLE_LVS, MSG_CHECK, &out, sizeof(out));
}

static void tell_all(const struct probe *p)
{
	struct child_batch b;
	struct msg_check m;

	child_batch_begin(&b, p->child, ROLE_LVS, MSG_CHECK, sizeof(m));
	for (unsigned i = 0; i < p->n; i++) {
		news_of(p, p->checks[i], &m);
		child_batch_add(&b, &m);
	}
	child_batch_end(&b);
	path_watch_tell(p->path);
}

/* A check that runs when another configuration comes. */
struct runs {
	struct check *check;
	char *key; /* owned: probe_config_key() */
	bool is_taken;
};

static int by_key(const void *a, const void *b)
{
	const struct runs *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static int key_of(const void *key, const void *item)
{
	const struct runs *x = item;

	return strcmp(key, x->key);
}

static struct runs *runs_new(const struct probe *p)
{
	struct runs *runs = x_calloc(p->n, sizeof(*runs));
	char key[PROBE_KEY_LEN];

	for (unsigned i = 0; i < p->n; i++)
		runs[i] = (struct runs){ p->checks[i], x_strdup(probe_config_key(&p->checks[i]->place, key)), false };
	if (p->n)
		qsort(runs, p->n, sizeof(*runs), by_key);
	return runs;
}

/* Those that no check of the new configuration is end. */
static void runs_free(struct runs *runs, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (!runs[i].is_taken)
			runner_remove(runs[i].check);
		free(runs[i].key);
	}
	free(runs);
}

/* From one configuration to the next. */
struct passage {
	const struct probe_config *next;
	struct probe_config *before; /* owned: the running one read again, with its lines; NULL: it cannot be read */
	struct runs *runs;           /* owned; sorted by key */
};

static bool is_same(const struct passage *x, const struct check *running, const struct check_place *place)
{
	if (!x->before)
		return false;
	return match_check(probe_config_check(x->before, &running->place), probe_config_check(x->next, place));
}

/* The running check for the i-th place: kept, restarted, or new. */
static struct check *take_over(struct probe *p, const struct passage *x, unsigned i)
{
	const struct probe_config *next = x->next;
	const struct check_place *place = probe_config_place(next, i);
	char key[PROBE_KEY_LEN];
	struct runs *found;

	probe_config_key(place, key);
	found = p->n ? bsearch(key, x->runs, p->n, sizeof(*x->runs), key_of) : NULL;
	if (!found || found->is_taken)
		return runner_add(p->runner, place, key);
	found->is_taken = true;
	if (is_same(x, found->check, place))
		runner_move(found->check, place);
	else
		runner_restart(found->check, place);
	return found->check;
}

static struct probe_config *read_again(const struct probe *p)
{
	struct probe_config *c = NULL;
	char *data;
	size_t len;

	if (!p->n || memfd_read(p->fd, &data, &len) < 0)
		return NULL;
	c = probe_config_new(data, len, probe_config_generation(p->config), true);
	free(data);
	return c;
}

/* Puts `next` in place of the running configuration; checks without a change go on as if nothing had happened. */
static void apply(struct probe *p, struct probe_config *next)
{
	unsigned n = probe_config_count(next);
	struct check **checks = x_calloc(n + 1, sizeof(struct check *));
	struct passage x = { .next = next, .before = read_again(p), .runs = runs_new(p) };

	for (unsigned i = 0; i < n; i++)
		checks[i] = take_over(p, &x, i);
	runs_free(x.runs, p->n);
	free(p->checks);
	probe_config_free(x.before);
	probe_config_free(p->config);
	p->config = next;
	p->checks = checks;
	p->n = n;
}

/* Before files are out of reach: OpenSSL reads its own configuration at the first use. */
static void open_library(void)
{
	const char *why = tls_open();

	if (why)
		log_error(LOG_PROBE, "checks with a digest cannot run: %s", why);
	digest_free(digest_md5_new());
}

/* The process has read nothing from outside so far; from here on it can do nothing else. 0 or -errno. */
static int drop_privileges(struct probe *p, unsigned needs)
{
	int r;

	if (needs & PROBE_NEEDS_DIGEST)
		open_library();
	r = sandbox_enter(needs & PROBE_NEEDS_MARK ? SANDBOX_NET_RAW : 0, sandbox_user());
	if (r == 0)
		r = sandbox_seccomp_probe();
	p->has = needs;
	return r;
}

static void leave(struct probe *p, int status)
{
	p->status = status;
	child_exit(p->child);
}

/* Whether `next` may run with the privileges that are there; else the process is about to end. */
static bool is_allowed(struct probe *p, const struct probe_config *next)
{
	const unsigned needs = probe_config_needs(next);
	int r = 0;

	if (!p->config)
		r = drop_privileges(p, needs);
	if (r < 0) {
		log_error(LOG_PROBE, "cannot drop privileges: %s", strerror(-r));
		leave(p, EXIT_FAILURE);
	} else if (needs & ~p->has) {
		log_notice(LOG_PROBE, "the new configuration has a check with %s",
			needs & ~p->has & PROBE_NEEDS_MARK ? "fwmark: starting anew with CAP_NET_RAW"
							   : "digest: starting anew with OpenSSL");
		leave(p, EXIT_SUCCESS);
		return false;
	}
	return r == 0;
}

static void keep_fd(struct probe *p, int fd)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = fd;
}

/* Until this word has come for the configuration that runs, checks via their service wait. */
static void via_look(const struct probe *p)
{
	bool is_this = p->config && p->via.generation == probe_config_generation(p->config);

	runner_via(p->runner, is_this && p->via.is_ready, is_this ? p->via.why : "");
}

static void on_via(struct probe *p, const struct msg_via *m)
{
	p->via = *m;
	p->via.why[sizeof(p->via.why) - 1] = '\0';
	via_look(p);
}

/* For main and lvs: the configuration is in force, and what is known under its number. */
static void say_ready(const struct probe *p)
{
	const uint32_t generation = probe_config_generation(p->config);
	const struct msg_ready m = { generation, generation };

	child_send(p->child, ROLE_MAIN, MSG_READY, &m, sizeof(m));
	tell_all(p);
}

/* What runs is what the bytes say, or differs in weights alone, which no check asks for. */
static bool edit(struct probe *p, const struct message *m)
{
	struct weight_edits e;
	bool ok;

	if (!p->config || p->fd < 0)
		return false;
	if (!weights_told(m, probe_config_generation(p->config), &e) && !weights_find(p->fd, m->fd, &e))
		return false;
	ok = !e.n || probe_config_fits(p->config, &e);
	if (e.n && ok)
		keep_fd(p, fcntl(m->fd, F_DUPFD_CLOEXEC, 0));
	weights_done(&e);
	return ok;
}

/* How many attempts can be in flight: child_new() has raised the limit. */
static unsigned room(void)
{
	const unsigned files = descriptors_raise(0);

	if (files <= FD_RESERVE)
		return 1;
	return files - FD_RESERVE < INFLIGHT_MAX ? files - FD_RESERVE : INFLIGHT_MAX;
}

/* More checks than sockets: those that find none wait for the others, and are late. */
static void say_room(const struct probe *p)
{
	if (room() < INFLIGHT_MAX && p->n > room())
		log_warn(LOG_PROBE,
			"room for %u checks at once, not for %u: the limit of open files is %u, they need %u "
			"(ulimit -Hn, LimitNOFILE=)",
			room(), p->n, descriptors_raise(0), p->n + FD_RESERVE);
}

static void on_config(struct probe *p, const struct message *m)
{
	const struct msg_config *head = m->data;
	struct probe_config *next;
	char *data;
	size_t len;
	int r;

	if (edit(p, m)) {
		probe_config_renumber(p->config, head->generation);
		via_look(p);
		say_ready(p);
		return;
	}
	r = memfd_read(m->fd, &data, &len);
	if (r < 0) {
		log_error(LOG_PROBE, "cannot read the configuration: %s", strerror(-r));
		return;
	}
	next = probe_config_new(data, len, head->generation, p->n > 0);
	free(data);
	if (!next) {
		log_error(LOG_PROBE, "configuration %u does not fit: the one before stays", head->generation);
		return;
	}
	if (!is_allowed(p, next)) {
		probe_config_free(next);
		return;
	}
	apply(p, next);
	keep_fd(p, fcntl(m->fd, F_DUPFD_CLOEXEC, 0));
	path_watch_config(p->path, probe_config_conf(next));
	probe_config_forget(next);
	via_look(p);
	memory_trim();
	log_info(LOG_PROBE, "configuration %u: %u checks", head->generation, p->n);
	say_room(p);
	say_ready(p);
}

static int order(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int by_place(const void *key, const void *item)
{
	const struct msg_check *m = key;
	const struct check_place *at = &(*(const struct check *const *)item)->place;

	if (m->vs != at->vs_index)
		return order(m->vs, at->vs_index);
	return m->rs != at->rs_index ? order(m->rs, at->rs_index) : order(m->check, at->check_index);
}

/* lvs knows this check's state from an earlier life of ours. Indices count only within one configuration. */
static void restore_one(struct probe *p, const struct msg_check *m)
{
	struct check **found;

	if (!p->config || m->generation != probe_config_generation(p->config))
		return;
	found = p->n ? bsearch(m, p->checks, p->n, sizeof(*p->checks), by_place) : NULL;
	if (found && (m->state == CHECK_UP || m->state == CHECK_DOWN))
		runner_restore(*found, (enum check_state)m->state, m->attempts);
}

static void on_restore(struct probe *p, const struct message *m)
{
	const struct msg_check *check = m->data;

	for (size_t i = 0; i < m->len / sizeof(*check); i++)
		restore_one(p, &check[i]);
}

/* The first check of service `vs` or of one behind it. */
static unsigned first_of(const struct probe *p, uint32_t vs)
{
	unsigned low = 0, high = p->n;

	while (low < high) {
		unsigned mid = low + (high - low) / 2;

		if (p->checks[mid]->place.vs_index < vs)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void on_suspend(struct probe *p, const struct msg_check_suspend *m)
{
	if (!p->config || m->generation != probe_config_generation(p->config))
		return;
	for (unsigned i = first_of(p, m->vs); i < p->n && p->checks[i]->place.vs_index == m->vs; i++)
		if (p->checks[i]->place.ha_suspend)
			runner_suspend(p->checks[i], m->on);
}

static void on_query(struct probe *p, const struct message *m)
{
	const struct msg_query *q = m->data;
	size_t len;
	char *text = probe_status(p->runner, p->checks, q->scope == QUERY_ALL ? p->n : 0, &len);
	int r = child_reply(p->child, q, text, len);

	if (r < 0)
		log_warn(LOG_PROBE, "cannot answer a status query: %s", strerror(-r));
	free(text);
}

static void on_message(void *ctx, enum role from, const struct message *m)
{
	struct probe *p = ctx;

	if (from == ROLE_MAIN && m->type == MSG_CONFIG)
		on_config(p, m);
	else if (from == ROLE_MAIN && m->type == MSG_QUERY)
		on_query(p, m);
	else if (from == ROLE_LVS && m->type == MSG_CHECK_RESTORE)
		on_restore(p, m);
	else if (from == ROLE_LVS && m->type == MSG_CHECK_SUSPEND)
		on_suspend(p, m->data);
	else if (from == ROLE_LVS && m->type == MSG_VIA)
		on_via(p, m->data);
	else if (from == ROLE_LVS && m->type == MSG_CHECK_SYNC && p->config)
		tell_all(p);
	if (m->fd >= 0)
		close(m->fd);
}

/* Checks leave nothing behind: stopping is leaving. */
static void on_stop(void *ctx, int is_orphan)
{
	(void)is_orphan;
	leave(ctx, EXIT_SUCCESS);
}

static void done(struct probe *p)
{
	for (unsigned i = 0; i < p->n; i++)
		runner_remove(p->checks[i]);
	free(p->checks);
	path_watch_free(p->path);
	probe_config_free(p->config);
	keep_fd(p, -1);
	runner_free(p->runner);
	child_free(p->child);
	loop_free(p->loop);
}

int probe_main(int fd)
{
	static const struct child_ops ops = { .message = on_message, .stop = on_stop };
	struct probe p = { .loop = loop_new(LOOP_DEFAULT), .fd = -1 };
	int r;

	p.child = child_new(p.loop, ROLE_PROBE, fd, &ops, &p);
	p.runner = runner_new(p.loop, room(), on_changed, &p);
	p.path = path_watch_new(p.loop, on_path, &p);
	r = loop_run(p.loop);
	if (r < 0)
		log_error(LOG_PROBE, "the loop failed: %s", strerror(-r));
	done(&p);
	return r < 0 ? EXIT_FAILURE : p.status;
}
