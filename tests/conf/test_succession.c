/*
 * test_succession.c - for every keyword of every table: start with A, reload B leaves the machine as start with B does, and the
 * plan tells of every difference. A and B are the least around the keyword, with the values that its row says are valid. The VRRP
 * half really runs, on a fake machine (fake/machine.h); of the LVS half the wanted table and the list of checks are compared.
 */
#include "machine.h"
#include "scaffold.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "checkers/match.h"
#include "checkers/probe_config.h"
#include "checkers/service_wanted.h"
#include "conf/tree.h"
#include "ctl/reader.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/keywords.h"
#include "daemon/options.h"
#include "daemon/preview.h"
#include "io/loop.h"
#include "io/memfd.h"
#include "vrrp/environment.h"
#include "vrrp/generation.h"
#include "vrrp/instance.h"
#include "vrrp/roster.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXTS_MAX = 40, TURN_SEC = 10, PATIENCE_SEC = 1200, WINDOW_SEC = 45 };

/* One keyword's configurations, the first without it; those that are refused are left out. */
struct variants {
	struct config *config[TEXTS_MAX];
	char *bytes[TEXTS_MAX], *line[TEXTS_MAX];
	unsigned n;
};

/* What only the first start of the daemon looks at, or a memory that a reload keeps on purpose. */
static const char *const only_at_start[] = {
	"vrrp_startup_delay", "vrrp_delay_after_boot", /* it runs already */
	"lvs_flush",          /* the table is ours already */
	"hysteresis", "quorum", /* a quorum that is met is lost later than it is gained */
	"use_ipvlan",           /* its device made anew has another number */
};

/* What says how the file is read: it costs nothing by itself. */
static const char *const about_reading[] = { "random_seed", "include_check" };

static void skip_transition(void *ctx, const struct instance *vi, uint32_t generation, const struct vrrp_action *a)
{
	(void)ctx, (void)vi, (void)generation, (void)a;
}

static void skip_empty(void *ctx)
{
	(void)ctx;
}

static const struct roster_ops roster_ops = { .transition = skip_transition, .gone = skip_empty, .empty = skip_empty };

static bool is_one_of(const struct keyword *k, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(k->meant->name, list[i]))
			return true;
	return false;
}

#define IS_ONE_OF(k, list) is_one_of(k, list, sizeof(list) / sizeof((list)[0]))

/* The VRRP half. */

static bool is_settled(const struct roster *r)
{
	const struct instance *vi;

	for (unsigned i = 0; (vi = roster_get(r, i, NULL)); i++)
		if (instance_state(vi) != VRRP_MASTER && instance_state(vi) != VRRP_FAULT)
			return false;
	return true;
}

/* All that is tracked is bad, so that weights tell. */
static void report_all(struct roster *r, const struct vrrp_config *c)
{
	for (unsigned i = 0; i < c->scripts.n; i++)
		roster_report(r, TRACK_SCRIPT, i, SCRIPT_FAILED, mono_now());
	for (unsigned i = 0; i < c->files.n; i++)
		roster_report(r, TRACK_FILE, i, 7, mono_now());
	for (unsigned i = 0; i < c->processes.n; i++)
		roster_report(r, TRACK_PROCESS, i, SCRIPT_FAILED, mono_now());
}

static void apply(struct roster *r, const struct variants *v, unsigned i)
{
	const int fd = memfd_of("configuration", v->bytes[i], strlen(v->bytes[i]));
	int64_t longest = 0;
	const struct instance *vi;

	ck_assert_int_eq(roster_apply(r, i + 1, fd, mono_now()), 0);
	generation_forget(roster_newest(r)); /* as the process does: it is read again for the next comparison */
	close(fd);
	report_all(r, &v->config[i]->vrrp);
	for (unsigned turns = 0; turns < PATIENCE_SEC / TURN_SEC && (turns == 0 || !is_settled(r)); turns++)
		machine_run(TURN_SEC * MONO_SEC);
	machine_run(TURN_SEC * MONO_SEC); /* the second burst of announcements is over */
	for (unsigned k = 0; (vi = roster_get(r, k, NULL)); k++)
		if (instance_conf(vi)->interval_cs > longest)
			longest = instance_conf(vi)->interval_cs;
	machine_run(WINDOW_SEC * MONO_SEC + longest * (MONO_SEC / 100));
}

