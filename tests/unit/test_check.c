/* test_check.c - `vipctl check` and `vipctl status` over documents: what is wrong is said, by both, and decides the exit status. */
#include "ctl/check.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/reader.h"
#include "ctl/show.h"
#include "run.h"

#define IPVS "\"ipvs\":{\"available\":true,\"incomplete\":false,\"last_error\":\"\"}"
#define PROCESS(healthy, generation) \
	"\"generation\":4,\"processes\":[{\"name\":\"lvs\",\"pid\":7,\"healthy\":" healthy ",\"generation\":" generation "}]"
#define MASTER(since, more) \
	"\"instances\":[{\"name\":\"VI_1\",\"state\":\"MASTER\",\"since_usec\":" since more "}]"
#define VIP(present, error) \
	",\"vips\":[{\"address\":\"192.0.2.100/24\",\"dev\":\"eth0\",\"present\":" present error "}]"
#define SERVICE(more) "\"services\":[{\"name\":\"web\",\"quorum_met\":true,\"servers\":[]" more "}]"

static const struct row {
	const char *document;
	enum check_level level;
	const char *check;  /* in what check says */
	const char *status; /* in what status says; NULL: not looked at */
} rows[] = {
	{ IPVS, CHECK_FINE, "OK: 0 instances, 0 services", "instances: 0\n" },
	{ PROCESS("true", "4"), CHECK_FINE, "OK", "lvs(7)\n" },
	{ PROCESS("false", "4"), CHECK_CRITICAL, "the lvs process does not respond", "NOT RESPONDING" },
	/* what a process did not say is not what is not there */
	{ "\"not_responding\":[\"vrrp\"]", CHECK_CRITICAL, "the vrrp process did not answer in time",
		"instances: NOT KNOWN, the vrrp process does not answer\nservices: 0\n" },
	{ "\"not_responding\":[\"lvs\"]", CHECK_CRITICAL, "the lvs process did not answer in time",
		"instances: 0\nservices: NOT KNOWN, the lvs process does not answer\n" },
	{ PROCESS("true", "3"), CHECK_FINE, "OK", "lvs(7) at generation 3" },
	{ PROCESS("true", "3") ",\"last_reload\":{\"ok\":true,\"age_usec\":9000000}", CHECK_FINE, "OK", NULL },
	{ PROCESS("true", "3") ",\"last_reload\":{\"ok\":true,\"age_usec\":10000000}", CHECK_WARNING,
		"the lvs process has not applied configuration 4 yet", NULL },
	{ MASTER("9000000", VIP("true", "")), CHECK_FINE, "OK: 1 instances", NULL },
	{ MASTER("9000000", VIP("false", ",\"error\":\"No space left on device\"")), CHECK_CRITICAL,
		"VI_1 is MASTER without its address 192.0.2.100/24 on eth0: No space left on device",
		"ADDRESS MISSING: 192.0.2.100/24 on eth0: No space left on device" },
	{ MASTER("1000000", VIP("false", "")), CHECK_FINE, "OK", "ADDRESS MISSING" },
	{ MASTER("9000000", ",\"routes\":[{\"text\":\"10.0.0.0/8 via 192.0.2.1\",\"error\":\"Network is unreachable\"}]"), CHECK_WARNING,
		"the kernel refused the route '10.0.0.0/8 via 192.0.2.1': Network is unreachable", "ROUTE REFUSED: 10.0.0.0/8" },
	{ MASTER("9000000", ",\"rules\":[{\"text\":\"from 10.0.0.0/8\",\"error\":\"File exists\"}]"), CHECK_WARNING,
		"the kernel refused the rule 'from 10.0.0.0/8': File exists", "RULE REFUSED: from 10.0.0.0/8" },
	{ SERVICE(""), CHECK_FINE, "OK", NULL },
	{ SERVICE(",\"fail_open\":true"), CHECK_CRITICAL, "web: fail_open", "ALARM fail_open" },
	{ SERVICE(",\"below_minimum\":true"), CHECK_CRITICAL, "web: minimum_available", "ALARM minimum_available" },
	{ "\"ipvs\":{\"available\":true,\"incomplete\":true,\"last_error\":\"add web: No such file or directory\"}", CHECK_CRITICAL,
		"IPVS refused a part of its table: add web: No such file", "IPVS REFUSED A PART OF ITS TABLE: add web: No such file" },
	/* an error that is over */
	{ "\"ipvs\":{\"available\":true,\"incomplete\":false,\"last_error\":\"add web\"}", CHECK_FINE, "OK", NULL },
	{ "\"sync\":{\"configured\":true,\"trouble\":\"no interface eth9\"}", CHECK_WARNING,
		"connections are not synchronised: no interface eth9", "SYNCHRONISATION: no interface eth9" },
	{ IPVS ",\"sysctl\":[{\"name\":\"conn_reuse_mode\",\"value\":\"1\",\"error\":\"Read-only file system\"}]", CHECK_WARNING,
		"net.ipv4.vs.conn_reuse_mode is not 1: Read-only file system", "NOT SET: Read-only file system" },
	{ "\"sysctl\":[{\"name\":\"conn_reuse_mode\",\"value\":\"1\",\"error\":\"no IPVS\"}]", CHECK_FINE, "OK", NULL },
	{ "\"anycast\":[{\"address\":\"192.0.2.100\",\"device\":\"lo\",\"wanted\":true,\"present\":true}]", CHECK_FINE, "OK",
		"announced: its services have their quorum" },
	{ "\"anycast\":[{\"address\":\"192.0.2.100\",\"device\":\"lvs0\",\"wanted\":true,\"present\":false}]", CHECK_CRITICAL,
		"anycast address 192.0.2.100 is not on lvs0", "MISSING: its services have their quorum" },
	{ "\"anycast\":[{\"address\":\"192.0.2.100\",\"device\":\"lvs0\",\"wanted\":false,\"present\":false}]", CHECK_FINE, "OK",
		"withdrawn: no service of it has its quorum" },
	{ "\"bfd\":[{\"name\":\"B\",\"send_error\":\"Operation not permitted\"}]", CHECK_WARNING,
		"bfd session B cannot send: Operation not permitted", "CANNOT SEND: Operation not permitted" },
	{ "\"bfd_receiver\":{\"error\":\"Address already in use\"},\"bfd\":[{\"name\":\"B\"}]", CHECK_CRITICAL,
		"BFD cannot listen: Address already in use", "BFD CANNOT LISTEN" },
	{ "\"last_reload\":{\"ok\":false,\"error\":\"1 error\",\"age_usec\":1}", CHECK_WARNING, "the last reload was refused: 1 error",
		"LAST RELOAD REFUSED" },
};

static char *text_of(void (*show)(const struct jvalue *doc, FILE *out), const struct jvalue *doc)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	show(doc, out);
	fclose(out);
	return text;
}

START_TEST(documents) {
	const struct row *row = &rows[_i];
	char json[1024], *check, *status;
	struct reader *r;
	int len = snprintf(json, sizeof(json), "{%s}", row->document);

	r = reader_new(json, (size_t)len);
	ck_assert_msg(r != NULL, "%s", json);
	check = text_of(check_show, reader_top(r));
	status = text_of(show_status, reader_top(r));
	ck_assert_msg(check_judge(reader_top(r)) == row->level, "%s: %s", json, check);
	ck_assert_msg(strstr(check, row->check) != NULL, "%s: %s", json, check);
	ck_assert_msg(!row->status || strstr(status, row->status), "%s: %s", json, status);
	free(check);
	free(status);
	reader_free(r);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("check");
	TCase *tc = tcase_create("check");

	tcase_add_loop_test(tc, documents, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	suite_add_tcase(s, tc);
	return run_suite(s);
}
