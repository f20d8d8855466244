/* test_doctor_filter.c - rules as nft prints them: which of them keep VRRP out, and which let it in before that. */
#include "ctl/doctor_filter.h"

#include <check.h>
#include <string.h>

#include "base/text.h"
#include "ctl/reader.h"
#include "run.h"

/* Parts of rules. */
#define PROTO(P)                                                                                                     \
	"{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\"ip\",\"field\":\"protocol\"}},\"right\":" P \
	"}}"
#define PROTO6(P)                                                                                                    \
	"{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\"ip6\",\"field\":\"nexthdr\"}},\"right\":" P \
	"}}"
#define META(OP, KEY, V) "{\"match\":{\"op\":\"" OP "\",\"left\":{\"meta\":{\"key\":\"" KEY "\"}},\"right\":" V "}}"
#define STATE(V) "{\"match\":{\"op\":\"in\",\"left\":{\"ct\":{\"key\":\"state\"}},\"right\":" V "}}"
#define DADDR(V) \
	"{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\"ip\",\"field\":\"daddr\"}},\"right\":" V "}}"
#define SADDR(V) \
	"{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\"ip\",\"field\":\"saddr\"}},\"right\":" V "}}"
#define TCP "{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\"tcp\",\"field\":\"dport\"}},\"right\":22}}"
#define ACCEPT "{\"accept\":null}"
#define DROP "{\"drop\":null}"
#define RETURN "{\"return\":null}"
#define JUMP "{\"jump\":{\"target\":\"other\"}}"
#define REJECT "{\"reject\":{\"type\":\"icmp\"}}"
#define COUNTER "{\"counter\":{\"packets\":1,\"bytes\":2}}"

/* Rules of the chain "in", one after the other; `other` is one rule of the chain "other". */
static const struct row {
	const char *policy, *rules[4], *other;
	bool is_unicast;
	const char *found; /* "V" VRRP dropped, "v" perhaps, "p" by the policy, "I" invalid dropped; in order */
} rows[] = {
	{ "accept", { NULL }, NULL, false, "" },
	{ "drop", { NULL }, NULL, false, "p" },
	{ "accept", { PROTO("\"vrrp\"") "," DROP }, NULL, false, "V" },
	{ "accept", { PROTO("112") "," COUNTER "," REJECT }, NULL, false, "V" },
	{ "accept", { PROTO("{\"set\":[\"ah\",\"vrrp\"]}") "," DROP }, NULL, false, "V" },
	{ "accept", { PROTO("{\"set\":[\"ah\",\"esp\"]}") "," DROP }, NULL, false, "" },
	{ "accept", { META("==", "l4proto", "\"vrrp\"") "," DROP }, NULL, false, "V" },
	{ "accept", { META("!=", "l4proto", "{\"set\":[\"tcp\",\"udp\"]}") "," DROP }, NULL, false, "V" },
	{ "accept", { META("!=", "l4proto", "\"vrrp\"") "," DROP }, NULL, false, "" },
	{ "accept", { PROTO6("\"vrrp\"") "," DROP }, NULL, false, "" },
	{ "accept", { META("==", "nfproto", "\"ipv6\"") "," DROP }, NULL, false, "" },
	{ "accept", { META("==", "iifname", "\"eth1\"") "," PROTO("\"vrrp\"") "," DROP }, NULL, false, "" },
	{ "accept", { META("==", "iifname", "\"eth*\"") "," PROTO("\"vrrp\"") "," DROP }, NULL, false, "V" },
	{ "accept", { META("!=", "iifname", "\"lo\"") "," DROP }, NULL, false, "V" },
	{ "accept", { PROTO("\"vrrp\"") "," ACCEPT, PROTO("\"vrrp\"") "," DROP }, NULL, false, "" },
	{ "drop", { PROTO("\"vrrp\"") "," ACCEPT }, NULL, false, "" },
	{ "drop", { TCP "," ACCEPT, META("==", "iifname", "\"lo\"") "," ACCEPT }, NULL, false, "p" },
	{ "drop", { DADDR("\"224.0.0.18\"") "," ACCEPT }, NULL, false, "" },
	{ "drop", { DADDR("{\"prefix\":{\"addr\":\"224.0.0.0\",\"len\":4}}") "," ACCEPT }, NULL, false, "" },
	{ "drop", { DADDR("{\"prefix\":{\"addr\":\"10.0.0.0\",\"len\":8}}") "," ACCEPT }, NULL, false, "p" },
	{ "drop", { STATE("[\"established\",\"related\"]") "," ACCEPT }, NULL, false, "p" },
	{ "drop", { STATE("[\"established\",\"related\"]") "," ACCEPT }, NULL, true, "" },
	{ "drop", { DADDR("\"192.0.2.1\"") "," ACCEPT }, NULL, true, "" },
	{ "accept", { STATE("\"new\"") "," DROP }, NULL, false, "V" },
	{ "drop", { SADDR("\"192.0.2.2\"") "," ACCEPT }, NULL, false, "" },
	{ "accept", { SADDR("\"192.0.2.2\"") "," PROTO("\"vrrp\"") "," DROP }, NULL, false, "v" },
	{ "accept", { SADDR("\"192.0.2.2\"") "," DROP }, NULL, false, "" },
	{ "accept", { SADDR("\"192.0.2.2\"") "," ACCEPT, PROTO("\"vrrp\"") "," DROP }, NULL, false, "v" },
	{ "accept", { PROTO("\"@set\"") "," DROP }, NULL, false, "" },
	{ "accept", { JUMP }, PROTO("\"vrrp\"") "," DROP, false, "V" },
	{ "drop", { JUMP }, PROTO("\"vrrp\"") "," ACCEPT, false, "" },
	{ "drop", { JUMP }, PROTO("\"vrrp\"") "," RETURN, false, "p" },
	{ "accept", { TCP "," JUMP }, PROTO("\"vrrp\"") "," DROP, false, "" },
	{ "accept", { JUMP }, JUMP, false, "" }, /* round and round */
	{ "accept", { STATE("\"invalid\"") "," DROP }, NULL, false, "I" },
	{ "accept", { STATE("[\"invalid\",\"untracked\"]") "," COUNTER "," DROP }, NULL, false, "I" },
	{ "accept", { STATE("\"invalid\"") "," ACCEPT }, NULL, false, "" },
	{ "accept", { "{\"notrack\":null}", STATE("\"invalid\"") "," DROP }, NULL, false, "" },
};

