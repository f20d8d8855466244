/*
 * test_vipctl_why.c - T09: what `vipctl why` says of weights that can never cause a fail-over, by the priority that was heard of
 * the other router; row by row, from the members "trackers" and "peer" of an instance.
 */
#include "ctl/why.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/reader.h"
#include "run.h"

#define PEER(priority) "{\"address\":\"192.0.2.2\",\"priority\":" #priority ",\"heard_usec\":1000}"
#define SCRIPT(weight) "{\"kind\":\"script\",\"name\":\"s\",\"state\":\"up\",\"weight\":" #weight "}"
#define REVERSE(weight) \
	"{\"kind\":\"interface\",\"name\":\"lo\",\"state\":\"up\",\"reverse\":true,\"weight\":" #weight "}"
#define FILE_OF(weight) "{\"kind\":\"file\",\"name\":\"f\",\"state\":\"up\",\"value\":0,\"weight\":" #weight "}"

static const struct row {
	int priority;
	const char *trackers, *peer;
	const char *said; /* NULL: nothing of weights */
} rows[] = {
	{ 150, SCRIPT(-30), PEER(100), "  120  150 - 30 is not below 100 of 192.0.2.2: no weight here causes a fail-over\n" },
	{ 150, SCRIPT(-50), PEER(100), "  100  150 - 50 is not below 100 " },
	{ 150, SCRIPT(-51), PEER(100), NULL },
	{ 100, SCRIPT(-30), PEER(150), NULL }, /* the other one wins as it is */
	{ 100, SCRIPT(60), PEER(90), "  100  160 - 60 is not below 90 " },
	{ 100, SCRIPT(60), PEER(120), NULL },
	{ 150, REVERSE(30), PEER(100), "  120  150 - 30 " },
	{ 100, REVERSE(-30), PEER(100), "  100  130 - 30 " },
	{ 150, SCRIPT(-30) "," SCRIPT(-10), PEER(100), "  110  150 - 40 " },
	{ 150, SCRIPT(-30) "," SCRIPT(-30), PEER(100), NULL },
	{ 150, SCRIPT(0), PEER(100), NULL }, /* its failure is a FAULT */
	{ 150, SCRIPT(-30) "," FILE_OF(1), PEER(100), NULL }, /* a file's number may be any */
	{ 150, SCRIPT(-30) "," FILE_OF(0), PEER(100), "  120  150 - 30 " },
	{ 254, SCRIPT(100), PEER(254), NULL }, /* clamped: the other one has as much */
	{ 254, SCRIPT(-10) "," SCRIPT(100), PEER(200), "  244  254 - 10 " },
	{ 255, SCRIPT(-30), PEER(100), NULL }, /* the owner's is never changed */
	{ 150, SCRIPT(-30), PEER(0), NULL }, /* it resigned */
	{ 150, SCRIPT(-30), "{\"address\":null}", NULL },
	{ 150, SCRIPT(-30), "{\"address\":\"192.0.2.2\",\"priority\":100}", NULL }, /* no valid advert of it */
	{ 150, SCRIPT(-30), "{\"address\":\"192.0.2.2\",\"priority\":100,\"heard_usec\":5,\"dropped\":\"ttl\"}", NULL },
	{ 150, "", PEER(100), NULL },
};

START_TEST(weights_that_move_nothing) {
	const struct row *row = &rows[_i];
	char doc[1024], *said = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&said, &len);
	int n = snprintf(doc, sizeof(doc),
		"{\"name\":\"V\",\"state\":\"MASTER\",\"priority\":%d,\"effective_priority\":%d,\"priority_sum\":%d,"
		"\"trackers\":[%s],\"peer\":%s,\"verdict\":\"-\"}",
		row->priority, row->priority, row->priority, row->trackers, row->peer);
	struct reader *r = reader_new(doc, (size_t)n);

	ck_assert_ptr_nonnull(out);
	ck_assert_ptr_nonnull(r);
	why_show(reader_top(r), out);
	ck_assert_int_eq(fclose(out), 0);
	if (row->said)
		ck_assert_msg(strstr(said, row->said), "%s", said);
	else
		ck_assert_msg(!strstr(said, "fail-over"), "%s", said);
	reader_free(r);
	free(said);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("vipctl_why");
	TCase *t = tcase_create("why");

	tcase_add_loop_test(t, weights_that_move_nothing, 0, sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(s, t);
	return run_suite(s);
}
