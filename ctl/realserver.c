/*
 * realserver.c - see realserver.h. What was before is on the disk before anything is changed: who is interrupted can undo. What
 * failed half way is taken back at once.
 */
#include "ctl/realserver.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "ctl/ctl.h"
#include "ctl/realserver_check.h"
#include "ctl/realserver_find.h"
#include "ctl/realserver_host.h"
#include "ctl/realserver_plan.h"
#include "ctl/realserver_state.h"
#include "ctl/realserver_words.h"
#include "ctl/say.h"
#include "ctl/writer.h"

typedef int plan_fn(const struct realserver_facts *f, const struct realserver_want *w,
	const struct realserver_state *now, struct realserver_plan *ret);

struct order {
	struct ctl ctl;
	const char *verb, *path;
	bool is_plan;
	struct realserver_want want;
	char why[REALSERVER_WHY_MAX];
};

/* All that a change works with. */
struct job {
	struct order *o;
	struct realserver_facts facts;
	struct realserver_state now;
	struct realserver_plan plan;
};

static int usage(const struct order *o)
{
	return say_usage(&o->ctl,
		"realserver apply VIP... [--method sysctl|nft|redirect|auto] [--dev lo|dummyN] [--port N/tcp]...\n"
		"                               [--interface IF]... [--plan] [--json] [--state FILE]\n"
		"       vipctl realserver check [VIP...] [--json] [--state FILE]\n"
		"       vipctl realserver undo [VIP...] [--plan] [--json] [--state FILE]");
}

static int complain(const struct order *o, int code, const char *why)
{
	return say_failed(&o->ctl, code, "realserver: %s", why);
}

/* Doing. */

static void say(const struct realserver_step *s)
{
	struct text line = { 0 };

	realserver_step_say(s, &line);
	fputs(text_str(&line), stdout);
	text_done(&line);
}

/* The first `n` steps, the last one first. */
static void take_back(struct job *j, unsigned n)
{
	while (n-- > 0) {
		struct realserver_step back = realserver_step_back(&j->plan.steps[n]);
		char why[REALSERVER_WHY_MAX];

		if (realserver_host_do(&back, &j->plan.rules_back, why) < 0)
			fprintf(stderr, "vipctl: realserver: %s\n", why);
	}
}

static int do_steps(struct job *j)
{
	for (unsigned i = 0; i < j->plan.n_steps; i++) {
		int r = realserver_host_do(&j->plan.steps[i], &j->plan.rules, j->o->why);

		if (r < 0) {
			take_back(j, i);
			return r;
		}
	}
	return 0;
}

static int failed_to_save(const struct job *j, int r)
{
	return say_failed(&j->o->ctl, CTL_EXIT_FAILED, "%s: %s: nothing was changed", j->o->path, strerror(-r));
}

/* An application is on the disk before it is done, an undoing after it. */
static int carry_out(struct job *j)
{
	bool is_undo = *j->o->verb == 'u';
	int r = is_undo ? 0 : realserver_state_save(j->o->path, &j->plan.after);

	if (r < 0)
		return failed_to_save(j, r);
	r = do_steps(j);
	if (r < 0) {
		if (!is_undo)
			(void)realserver_state_save(j->o->path, &j->now);
		return say_failed(&j->o->ctl, CTL_EXIT_FAILED, "realserver: %s: all is as it was before", j->o->why);
	}
	r = is_undo ? realserver_state_save(j->o->path, &j->plan.after) : 0;
	if (r < 0)
		return say_failed(&j->o->ctl, CTL_EXIT_FAILED, "%s: %s", j->o->path, strerror(-r));
	return CTL_EXIT_OK;
}

/* Of the address of the order: how it is served now. */
static const char *method_str(const struct realserver_vip *v)
{
	return v->method != REALSERVER_REDIRECT && v->addr.family == AF_INET6 ? "address alone"
									      : realserver_method_str(v->method);
}

static const struct realserver_vip *served(const struct job *j, unsigned i)
{
	return *j->o->verb == 'a' && i < j->o->want.n_vips ? realserver_vip_find(&j->plan.after, &j->o->want.vips[i])
							   : NULL;
}