static void write_instance(const struct instance *vi, struct text *out)
{
	struct instance_view v;
	char faults[FAULTS_MAX * FAULT_LEN], own[ADDR_STRLEN];

	instance_look(vi, &v);
	text_printf(out, "instance %u %s %s priority %u on %d from %s, down %" PRId64 ": %s\n", instance_index(vi),
		v.conf->name, vrrp_state_str(v.router->state), v.router->priority, v.environment->index,
		addr_is_set(&v.environment->own) ? addr_str(&v.environment->own, own) : "-", instance_down_interval(vi),
		faults_str(v.faults, faults, sizeof(faults)));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In order of name: the roster's own follows from history. */
static void write_instances(const struct roster *r, struct text *out)
{
	char *line[64];
	unsigned n = 0;
	const struct instance *vi;

	for (; (vi = roster_get(r, n, NULL)) && n < 64; n++) {
		struct text t = { 0 };

		write_instance(vi, &t);
		line[n] = t.s;
	}
	qsort(line, n, sizeof(line[0]), by_text);
	for (unsigned i = 0; i < n; i++) {
		text_add(out, line[i]);
		free(line[i]);
	}
}

/* The machine after starting with `first`, and a reload of `second` unless that is the same. */
static char *live(const struct variants *v, unsigned first, unsigned second)
{
	struct link *link = machine_new();
	struct loop *loop = loop_new(0);
	struct roster *r = roster_new(loop, link, &roster_ops, NULL);
	struct text t = { 0 };

	apply(r, v, first);
	if (second != first)
		apply(r, v, second);
	write_instances(r, &t);
	machine_write(WINDOW_SEC * MONO_SEC, &t);
	roster_free(r);
	loop_free(loop);
	machine_done();
	return t.s ? t.s : x_strdup("");
}

/* The LVS half. */

static void write_table(const struct services *s, struct text *out)
{
	struct ipvs_table t;
	char name[ADDR_STRLEN];

	services_wanted(s, false, &t);
	for (unsigned i = 0; i < t.n_services; i++) {
		const struct ipvs_service *vs = &t.services[i];

		text_printf(out, "service %u %u %s:%u mark %u %s flags %x timeout %u mask %x\n", vs->family,
			vs->protocol, addr_is_set(&vs->addr) ? addr_str(&vs->addr, name) : "-", vs->port, vs->fwmark,
			vs->scheduler, vs->flags, vs->timeout, vs->netmask);
		for (unsigned k = 0; k < vs->n_dests; k++)
			text_printf(out, "  %s:%u forward %u weight %u upper %u lower %u\n",
				addr_str(&vs->dests[k].addr, name), vs->dests[k].port, vs->dests[k].forward,
				vs->dests[k].weight, vs->dests[k].upper, vs->dests[k].lower);
	}
	ipvs_table_done(&t);
}

static const char *or_none(const char *s)
{
	return s ? s : "-";
}

/* All that an attempt and its schedule read. */
static char *check_text(const struct check_conf *c)
{
	struct text t = { 0 };
	char ip[ADDR_STRLEN] = "-", from[ADDR_STRLEN] = "-";

	if (addr_is_set(&c->connect_ip))
		addr_str(&c->connect_ip, ip);
	if (addr_is_set(&c->how->bindto))
		addr_str(&c->how->bindto, from);
	text_printf(&t, "%s %s:%u from %s:%u %s mark %u", c->how->checker->name, ip, c->connect_port, from,
		c->how->bind_port, or_none(c->how->bind_if), c->how->fwmark);
	text_printf(&t, " times %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " retry %u %d %d",
		c->how->connect_timeout, c->how->delay_loop, c->how->delay_before_retry, c->how->warmup, c->how->retry,
		c->how->alpha, c->how->log_all_failures);
	for (unsigned i = 0; i < c->urls.n; i++) {
		const struct url_conf *u = c->urls.item[i];

		text_printf(&t, " url %s host %s/%s version %u digest %s", or_none(u->path), or_none(u->virtualhost),
			or_none(c->how->virtualhost), c->how->http_protocol, or_none(u->digest));
		for (unsigned k = 0; k < u->n_status; k++)
			text_printf(&t, " %u-%u", u->status[k].low, u->status[k].high);
	}
	return t.s;
}

static void write_checks(const struct checkers_config *c, struct text *out)
{
	for (unsigned i = 0; i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];

		for (unsigned k = 0; vs->lines.n && k < vs->servers.n; k++) {
			const struct rs_conf *rs = vs->servers.item[k];

			for (unsigned j = 0; j < rs->checks.n; j++) {
				char *s = check_text(rs->checks.item[j]);

				text_printf(out, "check %u %u %u: %s\n", i, k, j, s);
				free(s);
			}
		}
	}
}

