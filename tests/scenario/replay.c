/*
 * replay.c - runs the scenario of a text file and compares what happens with the trace in the same file. `replay --write FILE`
 * writes the trace that it gets into the file. The words:
 *
 *   router NAME ADDRESS [priority N] [interval CS] [preempt_delay SECONDS] [nopreempt] [v2]
 *   delay USEC                              of every link; 100 when not written
 *   at SECONDS start|resume|stop|kill|crash|pause|continue|fault|recover NAME
 *   at SECONDS drill NAME HOLD_UNTIL        in seconds
 *   at SECONDS priority|interval NAME N     a reload; the interval in centiseconds
 *   at SECONDS nopreempt|preempt NAME       another one
 *   at SECONDS cut|heal NAME NAME           one way, from the first to the second
 *   end SECONDS
 *   trace                                   then one line per step that did something: time, router, actions
 *
 * A regular advert of a MASTER is not in the trace, nor is TIMER.
 */
#include "sim.h"
#include "trace.h"

#include "base/addr.h"
#include "base/text.h"

#include <stdlib.h>

enum { LINE = 512, WORDS = 12, ORDERS = 64 };

struct order {
	char verb[16];
	unsigned node, other;
	double value;
};

struct replay {
	struct sim sim;
	char name[SIM_NODES][16];
	struct order order[ORDERS];
	unsigned n_orders;
	mono_t end;
	struct text trace;
};

static void die(const char *what, const char *line)
{
	fprintf(stderr, "replay: %s: %s\n", what, line);
	exit(2);
}

static mono_t seconds(const char *word)
{
	return (mono_t){ (int64_t)(atof(word) * 1e6 + 0.5) };
}

static unsigned find(const struct replay *r, const char *name)
{
	unsigned i;

	for (i = 0; i < r->sim.n; i++)
		if (!strcmp(r->name[i], name))
			return i;
	die("no such router", name);
	return 0;
}

static void reload(struct sim *s, const struct order *o)
{
	struct vrrp_conf *c = &s->node[o->node].conf;

	if (!strcmp(o->verb, "priority"))
		c->priority = (uint32_t)o->value;
	else if (!strcmp(o->verb, "interval"))
		c->interval_cs = (uint32_t)o->value;
	else if (!strcmp(o->verb, "nopreempt") || !strcmp(o->verb, "preempt"))
		c->nopreempt = o->verb[0] == 'n';
	else
		die("unknown verb", o->verb);
	sim_tell(s, o->node, (struct vrrp_event){ .type = VRRP_EV_CONFIG, .priority = (uint8_t)c->priority });
}

static void run_order(struct sim *s, unsigned plan)
{
	const struct replay *r = s->ctx;
	const struct order *o = &r->order[plan];

	if (!strcmp(o->verb, "start") || !strcmp(o->verb, "resume"))
		sim_boot(s, o->node, o->verb[0] == 'r');
	else if (!strcmp(o->verb, "stop"))
		sim_tell(s, o->node, (struct vrrp_event){ .type = VRRP_EV_STOP });
	else if (!strcmp(o->verb, "kill"))
		sim_kill(s, o->node);
	else if (!strcmp(o->verb, "crash"))
		sim_crash(s, o->node);
	else if (!strcmp(o->verb, "pause"))
		sim_pause(s, o->node);
	else if (!strcmp(o->verb, "continue"))
		sim_resume(s, o->node);
	else if (!strcmp(o->verb, "fault"))
		sim_tell(s, o->node, (struct vrrp_event){ .type = VRRP_EV_FAULT });
	else if (!strcmp(o->verb, "recover"))
		sim_tell(s, o->node, (struct vrrp_event){ .type = VRRP_EV_RECOVER });
	else if (!strcmp(o->verb, "drill"))
		sim_tell(s, o->node,
			(struct vrrp_event){ .type = VRRP_EV_DRILL, .hold_until = { (int64_t)(o->value * 1e6) } });
	else if (!strcmp(o->verb, "cut") || !strcmp(o->verb, "heal"))
		s->link[o->node][o->other].is_cut = o->verb[0] == 'c';
	else
		reload(s, o);
}

/* A MASTER's beat: nothing but an advert. */
static bool is_beat(const struct vrrp_event *ev, const struct vrrp_actions *out)
{
	return ev->type == VRRP_EV_TIMER && out->n == 2 && out->item[0].type == VRRP_ACT_ADVERT;
}

static void on_step(struct sim *s, unsigned node, const struct vrrp_event *ev, const struct vrrp_actions *out)
{
	struct replay *r = s->ctx;
	char buf[1024];

	trace_actions(out, ev->now, false, buf, sizeof(buf));
	if (!is_beat(ev, out) && strcmp(buf, "-") != 0)
		text_printf(&r->trace, "%" PRId64 ".%06" PRId64 " %s %s\n", ev->now.usec / 1000000,
			ev->now.usec % 1000000, r->name[node], buf);
}