static void report_text(const struct job *j)
{
	const struct realserver_vip *v;
	char buf[ADDR_STRLEN];

	for (unsigned i = 0; i < j->plan.n_steps; i++)
		say(&j->plan.steps[i]);
	fputs(text_str(&j->plan.notes), stdout);
	for (unsigned i = 0; (v = served(j, i)); i++)
		printf("%s: by %s%s%s\n", addr_str(&v->addr, buf), method_str(v), *v->dev ? " on " : "", v->dev);
	if (!j->plan.n_steps)
		puts("nothing to do");
}

/* The lines of a text as the members of an array. */
static void write_lines(struct writer *w, const char *text)
{
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		writer_fmt(w, NULL, "%.*s", (int)len, text);
	}
}

static void report_json(const struct job *j)
{
	struct writer *w = writer_new();
	struct text steps = { 0 };
	const struct realserver_vip *v;
	char buf[ADDR_STRLEN];

	for (unsigned i = 0; i < j->plan.n_steps; i++)
		realserver_step_say(&j->plan.steps[i], &steps);
	writer_bool(w, "done", !j->o->is_plan);
	writer_array(w, "steps");
	write_lines(w, text_str(&steps));
	writer_end(w);
	writer_array(w, "notes");
	write_lines(w, text_str(&j->plan.notes));
	writer_end(w);
	writer_array(w, "addresses");
	for (unsigned i = 0; (v = served(j, i)); i++) {
		writer_object(w, NULL);
		writer_str(w, "address", addr_str(&v->addr, buf));
		writer_str(w, "method", method_str(v));
		writer_str(w, "device", *v->dev ? v->dev : NULL);
		writer_end(w);
	}
	writer_end(w);
	text_done(&steps);
	say_document(w);
}

static void report(const struct job *j)
{
	if (j->o->ctl.is_json)
		report_json(j);
	else
		report_text(j);
}

/* Whether nft can is asked only where it matters: asking loads modules. */
static bool asks_nft(struct job *j)
{
	char why[REALSERVER_WHY_MAX];
	const struct realserver_want *w = &j->o->want;

	return *j->o->verb == 'a' && (w->method == REALSERVER_NFT || w->method == REALSERVER_AUTO) &&
		(w->method == REALSERVER_NFT || !realserver_settings_fit(&j->facts, w, why) || j->now.n_vips);
}

static int change(struct job *j, plan_fn *plan)
{
	int code;

	j->facts.has_arp_nft = asks_nft(j) && realserver_host_has_arp_nft();
	if (plan(&j->facts, &j->o->want, &j->now, &j->plan) < 0)
		code = complain(j->o, CTL_EXIT_FAILED, j->plan.why);
	else
		code = j->o->is_plan ? CTL_EXIT_OK : carry_out(j);
	if (code == CTL_EXIT_OK)
		report(j);
	realserver_plan_done(&j->plan);
	return code;
}

static int run_change(struct order *o, plan_fn *plan)
{
	struct job *j = x_calloc(1, sizeof(*j));
	int lock, r, code = CTL_EXIT_FAILED;

	j->o = o;
	lock = realserver_state_lock(o->path);
	r = lock < 0 ? lock : realserver_state_load(o->path, &j->now);
	if (r == -EBADMSG)
		(void)say_failed(&o->ctl, 0, "%s is not what vipctl wrote: remove it, and undo by hand", o->path);
	else if (r < 0)
		(void)failed_to_save(j, r);
	else if (realserver_host_look(&j->facts, o->why) < 0)
		(void)complain(o, 0, o->why);
	else
		code = change(j, plan);
	if (lock >= 0)
		close(lock);
	free(j->facts.addrs);
	free(j);
	return code;
}

/* Without any address: those that were put there. */
static int run_check(struct order *o)
{
	struct realserver_state *now = x_calloc(1, sizeof(*now));
	struct realserver_facts *facts = x_calloc(1, sizeof(*facts));
	int code = CTL_EXIT_USAGE;

	if (!o->want.n_vips && realserver_state_load(o->path, now) == 0)
		for (; o->want.n_vips < now->n_vips; o->want.n_vips++)
			o->want.vips[o->want.n_vips] = now->vips[o->want.n_vips].addr;
	if (!o->want.n_vips)
		(void)complain(o, 0,
			"no address was put there by `vipctl realserver apply`: which one is to be checked?");
	else if (realserver_host_look(facts, o->why) < 0)
		(void)complain(o, 0, o->why);
	else
		code = realserver_check(facts, &o->want, o->ctl.is_json);
	free(facts->addrs);
	free(facts);
	free(now);
	return code;
}