static char *table(const struct variants *v, unsigned first, unsigned second)
{
	struct services *s = services_new(&v->config[first]->checkers, 1, NULL, (mono_t){ 0 }), *next;
	struct text t = { 0 };

	services_start(s);
	if (second != first) {
		next = services_new(&v->config[second]->checkers, 2, s, (mono_t){ 0 });
		services_start(next);
		services_free(s);
		s = next;
	}
	write_table(s, &t);
	write_checks(&v->config[second]->checkers, &t);
	services_free(s);
	return t.s ? t.s : x_strdup("");
}

/* A running check is left alone if, and only if, it would do the same. */
static void check_restarts(const struct keyword *k, const struct config *a, const struct config *b)
{
	const struct conf_vec *x = &a->checkers.services, *y = &b->checkers.services;

	if (!x->n || !y->n)
		return;
	x = &((const struct vs_conf *)x->item[0])->servers;
	y = &((const struct vs_conf *)y->item[0])->servers;
	if (!x->n || !y->n)
		return;
	x = &((const struct rs_conf *)x->item[0])->checks;
	y = &((const struct rs_conf *)y->item[0])->checks;
	for (unsigned i = 0; i < x->n && i < y->n; i++) {
		char *s = check_text(x->item[i]), *t = check_text(y->item[i]);

		ck_assert_msg(match_check(x->item[i], y->item[i]) == !strcmp(s, t), "%s/%s: %s:\n%s\n%s", k->block,
			k->item->name, match_check(x->item[i], y->item[i]) ? "left alone" : "started anew", s, t);
		free(s);
		free(t);
	}
}

/* The plan. */

static bool names_keyword(const char *keyword, const char *name)
{
	size_t n = strlen(keyword), m = strlen(name);

	return n >= m && !strcmp(keyword + n - m, name) && (n == m || keyword[n - m - 1] == ' ');
}

/* Whether the plan has the keyword with a cost, or an object that comes or goes. */
static bool tells(const struct reader *doc, const struct keyword *k)
{
	const struct jvalue *changes = reader_get(reader_top(doc), "changes");

	for (size_t i = 0; i < reader_count(changes); i++) {
		const struct jvalue *c = reader_at(changes, i), *rows = reader_get(c, "keywords");

		if (strcmp(reader_str(c, "action", ""), "changed") != 0)
			return true;
		for (size_t j = 0; j < reader_count(rows); j++) {
			const struct jvalue *row = reader_at(rows, j);

			bool has_cost = strcmp(reader_str(row, "cost", "none"), "none") != 0 ||
				IS_ONE_OF(k, about_reading);

			if (has_cost && names_keyword(reader_str(row, "keyword", ""), k->meant->name))
				return true;
		}
	}
	return false;
}

/* Whether all that it says is that nothing happens. */
static bool is_idle(const struct reader *doc)
{
	const struct jvalue *changes = reader_get(reader_top(doc), "changes");

	for (size_t i = 0; i < reader_count(changes); i++) {
		const struct jvalue *effects = reader_get(reader_at(changes, i), "effects");

		if (reader_count(effects) != 1 || strcmp(reader_str(reader_at(effects, 0), "effect", ""), "later") != 0)
			return false;
	}
	return true;
}

static struct reader *plan_of(const struct config *a, const struct config *b, char **ret_text)
{
	const struct options opt = { .mode = MODE_TEST };
	struct preview *p = preview_new(a, b, &opt);
	struct writer *w = writer_new();
	struct reader *r;
	size_t len;

