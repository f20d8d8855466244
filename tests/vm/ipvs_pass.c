/*
 * ipvs_pass.c - one pass of the IPVS path in one process, for valgrind: the table as the lvs process keeps it, against a real
 * kernel. Load, reload, somebody else's hand, repair, foreign service, large table, and everything gone at the end.
 * (The daemon itself is exec'ed from /proc/self/exe, which under valgrind is valgrind.)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkers/plan.h"
#include "checkers/table.h"

enum { DESTS = 20, LARGE = 200, DIRECT_ROUTING = 3 };

#define MINUTE (60 * MONO_SEC)

#define MUST(what)                                                                           \
	do {                                                                                 \
		if (!(what)) {                                                               \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #what); \
			exit(1);                                                             \
		}                                                                            \
	} while (0)

static struct addr address(const char *text)
{
	struct addr a;

	MUST(addr_parse(text, &a) == 0);
	return a;
}

static struct ipvs_service service(unsigned number)
{
	struct ipvs_service s = { .family = AF_INET,
		.protocol = IPPROTO_TCP,
		.port = (uint16_t)(1000 + number),
		.scheduler = "wrr",
		.addr = address("192.0.2.100") };

	return s;
}

/* `n` services with DESTS destinations of this weight; sorted as the plan wants it, with the guard. */
static struct ipvs_table wanted(unsigned n, uint32_t weight)
{
	struct ipvs_table t = { 0 };
	struct ipvs_rows rows = { .table = &t };
	struct ipvs_service guard = plan_guard(AF_INET);

	for (unsigned i = 0; i < n; i++) {
		struct ipvs_service s = service(i);
		ipvs_rows_add_service(&rows, &s);
	}
	if (n)
		ipvs_rows_add_service(&rows, &guard);
	for (unsigned i = 0; i < n; i++) {
		ipvs_rows_begin(&rows, i);
		for (unsigned d = 0; d < DESTS; d++) {
			struct ipvs_dest dest = { .addr = address("198.51.100.1"),
				.port = (uint16_t)(1000 + i),
				.weight = weight,
				.forward = DIRECT_ROUTING };
			dest.addr.bytes[3] = (uint8_t)(d + 1);
			ipvs_rows_add_dest(&rows, &dest);
		}
	}
	ipvs_rows_end(&rows);
	plan_sort(&t);
	return t;
}

static void expect_kernel(struct ipvs *other, unsigned services, unsigned dests)
{
	struct ipvs_table kernel;

	MUST(ipvs_read(other, IPVS_READ_ALL, &kernel) == 0);
	if (kernel.n_services != services || kernel.n_dests != dests) {
		fprintf(stderr, "kernel: %u services, %u destinations; expected %u, %u\n", kernel.n_services,
			kernel.n_dests, services, dests);
		exit(1);
	}
	ipvs_table_done(&kernel);
}

/* Somebody else: a service of their own, one of our destinations deleted, one of our services too. */
static void meddle(struct ipvs *other)
{
	struct ipvs_service foreign = service(9000), first = service(0), second = service(1);
	struct ipvs_dest dest = { .addr = address("198.51.100.3"), .port = 1001, .forward = DIRECT_ROUTING };
	struct ipvs_change changes[] = {
		{ .op = IPVS_NEW_SERVICE, .service = &foreign },
		{ .op = IPVS_DEL_DEST, .service = &second, .dest = &dest },
		{ .op = IPVS_DEL_SERVICE, .service = &first },
		{ .op = IPVS_NEW_SERVICE, .service = &second }, /* refused: it is there */
	};

	MUST(ipvs_apply(other, changes, 4) == 0);
	MUST(!changes[0].error && !changes[1].error && !changes[2].error && changes[3].error == -EEXIST);
}

static void rewrite(struct table *t, unsigned n, uint32_t weight, mono_t now)
{
	struct ipvs_table want = wanted(n, weight);

	MUST(table_write(t, &want, TABLE_CONFIG, now) == 0);
	table_own(t, want.services, want.n_services);
	ipvs_table_done(&want);
}

static void repair(struct table *t, struct ipvs *other, mono_t now)
{
	struct ipvs_table want = wanted(5, 2);
	struct table_info info;

	meddle(other);
	table_watch(t, &want, now);
	expect_kernel(other, 5 + 2, 5 * DESTS);
	table_info(t, &info);
	MUST(info.is_available && info.errors == 0 && info.repairs > 0 && !info.last_error[0]);
	ipvs_table_done(&want);
}

/* One destination of the last service is somebody's: found in looks at some services each, in the round of all of them. */
static void find_by_rounds(struct table *t, struct ipvs *other, mono_t now)
{
	struct ipvs_service last = service(LARGE - 1);
	struct ipvs_dest dest = { .addr = address("198.51.100.3"),
		.port = 1000 + LARGE - 1,
		.weight = 77,
		.forward = DIRECT_ROUTING };
	struct ipvs_change change = { .op = IPVS_SET_DEST, .service = &last, .dest = &dest };
	struct ipvs_table want = wanted(LARGE, 1);
	struct table_info before, after;
	unsigned looks = 0;

	table_info(t, &before);
	MUST(ipvs_apply(other, &change, 1) == 0 && !change.error);
	while (!table_is_due(t, now) && looks++ < LARGE)
		now = mono_add(now, MINUTE);
	MUST(looks > 0 && looks < LARGE);
	table_watch(t, &want, now);
	table_info(t, &after);
	MUST(after.repairs == before.repairs + 1);
	ipvs_table_done(&want);
}

int main(void)
{
	struct ipvs_timeouts timeouts = { .tcp = 900, .tcpfin = 120, .udp = 300 };
	struct table *t = table_new();
	struct ipvs *other = ipvs_new();
	struct ipvs_table found;
	mono_t now = mono_now();

	table_set_timeouts(t, &timeouts);
	MUST(table_read(t, now, &found) == 0 && found.n_services == 0);
	ipvs_table_done(&found);
	rewrite(t, 5, 1, now);
	expect_kernel(other, 5 + 1, 5 * DESTS);
	rewrite(t, 5, 2, now);
	repair(t, other, mono_add(now, MONO_SEC));
	rewrite(t, LARGE, 1, mono_add(now, 2 * MONO_SEC));
	expect_kernel(other, LARGE + 2, LARGE * DESTS);
	find_by_rounds(t, other, mono_add(now, MINUTE));
	rewrite(t, 0, 0, mono_add(now, 3 * MONO_SEC));
	expect_kernel(other, 1, 0); /* what is not ours stays */
	table_free(t);
	ipvs_free(other);
	puts("the IPVS path ran once, from an empty table to an empty table");
	return 0;
}