/* Words. */

static int add_port(struct realserver_want *w, const char *text, char *why)
{
	if (w->n_ports == REALSERVER_PORTS_MAX)
		snprintf(why, REALSERVER_WHY_MAX, "more than %d ports", REALSERVER_PORTS_MAX);
	else if (realserver_port_parse(text, &w->ports[w->n_ports]) < 0)
		snprintf(why, REALSERVER_WHY_MAX, "'%s' is no port: write 80/tcp, 53/udp or 5060/sctp", text);
	else
		return w->n_ports++, 0;
	return -EINVAL;
}

static int add_interface(struct realserver_want *w, const char *name, char *why)
{
	if (w->n_interfaces == REALSERVER_PORTS_MAX) {
		snprintf(why, REALSERVER_WHY_MAX, "more than %d interfaces", REALSERVER_PORTS_MAX);
		return -EINVAL;
	}
	w->interfaces[w->n_interfaces++] = name;
	return 0;
}

static int read_method(struct realserver_want *w, const char *text, char *why)
{
	if (realserver_method_parse(text, &w->method))
		return 0;
	snprintf(why, REALSERVER_WHY_MAX, "'%s' is no method: sysctl, nft, redirect or auto", text);
	return -EINVAL;
}

/* 0, -EINVAL with o->why, or 1: not known. */
static int read_option(struct order *o, int c)
{
	switch (c) {
	case 'm':
		return read_method(&o->want, optarg, o->why);
	case 'p':
		return add_port(&o->want, optarg, o->why);
	case 'i':
		return add_interface(&o->want, optarg, o->why);
	case 'd':
		o->want.dev = optarg;
		return 0;
	case 'S':
		o->path = optarg;
		return 0;
	case 'P':
		o->is_plan = true;
		return 0;
	case 'j':
		o->ctl.is_json = true;
		return 0;
	default:
		return 1;
	}
}

static int add_vip(struct order *o, const char *text)
{
	struct realserver_want *w = &o->want;
	struct addr a;

	if (realserver_vip_parse(text, &a, o->why) < 0)
		return -EINVAL;
	for (unsigned i = 0; i < w->n_vips; i++)
		if (addr_equal(&w->vips[i], &a))
			return 0;
	if (w->n_vips == REALSERVER_VIPS_MAX) {
		snprintf(o->why, sizeof(o->why), "more than %d addresses", REALSERVER_VIPS_MAX);
		return -EINVAL;
	}
	w->vips[w->n_vips++] = a;
	return 0;
}

/* As read_option(). */
static int read_words(struct order *o, int argc, char **argv)
{
	static const struct option options[] = { { "method", required_argument, NULL, 'm' },
		{ "port", required_argument, NULL, 'p' }, { "interface", required_argument, NULL, 'i' },
		{ "dev", required_argument, NULL, 'd' }, { "state", required_argument, NULL, 'S' },
		{ "plan", no_argument, NULL, 'P' }, { "json", no_argument, NULL, 'j' }, { NULL, 0, NULL, 0 } };
	int c, r = 0;

	optind = 0; /* getopt(3): begin anew, options may stand anywhere */
	while (r == 0 && (c = getopt_long(argc, argv, "j", options, NULL)) != -1)
		r = read_option(o, c);
	for (int i = optind; r == 0 && i < argc; i++)
		r = o->verb ? add_vip(o, argv[i]) : (o->verb = argv[i], 0);
	return r;
}

int realserver_run(const struct ctl *ctl, int argc, char **argv)
{
	struct order o = { .ctl = *ctl, .path = REALSERVER_STATE_DEFAULT };
	int r = read_words(&o, argc + 1,
		argv - 1); /* the word before them is the program's name, as getopt(3) wants it */

	if (r < 0)
		return complain(&o, CTL_EXIT_USAGE, o.why);
	if (r > 0 || !o.verb)
		return usage(&o);
	if (!strcmp(o.verb, "check") && !o.is_plan)
		return run_check(&o);
	if ((strcmp(o.verb, "apply") != 0 && strcmp(o.verb, "undo") != 0) || (*o.verb == 'a' && !o.want.n_vips))
		return usage(&o);
	if (geteuid() != 0)
		return complain(&o, CTL_EXIT_FAILED, "only root may change addresses and settings");
	return run_change(&o, *o.verb == 'a' ? realserver_plan_apply : realserver_plan_undo);
}