	preview_write(p, w);
	*ret_text = writer_text(w, &len);
	r = reader_new(*ret_text, len);
	writer_free(w);
	preview_free(p);
	return r;
}

static bool has_warning(const struct config *c)
{
	return report_count(c->report, CONF_WARNING) > 0; /* a value may be read as another one */
}

static bool is_default(const struct keyword *k, const char *line)
{
	size_t len = strlen(k->item->name);

	return !line || (k->meant->dflt && !strcmp(line + len + 1, k->meant->dflt));
}

/* Whether the two lines certainly mean something else: two numbers, two choices, a word or none. */
static bool must_tell(const struct keyword *k, const struct variants *v, unsigned from, unsigned to)
{
	const char *a = v->line[from], *b = v->line[to];

	if (k->status != KEYWORD_WORKS || k->meant->write || has_warning(v->config[from]) || has_warning(v->config[to]))
		return false;
	switch (k->meant->type) {
	case CONF_UINT:
	case CONF_INT:
	case CONF_TIME:
	case CONF_CHOICE:
	case CONF_BOOL:
		return a && b;
	case CONF_STRING:
	case CONF_ADDR:
	case CONF_CUSTOM:
	case CONF_LINES:
		return !is_default(k, a) || !is_default(k, b);
	case CONF_FLAG:
	case CONF_BLOCK:
	case CONF_ALIAS:
		break;
	}
	return false;
}

static bool is_lvs(const struct keyword *k)
{
	return !strncmp(k->block, "virtual_server", strlen("virtual_server"));
}

/* From a to b and nothing else. */
static void check_pair(const struct keyword *k, const struct variants *v, unsigned a, unsigned b)
{
	const struct config *x = v->config[a], *y = v->config[b];
	char *(*look)(const struct variants *, unsigned, unsigned) = is_lvs(k) ? table : live;
	char *reloaded = look(v, a, b), *started = look(v, b, b), *before = look(v, a, a), *text;
	struct reader *plan = plan_of(x, y, &text);
	bool is_empty = reader_count(reader_get(reader_top(plan), "changes")) == 0;

	ck_assert_msg(IS_ONE_OF(k, only_at_start) || !strcmp(reloaded, started),
		"%s: from '%s' to '%s': after a reload:\n%safter a start:\n%s", k->block, or_none(v->line[a]),
		or_none(v->line[b]), reloaded, started);
	ck_assert_msg(!is_empty || !strcmp(before, started),
		"%s: from '%s' to '%s' is silent, but before:\n%sand then:\n%s", k->block, or_none(v->line[a]),
		or_none(v->line[b]), before, started);
	ck_assert_msg(!must_tell(k, v, a, b) || tells(plan, k), "%s: from '%s' to '%s' is not told: %s", k->block,
		or_none(v->line[a]), or_none(v->line[b]), text);
	ck_assert_msg(k->status == KEYWORD_WORKS || k->status == KEYWORD_ALIAS ||
			(is_idle(plan) && !strcmp(before, started)),
		"%s: '%s' has an effect: %s", k->block, k->item->name, text);
	check_restarts(k, x, y);
	free(reloaded);
	free(started);
	free(before);
	reader_free(plan);
	free(text);
}

/* Its configurations. */

static void add_variant(struct variants *v, const struct keyword *k, const char *line, enum scaffold_value value)
{
	unsigned at;
	char *text = scaffold_text(k, line, value, &at);
	struct config *c = scaffold_read(text);
	struct text bytes = { 0 };

	free(text);
	if (report_count(c->report, CONF_ERROR) || v->n == TEXTS_MAX) {
		config_free(c);
		return;
	}
	tree_write(c->tree, &bytes);
	v->config[v->n] = c;
	v->bytes[v->n] = bytes.s;
	v->line[v->n++] = line ? x_strdup(line) : NULL;
}

static void add_args(struct variants *v, const struct keyword *k, const char *args, enum scaffold_value value)
{
	struct text line = { 0 };

	if (k->meant->type == CONF_LINES)
		text_printf(&line, "%s {\n%s\n}", k->item->name, args);
	else
		text_printf(&line, "%s %s", k->item->name, args);
	add_variant(v, k, text_str(&line), value);
	text_done(&line);
}