static const struct sim_ops ops = { .on_plan = run_order, .on_step = on_step };

static void add_router(struct replay *r, char **w, unsigned n)
{
	struct sim_node *node = &r->sim.node[r->sim.n];
	struct addr a;
	unsigned i;

	if (r->sim.n == SIM_NODES || n < 3 || addr_parse(w[2], &a) < 0)
		die("bad router", w[0]);
	snprintf(r->name[r->sim.n++], sizeof(r->name[0]), "%s", w[1]);
	node->addr = ntohl(addr_to_in(&a).s_addr);
	node->conf = (struct vrrp_conf){ VRRP_BARE, .version = VRRP_V3, .priority = 100, .interval_cs = 100,
		.down_timer_adverts = 3 };
	for (i = 3; i < n; i++) {
		if (!strcmp(w[i], "nopreempt"))
			node->conf.nopreempt = true;
		else if (!strcmp(w[i], "v2"))
			node->conf.version = VRRP_V2;
		else if (i + 1 == n)
			die("unknown word, or no value", w[i]);
		else if (!strcmp(w[i], "priority"))
			node->conf.priority = (uint32_t)atoi(w[++i]);
		else if (!strcmp(w[i], "interval"))
			node->conf.interval_cs = (uint32_t)atoi(w[++i]);
		else if (!strcmp(w[i], "preempt_delay"))
			node->conf.preempt_delay = seconds(w[++i]).usec;
		else
			die("unknown word", w[i]);
	}
}

static void add_order(struct replay *r, char **w, unsigned n)
{
	struct order *o = &r->order[r->n_orders];

	if (r->n_orders == ORDERS || n < 4)
		die("bad order", w[0]);
	snprintf(o->verb, sizeof(o->verb), "%s", w[2]);
	o->node = find(r, w[3]);
	if (!strcmp(o->verb, "cut") || !strcmp(o->verb, "heal"))
		o->other = find(r, n > 4 ? w[4] : "");
	else if (n > 4)
		o->value = atof(w[4]);
	sim_plan(&r->sim, seconds(w[1]), r->n_orders++);
}

static void read_line(struct replay *r, const char *line)
{
	char buf[LINE], *w[WORDS], *rest = buf;
	unsigned n = 0;

	snprintf(buf, sizeof(buf), "%s", line);
	while (n < WORDS && (w[n] = strtok_r(NULL, " \t\n", n ? &rest : (rest = buf, &rest))))
		n++;
	if (!n || w[0][0] == '#')
		return;
	if (!strcmp(w[0], "router"))
		add_router(r, w, n);
	else if (!strcmp(w[0], "at"))
		add_order(r, w, n);
	else if (!strcmp(w[0], "delay") && n == 2)
		r->sim.delay = atoi(w[1]);
	else if (!strcmp(w[0], "end") && n == 2)
		r->end = seconds(w[1]);
	else
		die("unknown line", line);
}

/* The file up to and with the line "trace" into head, the rest into want. */
static void read_file(struct replay *r, const char *path, struct text *head, struct text *want)
{
	FILE *f = fopen(path, "r");
	char line[LINE];
	bool is_trace = false;

	if (!f)
		die("cannot read", path);
	while (fgets(line, sizeof(line), f)) {
		text_add(is_trace ? want : head, line);
		if (!is_trace && strcmp(line, "trace\n") != 0)
			read_line(r, line);
		is_trace = is_trace || !strcmp(line, "trace\n");
	}
	fclose(f);
	if (!is_trace || !r->end.usec)
		die("no trace or no end", path);
}

static int write_file(const char *path, const struct text *head, const struct text *trace)
{
	FILE *f = fopen(path, "w");

	if (!f)
		die("cannot write", path);
	fprintf(f, "%s%s", text_str(head), text_str(trace));
	return fclose(f) ? 2 : 0;
}

int main(int argc, char **argv)
{
	const bool is_write = argc == 3 && !strcmp(argv[1], "--write");
	struct text head = { 0 }, want = { 0 };
	struct replay *r = calloc(1, sizeof(*r));
	int rc = 0;

	if (!r || (argc != 2 && !is_write))
		die("usage", "replay [--write] FILE");
	sim_init(&r->sim, 1);
	r->sim.ctx = r;
	r->sim.ops = &ops;
	read_file(r, argv[argc - 1], &head, &want);
	while (sim_next(&r->sim, r->end))
		;
	if (is_write) {
		rc = write_file(argv[2], &head, &r->trace);
	} else if (strcmp(text_str(&want), text_str(&r->trace)) != 0) {
		printf("%s: another trace than expected\n--- expected\n%s--- got\n%s", argv[1], text_str(&want),
			text_str(&r->trace));
		rc = 1;
	}
	text_done(&head);
	text_done(&want);
	text_done(&r->trace);
	free(r);
	return rc;
}
