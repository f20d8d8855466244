/* test_vmac_words.c - names, MAC addresses and marks of virtual devices. */
#include <check.h>
#include <string.h>

#include "base/addr.h"
#include "run.h"
#include "vrrp/conf.h"
#include "vrrp/vmac_words.h"

struct mac_row {
	struct vrrp_vmac_conf conf;
	uint16_t family;
	uint8_t vrid;
	const char *mac;
};

static const struct mac_row macs[] = {
	/* RFC 9568 7.3 */
	{ { 0 }, AF_INET, 51, "00:00:5e:00:01:33" },
	{ { 0 }, AF_INET6, 51, "00:00:5e:00:02:33" },
	{ { 0 }, AF_INET, 255, "00:00:5e:00:01:ff" },
	/* five octets: the VRID is the last one; six: as written */
	{ { .mac = { 2, 3, 4, 5, 6 }, .mac_len = 5 }, AF_INET, 7, "02:03:04:05:06:07" },
	{ { .mac = { 2, 3, 4, 5, 6, 9 }, .mac_len = 6 }, AF_INET6, 7, "02:03:04:05:06:09" },
};

START_TEST(mac) {
	const struct mac_row *row = &macs[_i];
	uint8_t got[LINK_MAC_LEN];
	char text[ADDR_MAC_STRLEN];

	vmac_words_mac(&row->conf, row->family, row->vrid, got);
	ck_assert_str_eq(addr_mac_str(got, text), row->mac);
}
END_TEST

struct name_row {
	const char *prefix;
	uint16_t family;
	uint8_t vrid;
	unsigned attempt;
	const char *name;
};

static const struct name_row names[] = {
	{ "vrrp", AF_INET, 51, 0, "vrrp.51" },
	{ "vrrp", AF_INET6, 51, 0, "vrrp6.51" },
	{ "vrrp", AF_INET, 51, 1, "vrrp.51.1" },
	{ "lb", AF_INET6, 1, 12, "lb6.1.12" },
	/* never longer than an interface's name may be */
	{ "much-too-long-a-prefix", AF_INET6, 255, 0, "much-too-l6.255" },
	{ "much-too-long-a-prefix", AF_INET6, 255, 99, "much-to6.255.99" },
};

START_TEST(name) {
	const struct name_row *row = &names[_i];
	char got[LINK_NAME_MAX];

	ck_assert_str_eq(vmac_words_name(row->prefix, row->family, row->vrid, row->attempt, got), row->name);
}
END_TEST

struct mark_row {
	const char *owner;
	struct vmac_before before;
	const char *alias;
};

static const struct mark_row marks[] = {
	{ "VI_1", { 0, 0 }, "vipd: vrrp_instance VI_1; before: arp_ignore=0 arp_announce=0" },
	{ "VI_1", { VMAC_KEPT, 1 }, "vipd: vrrp_instance VI_1; before: arp_announce=1" },
	{ "VI_1", { VMAC_KEPT, VMAC_KEPT }, "vipd: vrrp_instance VI_1; before:" },
	{ "odd; before: arp_ignore=7", { 0, VMAC_KEPT }, "vipd: vrrp_instance odd; before: arp_ignore=7; before: arp_ignore=0" },
};

START_TEST(mark) {
	const struct mark_row *row = &marks[_i];
	struct vmac_mark m = { .before = row->before }, back;
	char alias[VMAC_ALIAS_MAX];

	memcpy(m.owner, row->owner, strlen(row->owner));
	ck_assert_str_eq(vmac_words_write(&m, alias), row->alias);
	ck_assert(vmac_words_read(alias, &back));
	ck_assert_str_eq(back.owner, row->owner);
	ck_assert_int_eq(back.before.arp_ignore, row->before.arp_ignore);
	ck_assert_int_eq(back.before.arp_announce, row->before.arp_announce);
	ck_assert(vmac_words_is_of(&back, row->owner));
	ck_assert(!vmac_words_is_of(&back, "VI_2"));
}
END_TEST

START_TEST(foreign) {
	static const char *const aliases[] = { "", "uplink to rack 7", "vipd", "vipd: vrrp_instanc" };
	struct vmac_mark m;

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		ck_assert(!vmac_words_read(aliases[i], &m));
	/* Somebody cut it: the owner is known, what was before is not. */
	ck_assert(vmac_words_read(VMAC_MARK "VI_1", &m));
	ck_assert_str_eq(m.owner, "VI_1");
	ck_assert_int_eq(m.before.arp_ignore, VMAC_KEPT);
}
END_TEST

START_TEST(long_owner) {
	char owner[400] = { 0 }, alias[VMAC_ALIAS_MAX];
	struct vmac_mark m = { .before = { 0, 0 } }, back;

	memset(owner, 'x', sizeof(owner) - 1);
	memcpy(m.owner, owner, sizeof(m.owner) - 1);
	ck_assert_uint_lt(strlen(vmac_words_write(&m, alias)), VMAC_ALIAS_MAX);
	ck_assert(vmac_words_read(alias, &back));
	ck_assert(vmac_words_is_of(&back, owner));
	ck_assert_int_eq(back.before.arp_announce, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("vmac_words");
	TCase *tc = tcase_create("rows");

	tcase_add_loop_test(tc, mac, 0, sizeof(macs) / sizeof(macs[0]));
	tcase_add_loop_test(tc, name, 0, sizeof(names) / sizeof(names[0]));
	tcase_add_loop_test(tc, mark, 0, sizeof(marks) / sizeof(marks[0]));
	tcase_add_test(tc, foreign);
	tcase_add_test(tc, long_owner);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