static void add_rule(struct text *t, const char *chain, int handle, const char *expr)
{
	if (expr)
		text_printf(t,
			",{\"rule\":{\"family\":\"inet\",\"table\":\"t\",\"chain\":\"%s\",\"handle\":%d,\"expr\":[%s]}}",
			chain, handle, expr);
}

static struct reader *ruleset(const struct row *r)
{
	struct text t = { 0 };
	struct reader *doc;

	text_printf(&t,
		"{\"nftables\":[{\"chain\":{\"family\":\"inet\",\"table\":\"t\",\"name\":\"in\",\"handle\":1,\"type\":\"filter\","
		"\"hook\":\"input\",\"policy\":\"%s\"}},{\"chain\":{\"family\":\"inet\",\"table\":\"t\",\"name\":\"other\"}}",
		r->policy);
	for (int i = 0; i < 4; i++)
		add_rule(&t, "in", 10 + i, r->rules[i]);
	add_rule(&t, "other", 20, r->other);
	text_add(&t, "]}");
	doc = reader_new(text_str(&t), t.len);
	text_done(&t);
	ck_assert_ptr_nonnull(doc);
	return doc;
}

static void instance(struct doctor_facts *f, bool is_unicast)
{
	struct doctor_vip *v;
	struct doctor_peer *p;

	doctor_facts_init(f);
	v = doctor_facts_add(f, &f->vips, &f->n_vips, sizeof(*v));
	v->instance = "VI_1";
	ck_assert_int_eq(addr_parse("192.0.2.100", &v->addr), 0);
	p = doctor_facts_add(f, &f->peers, &f->n_peers, sizeof(*p));
	*p = (struct doctor_peer){ .instance = "VI_1", .interface = "eth0", .is_unicast = is_unicast };
}

START_TEST(rules) {
	struct reader *doc = ruleset(&rows[_i]);
	struct doctor_facts f;
	char found[16] = "";

	instance(&f, rows[_i].is_unicast);
	doctor_filter_judge(&f, reader_top(doc), "");
	for (unsigned i = 0; i < f.n_drops && i < sizeof(found) - 1; i++)
		found[i] = f.drops[i].kind == DOCTOR_DROP_INVALID ? 'I'
			: f.drops[i].is_policy                    ? 'p'
			: f.drops[i].is_sure                      ? 'V'
								  : 'v';
	ck_assert_msg(!strcmp(found, rows[_i].found), "row %d: found '%s', not '%s'", _i, found, rows[_i].found);
	doctor_facts_done(&f);
	reader_free(doc);
}
END_TEST

/* The rule is shown as nft shows it, found by its handle in its own table and chain. */
START_TEST(words) {
	static const char text[] =
		"table inet s { # handle 1\n\tchain in { # handle 1\n\t\ttcp dport 1 drop # handle 10\n\t}\n}\n"
		"table inet t { # handle 2\n\tchain other { # handle 2\n\t}\n\n\tchain in { # handle 1\n"
		"\t\ttype filter hook input priority filter; policy accept;\n\t\tip protocol vrrp drop # handle 10\n\t}\n}\n";
	struct reader *doc = ruleset(&rows[2]);
	struct doctor_facts f;

	instance(&f, false);
	doctor_filter_judge(&f, reader_top(doc), text);
	ck_assert_uint_eq(f.n_drops, 1);
	ck_assert_str_eq(f.drops[0].rule, "\"ip protocol vrrp drop\"");
	ck_assert_str_eq(f.drops[0].where, "table inet t, chain in");
	ck_assert_str_eq(f.drops[0].chain, "inet t in");
	ck_assert_int_eq(f.drops[0].handle, 10);
	doctor_facts_done(&f);
	reader_free(doc);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("doctor_filter");
	TCase *t = tcase_create("rules");

	tcase_add_loop_test(t, rules, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(t, words);
	suite_add_tcase(s, t);
	return run_suite(s);
}
