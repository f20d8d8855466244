/* test_path.c - the path watch's judgement by rows: what rounds in a row say about a server. */
#include "checkers/path.h"

#include <check.h>
#include <string.h>

#include "run.h"

struct row {
	const char *what;
	const char *found; /* a letter a round */
	const char *state; /* after each: ? U D */
	const char *soon;  /* asked again soon: . or a */
	const char *said;  /* state or reason changed: . or c */
};

/* V: the virtual address answers, R: only its own, P: passed on, N: nothing, W: no way, O: off link, L: this director, M: no MAC */
static const struct row rows[] = {
	{ "an answer is enough", "V", "U", ".", "c" },
	{ "it goes on", "VVV", "UUU", "...", "c.." },
	{ "one miss is a lost packet", "VRV", "UUU", ".a.", "c.." },
	{ "three in a row are not", "VRRR", "UUUD", ".aa.", "c..c" },
	{ "never owned", "RRR", "??D", "aa.", "c.c" },
	{ "it stays missing", "RRRRR", "??DDD", "aa...", "c.c.." },
	{ "an answer ends it", "RRRV", "??DU", "aa..", "c.cc" },
	{ "passed on counts as missing", "VPPP", "UUUD", ".aa.", "c..c" },
	{ "misses of both kinds", "VRPR", "UUUD", ".aa.", "c..c" },
	{ "missing, and then passed on", "RRRPP", "??DDD", "aa...", "c.cc." },
	{ "passed on once is enough", "RRPRPR", "??DDDD", "aa....", "c.c..." },
	{ "silence between is no reason", "RRRNR", "??DDD", "aa.a.", "c.c.." },
	{ "silence is no miss", "VNNN", "UUU?", ".aa.", "c..c" },
	{ "a miss in silence", "VNRN", "UUUU", ".aaa", "c..." },
	{ "a dead server that lost its address", "RRRNNN", "??DDD?", "aa.aa.", "c.c..c" },
	{ "silence ends the count", "RRNNNRRR", "???????D", "aaaa.aa.", "c.c..c.c" },
	{ "off the link at once", "VO", "U?", "..", "cc" },
	{ "behind a router it was never judged", "OO", "??", "..", "c." },
	{ "this director", "RRL", "???", "aa.", "c.c" },
	{ "no route", "RRRW", "??D?", "aa..", "c.cc" },
	{ "a neighbour that is being asked for", "MMV", "??U", "aa.", "c.c" },
	{ "a neighbour that nobody knows", "MMM", "???", "aa.", "c.." },
	{ "one missing entry forgets nothing", "VMV", "UUU", ".a.", "c.." },
};

static enum path_found found_of(char c)
{
	static const char letters[] = "VPRNWOLM";

	return (enum path_found)(strchr(letters, c) - letters);
}

START_TEST(row) {
	const struct row *r = &rows[_i];
	struct path p = { 0 };
	struct path_out out;

	for (size_t i = 0; r->found[i]; i++) {
		path_step(&p, found_of(r->found[i]), &out);
		ck_assert_msg("?UD"[p.state] == r->state[i], "%s, round %zu: state %d", r->what, i, (int)p.state);
		ck_assert_msg((out.again ? 'a' : '.') == r->soon[i], "%s, round %zu: again %d", r->what, i, out.again);
		ck_assert_msg((out.changed ? 'c' : '.') == r->said[i], "%s, round %zu: changed %d", r->what, i,
			out.changed);
	}
}
END_TEST

START_TEST(words) {
	for (enum path_found f = PATH_FOUND_VIP; f < PATH_FOUND_MAX; f++)
		for (enum path_found o = PATH_FOUND_VIP; o < f; o++)
			ck_assert_str_ne(path_found_str(f), path_found_str(o));
	ck_assert_str_eq(path_found_str(PATH_FOUND_MAX), "?");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("path");
	TCase *tc = tcase_create("path");

	tcase_add_loop_test(tc, row, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, words);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