static void add_number(struct variants *v, const struct keyword *k, int64_t n, enum scaffold_value value)
{
	char args[64];

	if (k->meant->type == CONF_TIME)
		snprintf(args, sizeof(args), "%" PRId64 ".%06" PRId64, n / MONO_SEC, n % MONO_SEC);
	else if (k->meant->unit == CONF_CENTISEC)
		snprintf(args, sizeof(args), "%" PRId64 ".%02" PRId64, n / 100, n % 100);
	else
		snprintf(args, sizeof(args), "%" PRId64, n);
	add_args(v, k, args, value);
}

static void add_numbers(struct variants *v, const struct keyword *k)
{
	const struct conf_item *it = k->meant;
	bool is_ranged = it->min || it->max;
	int64_t low = is_ranged ? it->min : 0, high = is_ranged ? it->max : 1000000;
	int64_t some = it->type == CONF_TIME ? 3 * MONO_SEC : it->unit == CONF_CENTISEC ? 300 : 3;

	add_number(v, k, low, SCAFFOLD_SMALLEST);
	if (some > low && some < high)
		add_number(v, k, some, SCAFFOLD_ANY);
	if (high > low)
		add_number(v, k, high, SCAFFOLD_LARGEST);
}

static void add_each(struct variants *v, const struct keyword *k, const char *lines)
{
	char *copy = lines ? x_strdup(lines) : NULL, *next = copy, *s;

	while ((s = strsep(&next, "\n")))
		add_args(v, k, s, SCAFFOLD_ANY);
	free(copy);
}

static void add_block(struct variants *v, const struct keyword *k)
{
	char *path = x_asprintf("%s%s%s", k->block, *k->block ? "/" : "", k->item->name);
	char *line = scaffold_block(path, k->item->name);

	add_variant(v, k, line, SCAFFOLD_ANY);
	free(line);
	free(path);
}

static void add_values(struct variants *v, const struct keyword *k)
{
	switch (k->meant->type) {
	case CONF_UINT:
	case CONF_INT:
	case CONF_TIME:
		add_numbers(v, k);
		break;
	case CONF_BOOL:
		add_each(v, k, "on\noff");
		break;
	case CONF_FLAG:
		add_args(v, k, "", SCAFFOLD_ANY);
		break;
	case CONF_CHOICE:
		for (const struct conf_choice *c = k->meant->choices; c->name; c++)
			add_args(v, k, c->name, SCAFFOLD_ANY);
		break;
	case CONF_STRING:
		add_each(v, k, k->meant->example ? k->meant->example : "word");
		break;
	case CONF_ADDR:
		add_each(v, k, k->meant->example ? k->meant->example : "192.0.2.7\n198.51.100.7");
		break;
	case CONF_CUSTOM:
	case CONF_LINES:
		add_each(v, k, k->meant->example);
		break;
	case CONF_BLOCK:
		add_block(v, k);
		break;
	case CONF_ALIAS:
		break;
	}
}

static void variants_done(struct variants *v)
{
	for (unsigned i = 0; i < v->n; i++) {
		config_free(v->config[i]);
		free(v->bytes[i]);
		free(v->line[i]);
	}
}

static void check_keyword(const struct keyword *k)
{
	struct variants v = { .n = 0 };
	unsigned without;

	add_variant(&v, k, NULL, SCAFFOLD_ANY);
	without = v.n;
	add_values(&v, k);
	for (unsigned i = 1; i < v.n; i++) {
		check_pair(k, &v, i - 1, i);
		check_pair(k, &v, i, i - 1);
	}
	ck_assert_msg(k->status != KEYWORD_WORKS || v.n > without, "%s/%s: no value of it is valid", k->block,
		k->item->name);
	variants_done(&v);
}

static struct keywords all;

START_TEST(test_keyword) {
	check_keyword(&all.k[_i]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("succession");
	TCase *tc = tcase_create("keywords");
	SRunner *sr;
	int failed;

	log_set_level(LOG_LEVEL_ERROR);
	keywords_init(&all);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, test_keyword, 0, (int)all.n);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	keywords_done(&all);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
