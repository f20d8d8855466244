/* vmac_test.c - see vmac_test.h. */
#include "vrrp/vmac_test.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"
#include "io/loop.h"
#include "net/raw.h"
#include "vrrp/port.h"

/* The switch learns a moved address with the first adverts; three rounds outlive a lost frame. */
enum { ROUNDS = 3 };
#define ROUND_USEC MONO_SEC

enum side { BASE, DEVICE, SIDES };

struct vmac_test {
	struct loop_timer *timer; /* owned */
	struct port_table *ports;
	struct vmac_question q;
	struct port *port[SIDES];
	struct listener {
		struct port_ear ear;
		struct vmac_test *test;
		bool is_answered;
	} side[SIDES];
	unsigned round;
	enum vmac_verdict verdict;
};

static void on_claim(void *ctx, const struct raw_arp *arp, mono_t now)
{
	struct listener *e = ctx;

	(void)now;
	if (arp->is_reply && addr_equal(&arp->sender, &e->test->q.target))
		e->is_answered = true;
}

static void leave(struct vmac_test *t)
{
	for (int i = 0; i < SIDES; i++) {
		if (!t->port[i])
			continue;
		port_unwatch(t->port[i], &t->side[i].ear);
		port_release(t->port[i]);
		t->port[i] = NULL;
	}
}

static int join(struct vmac_test *t)
{
	const int index[SIDES] = { t->q.base, t->q.device };
	int r = 0;

	for (int i = 0; r == 0 && i < SIDES; i++) {
		t->side[i] = (struct listener){ .ear = { on_claim, &t->side[i] }, .test = t };
		r = port_use(t->ports, index[i], &t->port[i]);
		if (r == 0)
			r = port_watch(t->port[i], &t->side[i].ear, &t->q.target);
	}
	if (r < 0)
		leave(t);
	return r;
}

static void finish(struct vmac_test *t, enum vmac_verdict v)
{
	char target[ADDR_STRLEN];

	t->verdict = v;
	leave(t);
	if (v == VMAC_BLOCKED)
		log_warn(LOG_VRRP,
			"%s: %s answers the interface's own MAC address and not the virtual one: "
			"does the switch port or the hypervisor take one MAC address only?",
			t->q.instance, addr_str(&t->q.target, target));
}

static void on_timer(void *ctx, mono_t now)
{
	struct vmac_test *t = ctx;

	if (t->round == 0 && join(t) < 0)
		t->verdict = VMAC_NOT_TESTED;
	else if (t->side[DEVICE].is_answered)
		finish(t, VMAC_PASSED);
	else if (t->round == ROUNDS)
		finish(t, t->side[BASE].is_answered ? VMAC_BLOCKED : VMAC_NO_ANSWER);
	else
		t->round++;
	if (t->verdict != VMAC_TESTING || !t->port[DEVICE])
		return;
	for (int i = 0; i < SIDES; i++)
		(void)port_ask(t->port[i], &t->q.target);
	loop_timer_at(t->timer, mono_add(now, ROUND_USEC));
}

void vmac_test_start(struct vmac_test *t, const struct vmac_question *q)
{
	vmac_test_stop(t);
	t->verdict = VMAC_NOT_TESTED;
	if (q->target.family != AF_INET || q->base == 0 || q->device == 0)
		return;
	t->q = *q;
	t->round = 0;
	t->verdict = VMAC_TESTING;
	loop_timer_at(t->timer, mono_add(mono_now(), ROUND_USEC));
}

void vmac_test_stop(struct vmac_test *t)
{
	if (!t)
		return;
	loop_timer_stop(t->timer);
	leave(t);
	if (t->verdict == VMAC_TESTING)
		t->verdict = VMAC_NOT_TESTED;
}

enum vmac_verdict vmac_test_verdict(const struct vmac_test *t)
{
	return t ? t->verdict : VMAC_NOT_TESTED;
}

const char *vmac_verdict_str(enum vmac_verdict v)
{
	static const char *const text[] = { [VMAC_NOT_TESTED] = "not tested",
		[VMAC_TESTING] = "testing",
		[VMAC_PASSED] = "passed",
		[VMAC_BLOCKED] = "blocked",
		[VMAC_NO_ANSWER] = "no answer" };

	return text[v];
}

struct vmac_test *vmac_test_new(struct loop *l, struct port_table *ports)
{
	struct vmac_test *t = x_calloc(1, sizeof(*t));

	t->ports = ports;
	t->timer = loop_timer_new(l, on_timer, t);
	return t;
}

void vmac_test_free(struct vmac_test *t)
{
	if (!t)
		return;
	vmac_test_stop(t);
	loop_timer_free(t->timer);
	free(t);
}
