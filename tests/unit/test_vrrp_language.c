/*
 * test_vrrp_language.c - the lines of the VRRP half that are languages of their own (addresses, routes, rules, trackers, keys,
 * virtual MACs), blocks that are not served yet, and names by which blocks refer to each other: what is valid, and the exact words
 * about what is not.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "conf/tree.h"
#include "run.h"
#include "vrrp/conf.h"

#define HEX32 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct vrrp_config conf;
static struct conf_tree *tree;
static struct report *report;

static void teardown(void)
{
	tree_free(tree);
	report_free(report);
	tree = NULL;
	report = NULL;
}

static int load(const char *text)
{
	struct conf_view view = { &vrrp_root, &conf };
	struct conf_read rd;

	teardown();
	report = report_new();
	tree = tree_read_bytes("f", text, strlen(text), false, report);
	rd = (struct conf_read){ .report = report, .arena = tree->arena };
	return schema_read(&rd, &view, 1, tree, true);
}

/* What is wrong, without what merely has no effect yet; NULL past the end. */
static const struct finding *mistake(unsigned n)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(report, i)); i++)
		if (!f->is_inert && !n--)
			return f;
	return NULL;
}

static unsigned inert(void)
{
	const struct finding *f;
	unsigned n = 0;

	for (unsigned i = 0; (f = report_get(report, i)); i++)
		n += f->is_inert;
	return n;
}

static void expect_clean(void)
{
	if (mistake(0))
		report_print(report, stdout, false);
	ck_assert_ptr_null(mistake(0));
}

static void expect_text(unsigned n, unsigned line, const char *text)
{
	const struct finding *f = mistake(n);

	ck_assert_msg(f != NULL, "no finding: %s", text);
	ck_assert_str_eq(f->text, text);
	ck_assert_uint_eq(f->at.line, line);
}

enum judgement {
	E, /* an error */
	W, /* a warning */
	I, /* a warning for information: valid, and without effect yet */
};

/* One mistake in the lines of a block: exact words, exact place. `hint` NULL: not compared. */
struct row {
	const char *block; /* NULL: inside an instance; else the block that the line is in */
	const char *line;
	enum judgement want;
	unsigned column;
	const char *text, *hint;
};

static char *text_of(const struct row *r)
{
	if (!r->block)
		return x_asprintf("vrrp_instance VI_1 {\n%s\ninterface eth0\nvirtual_router_id 51\n"
				  "virtual_ipaddress {\n192.0.2.100/24\n}\n}\n",
			r->line);
	if (strchr(r->block, ' ') || !strncmp(r->block, "static", 6) || !strncmp(r->block, "link", 4) ||
		!strncmp(r->block, "interface", 9) || !strcmp(r->block, "garp_group") ||
		!strcmp(r->block, "global_defs"))
		return x_asprintf("%s {\n%s\n}\n", r->block, r->line);
	return x_asprintf("vrrp_instance VI_1 { %s {\n%s\n}\ninterface eth0\nvirtual_router_id 51\n"
			  "virtual_ipaddress {\n192.0.2.100/24\n}\n}\n",
		r->block, r->line);
}

static void judge(const struct row *r)
{
	char *text = text_of(r);
	const struct finding *f;

	ck_assert_int_eq(load(text) < 0, r->want == E);
	free(text);
	f = r->want == I ? report_get(report, 0) : mistake(0);
	ck_assert_msg(f != NULL, "nothing is said about: %s", r->line);
	if (r->want == I ? report_get(report, 1) : mistake(1))
		report_print(report, stdout, false);
	ck_assert_msg(!(r->want == I ? report_get(report, 1) : mistake(1)), "more than one finding: %s", r->line);
	ck_assert_str_eq(f->text, r->text);
	ck_assert_int_eq(f->class, r->want == E ? CONF_ERROR : CONF_WARNING);
	ck_assert_int_eq(f->is_inert, r->want == I);
	ck_assert_uint_eq(f->at.line, 2);
	ck_assert_msg(f->at.column == r->column, "column %u, not %u: %s", f->at.column, r->column, r->line);
	if (r->hint)
		ck_assert_str_eq(f->hint ? f->hint : "", r->hint);
}

#define ADDR "virtual_ipaddress_excluded"
#define ROUTE "virtual_routes"
#define RULE "virtual_rules"
#define PEER "unicast_peer"

static const struct row rows[] = {
	/* Addresses. */
	{ ADDR, "address 192.0.2.1", E, 1, "'address' is no address", "ADDRESS[/LENGTH] [dev INTERFACE] [label LABEL] ..." },
	{ ADDR, "192.0.2", E, 1, "'192.0.2' is no address", "an IPv4 address is four numbers of at most 255" },
	{ ADDR, "192.0.2.256/24", E, 1, "'192.0.2.256/24' is no address", "an IPv4 address is four numbers of at most 255" },
	{ ADDR, "192.0.2.1/33", E, 1, "'192.0.2.1/33' is no address",
	  "the prefix length of such an address is a number from 0 to 32" },
	{ ADDR, "2001:db8::1/129", E, 1, "'2001:db8::1/129' is no address",
	  "the prefix length of such an address is a number from 0 to 128" },
	{ ADDR, "192.0.2.1;", E, 1, "'192.0.2.1;' is no address", "no ';' behind an address" },
	{ ADDR, "192.0.2.1, 192.0.2.2", E, 1, "'192.0.2.1,' is no address", "no comma behind an address, and one address at a time" },
	{ ADDR, "[2001:db8::1]", E, 1, "'[2001:db8::1]' is no address",
	  "write the address without '[' and ']'" },
	{ ADDR, "$vip/24", E, 1, "'$vip/24' is no address",
	  "the variable was not replaced: it is used as ${NAME}, or as $NAME before a blank" },
	{ ROUTE, "192.0.2.0/33 via 192.0.2.1", E, 1, "'192.0.2.0/33' is no prefix",
	  "the prefix length of such an address is a number from 0 to 32" },
	{ ADDR, "default", E, 1, "default cannot be a virtual address", NULL },
	{ ADDR, "239.1.2.3", E, 1, "239.1.2.3 cannot be a virtual address", NULL },
	{ ADDR, "0.0.0.0", E, 1, "0.0.0.0 cannot be a virtual address", NULL },
	{ ADDR, "192.0.2.1 devv eth1", W, 11, "'devv' is not known in a line of virtual_ipaddress_excluded; it has no effect",
	  "did you mean 'dev'?" },
	{ ADDR, "192.0.2.1 scope linc", E, 17, "'linc' is not one of: global, site, link, host, nowhere", "did you mean 'link'?" },
	{ ADDR, "192.0.2.1 scope 256", E, 17, "'256' is out of range: 0 to 255", NULL },
	{ ADDR, "192.0.2.1 scope", E, 11, "'scope' needs a name or a number", NULL },
	{ ADDR, "192.0.2.1 brd all", E, 15, "'all' is not an IP address", NULL },
	{ ADDR, "192.0.2.1 preferred_lft never", E, 25, "'never' is not a number", NULL },
	{ ADDR, "192.0.2.1 home", I, 11, "'home' of an address is not supported yet; it has no effect", NULL },
	{ ADDR, "192.0.2.1 home dev eth1 peer 192.0.2.9 autojoin", I, 11,
	  "'home', 'peer', 'autojoin' of an address are not supported yet; they have no effect", NULL },
	{ ADDR, "192.0.2.1 track_group G", W, 23, "track_group belongs to what is static; it has no effect here", NULL },
	{ "static_ipaddress", "192.0.2.1 label 0123456789abcdef", E, 17, "the label is longer than 15 characters", NULL },
	{ "static_ipaddress", "192.0.2.1 track_group G", W, 23, "there is no track_group 'G'; nobody depends on it", NULL },
	/* Routes. */
	{ ROUTE, "198.51.100.0/24 wia 192.0.2.1", E, 17, "'wia' is no word of a route", "did you mean 'via'?" },
	{ ROUTE, "198.51.100.1/24 dev eth1", W, 1, "198.51.100.1/24 has bits behind its length: it is read as 198.51.100.0/24",
	  "198.51.100.0/24; for one host the address alone" },
	{ ROUTE, "2001:db8::1/64 dev eth1", W, 1, "2001:db8::1/64 has bits behind its length: it is read as 2001:db8::/64", NULL },
	{ ROUTE, "via 192.0.2.1", E, 1, "the route has no prefix", NULL },
	{ ROUTE, "198.51.100.0/24 table blue", I, 23, "no table is called 'blue' on this host; the route is left out",
	  "a number, or a name of /etc/iproute2/rt_tables" },
	{ ROUTE, "198.51.100.0/24 table 4294967296", E, 23, "'4294967296' is out of range: 0 to 4294967295", NULL },
	{ ROUTE, "blackhole 198.51.100.0/24 dev eth1", E, 1, "this kind of route leads nowhere: no via, dev or src", NULL },
	{ ROUTE, "198.51.100.0/24 via 2001:db8::1", E, 1, "IPv4 and IPv6 in one route", NULL },
	{ ROUTE, "198.51.100.0/24 inet6 dev eth1", E, 1, "IPv4 and IPv6 in one route", NULL },
	{ ROUTE, "198.51.100.0/24 dev eth1 mtu lock", E, 30, "'lock' needs a number", NULL },
	{ ROUTE, "198.51.100.0/24 dev eth1 rtt fast", E, 30, "'fast' is not a time",
	  "a number of milliseconds, or with s or ms behind it" },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 expires 9", W, 39, "routes of IPv4 do not expire; 'expires' has no effect", "remove it" },
	{ ROUTE, "2001:db8::/32 via 2001:db8::1 expires soon", E, 39, "'soon' is not a number", NULL },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 ttl-propagate enabled", I, 31,
	  "'ttl-propagate' belongs to routes of labels (MPLS): the kernel passes over it in a route of IP; it has no effect", "remove it" },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 ttl-propagate perhaps", E, 45, "'perhaps' is not one of: enabled, disabled", NULL },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 as to 192.0.2.2", I, 31,
	  "'as' belongs to routes of labels (MPLS): the kernel passes over it in a route of IP; it has no effect", NULL },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 as to somewhere", E, 37, "'somewhere' is not an IP address", NULL },
	{ ROUTE, "nat 198.51.100.0/24 via 192.0.2.1", I, 1, "no kernel since Linux 2.6.9 takes routes of type nat; the whole line is left out",
	  NULL },
	{ ROUTE, "198.51.100.0/24 or 192.0.2.1 dev eth1", E, 17, "'or' stands once, behind the one 'via' of a route",
	  "nexthop via ADDRESS nexthop via ADDRESS" },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 or 192.0.2.2 or 192.0.2.3", E, 44, "'or' stands once, behind the one 'via' of a route", NULL },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 or 2001:db8::1", E, 1, "IPv4 and IPv6 in one route", NULL },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 vrf", E, 31, "'vrf' needs the interface of a VRF", NULL },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 protocol 2", E, 40, "the protocols below 3 are the kernel's own", NULL },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 proto 256", E, 37, "'256' is out of range: 0 to 255", NULL },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 proto", E, 31, "'proto' needs a name or a number", NULL },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 protocol burd", I, 40, "no routing protocol is called 'burd' on this host; the line is left out",
	  "a number, or a name of /etc/iproute2/rt_protos" },
	{ RULE, "table 7 preference 7 protocol burd", I, 31, "no routing protocol is called 'burd' on this host; the line is left out", NULL },
	{ RULE, "table 7 preference 7 protocol 1", E, 31, "the protocols below 3 are the kernel's own", NULL },
	{ ROUTE, "2001:db8::/32 encap ila 1:2:3:4 via 2001:db8::1", I, 21, "'encap ila' is not supported; the whole line is left out", NULL },
	{ ROUTE, "198.51.100.0/24 encap mpls 1048576 via 192.0.2.1", E, 28, "'1048576' is no list of labels",
	  "numbers from 0 to 1048575, at most 8 of them: 100/200" },
	{ ROUTE, "198.51.100.0/24 encap mpls 1/2/3/4/5/6/7/8/9 via 192.0.2.1", E, 28, "'1/2/3/4/5/6/7/8/9' is no list of labels", NULL },
	{ ROUTE, "198.51.100.0/24 encap mpls 100/ via 192.0.2.1", E, 28, "'100/' is no list of labels", NULL },
	{ ROUTE, "198.51.100.0/24 encap mpls", E, 23, "'mpls' needs a label", NULL },
	{ ROUTE, "198.51.100.0/24 encap ip dst 2001:db8::1 dev eth1", E, 30, "'dst' of encap ip is an address of IPv4",
	  "encap ip with IPv4, encap ip6 with IPv6" },
	{ ROUTE, "198.51.100.0/24 encap ip6 src 192.0.2.1 dev eth1", E, 31, "'src' of encap ip6 is an address of IPv6", NULL },
	{ ROUTE, "198.51.100.0/24 encap ip ttl 256 dev eth1", E, 30, "'256' is not a number from 0 to 255", NULL },
	{ ROUTE, "198.51.100.0/24 encap ip flags kee dev eth1", E, 32, "'kee' is not one of: csum, key, seq", "did you mean 'key'?" },
	{ ROUTE, "198.51.100.0/24 encap ip flags 16 dev eth1", E, 32, "'16' is out of range: 0 to 13", NULL },
	{ ROUTE, "198.51.100.0/24 via 192.0.2.1 nexthop via 192.0.2.2", E, 31, "a route has a gateway of its own, or nexthops", NULL },
	{ ROUTE, "198.51.100.0/24 dev eth1 tos 256", E, 30, "'256' is not a number from 0 to 255", NULL },
	{ RULE, "table blue preference 7", I, 7, "no table is called 'blue' on this host; the rule is left out", NULL },
	{ RULE, "fwmark 7/ table 7 preference 7", E, 8, "'7/' is not a mark", "NUMBER or NUMBER/MASK" },
	{ ROUTE, "198.51.100.0/24 nexthop via 192.0.2.1 weight 257", E, 46, "'257' is out of range: 0 to 256", NULL },
	{ ROUTE, "198.51.100.0/24 encap mpl 100", E, 23, "'mpl' is not one of: ip, ip6, mpls, ila", "did you mean 'mpls'?" },
	{ ROUTE, "198.51.100.0/24 dev eth1 quickack 2", E, 35, "'2' is out of range: 0 to 1", NULL },
	{ ROUTE, "198.51.100.0/24 dev eth1 features ecm", E, 35, "'ecm' is not one of: ecn", "did you mean 'ecn'?" },
	/* Rules: the block says that it has no effect, its lines are checked nevertheless. */
	{ RULE, "from 192.0.2.0/33 table 1 priority 1", E, 6, "'192.0.2.0/33' is no prefix", NULL },
	{ RULE, "form 192.0.2.0/24 table 1 priority 1", E, 1, "'form' is no word of a rule", "did you mean 'from'?" },
	{ RULE, "from 192.0.2.0/24 to 2001:db8::/32 table 1 priority 1", E, 1, "IPv4 and IPv6 in one rule", NULL },
	{ RULE, "inet6 from 192.0.2.0/24 table 1 priority 1", E, 1, "IPv4 and IPv6 in one rule", NULL },
	{ RULE, "goto 7 priority 7", E, 1, "goto 7 leads back: the rule itself has preference 7", NULL },
	{ RULE, "from 192.0.2.0/24 table 1", W, 1, "the rule has no preference: its place among the others is not known",
	  "preference NUMBER" },
	{ RULE, "from 192.0.2.0/24 priority 1", W, 1, "the rule does not say what to do: it has no effect", NULL },
	{ RULE, "sport 2000-1000 table 1 priority 1", E, 7, "the range 2000-1000 ends before it begins", NULL },
	{ RULE, "dport 65536 table 1 priority 1", E, 7, "'65536' is out of range: 0 to 65535", NULL },
	{ RULE, "fwmark blue table 1 priority 1", E, 8, "'blue' is not a mark", "NUMBER or NUMBER/MASK" },
	{ RULE, "table 1 priority 1 track_group G", W, 32, "track_group belongs to what is static; it has no effect here", NULL },
	{ "static_rules", "table 1 priority 1 track_group G", W, 32, "there is no track_group 'G'; nobody depends on it", NULL },
	/* Peers. */
	{ PEER, "192.0.2.2/24", E, 1, "'192.0.2.2/24' is not an IP address", "write it without the prefix length" },
	{ PEER, "192.0.2.2 min_ttl 256", E, 19, "'256' is out of range: 0 to 255", NULL },
	{ PEER, "192.0.2.2 min_ttl 255 max_ttl 254", E, 1, "min_ttl 255 is more than max_ttl 254", NULL },
	{ PEER, "192.0.2.2 ttl 5", W, 11, "'ttl' is not known in a line of unicast_peer; it has no effect",
	  "known here: min_ttl, max_ttl, owner" },
	/* Trackers. */
	{ "track_interface", "eth1 weight 254", E, 13, "'254' is out of range: -253 to 253", NULL },
	{ "track_interface", "eth1 wieght 5", W, 6, "'wieght' is not known in a line of track_interface; it has no effect",
	  "did you mean 'weight'?" },
	{ "track_script", "none", W, 1, "there is no vrrp_script 'none'; it is not tracked", NULL },
	{ "track_bfd", "none weight 5 reverse", W, 1, "there is no bfd_instance 'none'; it is not tracked", NULL },
	{ "track_bfd", "none weight 254", E, 13, "'254' is out of range: -253 to 253", NULL },
	{ "track_file", "none weight -255", E, 13, "'-255' is out of range: -254 to 254", NULL },
	{ NULL, "track_service web 80", E, 15, "'web' is not an IP address", NULL },
	{ NULL, "track_service 192.0.2.1", E, 15, "'192.0.2.1' needs a port", NULL },
	{ NULL, "track_service 192.0.2.1 65536", E, 25, "'65536' is out of range: 0 to 65535", NULL },
	{ NULL, "track_service 192.0.2.1 80 weight 254", E, 35, "'254' is out of range: -253 to 253", NULL },
	{ NULL, "track_service 192.0.2.1 80 wait 5", W, 28,
	  "'wait' is not known in a line of track_service; it has no effect", NULL },
	{ NULL, "track_service fwmark 0", E, 22, "'0' is out of range: 1 to 4294967295", NULL },
	{ NULL, "track_gateway 224.0.0.18", E, 15, "this is no neighbour's address", NULL },
	{ NULL, "track_gateway fe80::1", E, 15, "a link-local address needs its interface",
	  "track_gateway ADDRESS dev INTERFACE" },
	{ NULL, "track_gateway 192.0.2.9 interval 0", E, 34, "'0' is out of range: 0.01 to 3600", NULL },
	{ NULL, "track_gateway 192.0.2.9 fall 101", E, 30, "'101' is out of range: 1 to 100", NULL },
	/* Keys. */
	{ "auth_hmac", "mode enforced", E, 6, "'enforced' is not one of: enforce, permissive, receive-only", "did you mean 'enforce'?" },
	{ "auth_hmac", "key 1 hex:00", E, 7, "a key has 32 to 64 bytes, this one has 1", NULL },
	{ "auth_hmac", "key 1 hex:" HEX32 "0", E, 7, "a key with hex: is an even number of hexadecimal digits", NULL },
	{ "auth_hmac", "key 256 hex:" HEX32, E, 5, "'256' is out of range: 1 to 255", NULL },
	{ "auth_hmac", "key 1", E, 1, "'key' needs a key behind its number", NULL },
	{ "auth_hmac", "key 1 file:k", E, 7, "the file of a key is named by its absolute path", NULL },
	{ "auth_hmac", "key 1 0123456789abcdef0123456789abcde", E, 7, "a key has 32 to 64 bytes, this one has 31", NULL },
	{ "auth_hmac", "time_window 301", E, 13, "'301' is out of range: 1 to 300", NULL },
	{ "authentication", "auth_type AH", E, 11,
	  "auth_type AH was removed from VRRP (RFC 3768 10, RFC 5798 9): routers that use it would not be heard, so it is refused",
	  "auth_hmac signs adverts, allow_from says who may send them; or auth_type PASS; on all routers" },
	{ "authentication", "auth_type PASSWORD", E, 11, "unknown auth_type 'PASSWORD'", NULL },
	/* Words of several values. */
	{ NULL, "use_vmac an-interface-name-too-long", E, 10,
	  "'an-interface-name-too-long' cannot be the name of an interface", "at most 15 characters, no '/' and no ':'" },
	{ NULL, "use_vmac vrrp.1 00:00:5e:00:01:33 vrrp.2", E, 35, "'vrrp.2' is not known in a line of use_vmac", NULL },
	{ NULL, "use_vmac 00:00:5e:00", E, 10, "'00:00:5e:00' cannot be the name of an interface", NULL },
	{ NULL, "use_vmac group many", E, 16, "'many' is not a number", NULL },
	{ NULL, "use_ipvlan ipvl.1 192.0.2.9/24", W, 19, "192.0.2.9/24 has no effect: adverts leave by the interface itself, from its address",
	  "mcast_src_ip or unicast_src_ip say which one" },
	{ NULL, "use_ipvlan ipvl.1 bridged", E, 19, "'bridged' is not known in a line of use_ipvlan", NULL },
	{ NULL, "garp_extra_if all 86401", E, 19, "'86401' is out of range: 0 to 86400", NULL },
	{ NULL, "garp_extra_if all", E, 1, "'garp_extra_if' needs seconds", NULL },
	{ NULL, "timer_expired_backup 255", E, 22, "'255' is out of range: 1 to 254", NULL },
	{ NULL, "old_unicast_checksum nevr", E, 22, "'nevr' is not one of: never", "did you mean 'never'?" },
	{ NULL, "debug 5", E, 7, "'5' is out of range: 0 to 4", NULL },
	{ NULL, "owner_ignore_adverts perhaps", E, 22, "'perhaps' is neither on nor off", NULL },
	{ NULL, "notify_deleted \"\"", E, 16, "the command is empty", NULL },
	{ NULL, "state BACKUP please", W, 14, "extra words have no effect: please", NULL },
	{ "global_defs", "vrrp_garp_extra_if 0", E, 20, "'0' is out of range: 1 to 86400", NULL },
	{ "global_defs", "vrrp_mcast_group4 ff02::12", E, 19, "ff02::12 is not an IPv4 multicast address", NULL },
	{ "global_defs", "vrrp_mcast_group6 2001:db8::1", E, 19, "2001:db8::1 is not an IPv6 multicast address", NULL },
	{ "global_defs", "lvs_sync_daemon eth1 VI_9", W, 22, "there is no vrrp_instance 'VI_9'; nobody is followed", NULL },
	{ "global_defs", "lvs_sync_daemon eth1 id 256", E, 25, "'256' is out of range: 0 to 255", NULL },
	{ "global_defs", "lvs_sync_daemon eth1 maxlen 65508", E, 29, "'65508' is out of range: 0 to 65507", NULL },
	{ "global_defs", "vrrp_iptables a b c", W, 19, "extra words have no effect: c", NULL },
	{ "global_defs", "vrrp_gna_interval 11", E, 19, "'11' is out of range: 0 to 10", NULL },
	/* Blocks at the outermost level. */
	{ "linkbeat_interfaces", "eth1 SMOKE", E, 6, "'SMOKE' is not one of: MII, ETHTOOL, IOCTL", NULL },
	{ "linkbeat_interfaces", "eth1 mii", W, 6, "'mii' is read as 'MII'", NULL },
	{ "interface_up_down_delays", "eth1", E, 1, "'eth1' needs a delay in seconds", NULL },
	{ "interface_up_down_delays", "eth1 0 255.000001", E, 8, "'255.000001' is out of range: 0 to 255", NULL },
	{ "interface_up_down_delays", "eth1 1 2 3", W, 10, "extra words have no effect: 3", NULL },
	{ "garp_group", "interfaces { eth0 eth0 }", W, 19, "eth0 is listed twice", NULL },
	{ "garp_group", "interface eth0 garp_interval 0", W, 16, "extra words have no effect: garp_interval 0", NULL },
	{ "bfd_instance B", "neighbor_ip 192.0.2.999", E, 13, "'192.0.2.999' is not an IP address", NULL },
};

START_TEST(lines) {
	judge(&rows[_i]);
}
END_TEST

START_TEST(one_device) {
	const char *const both[] = { "use_vmac\nuse_ipvlan", "use_ipvlan\nuse_vmac" };

	for (unsigned i = 0; i < 2; i++) {
		struct row r = { .line = both[i] };
		char *text = text_of(&r);

		ck_assert_int_lt(load(text), 0);
		free(text);
		ck_assert_str_eq(mistake(0)->text, "an instance has use_vmac or use_ipvlan, not both");
		ck_assert_uint_eq(mistake(0)->at.line, 3);
	}
}
END_TEST

/* Everything that these languages have, in lines that are right. */
START_TEST(whole_grammar) {
	ck_assert_int_eq(
		load("static_ipaddress {\n"
		     "192.0.2.1/24 dev eth1 scope site brd + label eth1:1 peer 192.0.2.9/32 home -nodad mngtmpaddr noprefixroute\n"
		     "2001:db8::1/64 dev eth1 autojoin no_track preferred_lft forever track_group G\n"
		     "192.0.2.2 broadcast - preferred_lft forever\n}\n"
		     "static_routes {\n"
		     "unicast to 198.51.100.0/24 gw 192.0.2.1 or 192.0.2.2 oif eth1 preference 5 track_group G\n"
		     "inet6 2001:db8:1::/48 from 2001:db8:2::/48 via inet6 fe80::1 dev eth1 expires 60 pref medium\n"
		     "default table main proto static dsfield 0x10 as to 192.0.2.7 dev eth1 congctl lock cubic rto_min 200ms\n"
		     "198.51.100.0/24 encap mpls 100/200 ttl 3 via inet 192.0.2.1 rttvar 5 cwnd 6 ssthresh 7 window 8 initcwnd 9\n"
		     "198.51.100.0/25 encap ip id 7 dst 192.0.2.9 src 192.0.2.1 tos 1 ttl 64 flags key dev eth1 initrwnd 10\n"
		     "2001:db8:3::/48 encap ila 2001:db8:4:5 dev eth1 hoplimit 64 ttl-propagate enabled quickack 1\n"
		     "198.51.100.0/26 nexthop via inet6 fe80::1 dev eth1 weight 256 onlink realms 1/2 "
		     "as 192.0.2.1 nexthop dev eth2\n"
		     "any dev eth1 vrf blue fastopen_no_cookie 0 reordering 3 prepend realm 4 protocol bird add\n"
		     "nat 198.51.100.1 dev eth1\nlocal 198.51.100.2 dev eth1\nmulticast 239.0.0.0/8 dev eth1\n}\n"
		     "static_rules {\n"
		     "not inet from all to 192.0.2.0/24 tos 0x10 fwmark 0x10/0xff realms 1/2 iif eth1 oif eth2 lookup 7 order 1\n"
		     "inet6 from 2001:db8::/32 sup_pl 0 suppress_ifgroup default table blue preference 2\n"
		     "tun_id 5 tunnel-id 6 uidrange 0-99 l3mdev protocol 18 ipproto udp sport 5 dport 6-7 priority 3 no_track\n"
		     "goto 9 preference 4\nnop preference 5\ntype unreachable priority 6 track_group G\n"
		     "dev eth1 suppress_prefixlength 128 sup_group 0 prohibit priority 7\n}\n"
		     "track_group G { group { A B } }\n"
		     "linkbeat_interfaces {\neth1\neth2 IOCTL\n}\ninterface_up_down_delays {\neth1 0\neth2 255 0.5\n}\n"
		     "vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress { 192.0.2.1 }\n}\n"
		     "vrrp_instance B {\ninterface eth0\nvirtual_router_id 2\nvirtual_ipaddress { 192.0.2.2 }\n}\n"),
		0);
	expect_clean();
	ck_assert_uint_eq(inert(), 10);
	ck_assert_uint_eq(conf.delays.n, 2);
	ck_assert_int_eq(((const struct vrrp_delay *)conf.delays.item[0])->up, 0);
	ck_assert_int_eq(((const struct vrrp_delay *)conf.delays.item[1])->down, 255 * MONO_SEC);
	ck_assert_int_eq(((const struct vrrp_delay *)conf.delays.item[1])->up, MONO_SEC / 2);
	ck_assert_uint_eq(conf.static_addresses.n, 3);
	ck_assert_uint_eq(conf.static_groups.n, 3);
	ck_assert_uint_eq(((const struct vrrp_static_group *)conf.track_groups.item[0])->members.n, 2);
}
END_TEST

#define INSTANCE(name, vrid) \
	"vrrp_instance " name " {\ninterface eth0\nvirtual_router_id " vrid "\nvirtual_ipaddress { 192.0.2." vrid " }\n}\n"

/* Two instances in eight lines; then the row, from line 11 on. */
static const struct {
	const char *text;
	unsigned line; /* 0: nothing is wrong */
	const char *finding, *hint;
} references[] = {
	{ "vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\n}\n}\n", 0, NULL, NULL },
	{ "vrrp_sync_group G {\ngroup {\nVI_1\nVI_3\n}\n}\n", 14, "there is no vrrp_instance 'VI_3'; it is no member",
	  "did you mean 'VI_1'?" },
	{ "vrrp_sync_group G {\ngroup {\nVI_1\nsomething\n}\n}\n", 14, "there is no vrrp_instance 'something'; it is no member",
	  "define it: vrrp_instance something { ... }" },
	{ "vrrp_sync_group G {\ngroup { VI_1 VI_2\nVI_1\n}\n}\n", 13, "VI_1 is listed twice", "" },
	{ "vrrp_sync_group G {\ngroup { VI_1 VI_2 }\n}\nvrrp_sync_group H {\ngroup { VI_2 }\n}\n", 15,
	  "'VI_2' is a member of 'G' already", "an instance has one sync group: put all of them into one" },
	{ "vrrp_sync_group G {\nnotify /bin/true\n}\n", 11, "the group has no member", "group { INSTANCE INSTANCE ... }" },
	{ "vrrp_sync_group G {\ngroup { VI_1 VI_2 }\ntrack_script {\nchek\n}\n}\nvrrp_script check {\nscript /bin/true\n}\n", 14,
	  "there is no vrrp_script 'chek'; it is not tracked", "did you mean 'check'?" },
	{ "vrrp_sync_group G {\ngroup { VI_1 VI_2 }\ntrack_bfd {\nup\n}\n}\n", 14,
	  "there is no bfd_instance 'up'; it is not tracked", "define it: bfd_instance up { ... }" },
	{ "vrrp_sync_group G {\ngroup { VI_1 VI_2 }\ntrack_bfd {\nup\n}\n}\nbfd_instance up {\nneighbour_ip 192.0.2.9\n}\n", 0, NULL,
	  NULL },
	{ "track_group T {\ngroup { VI_1 VI_9 }\n}\n", 12, "there is no vrrp_instance 'VI_9'; it is no member", "did you mean 'VI_1'?" },
	{ "track_group T {\n}\n", 11, "'group' is missing in this track_group", NULL },
	{ "static_ipaddress {\n192.0.2.9/24 dev eth1 track_group T\n}\ntrack_group T {\ngroup { VI_1 }\n}\n", 0, NULL, NULL },
	{ "static_routes {\n198.51.100.0/24 dev eth1 track_group U\n}\ntrack_group T {\ngroup { VI_1 }\n}\n", 12,
	  "there is no track_group 'U'; nobody depends on it", "define it: track_group U { ... }" },
	{ "global_defs {\nlvs_sync_daemon eth1 VI_1 id 5 port 8848 ttl 1 group 224.0.0.81\n}\n", 0, NULL, NULL },
	{ "global_defs {\nlvs_sync_daemon eth1 inst VI_5\n}\n", 12, "there is no vrrp_instance 'VI_5'; nobody is followed",
	  "did you mean 'VI_1'?" },
	{ "garp_group {\ngarp_interval 0.001\n}\n", 11, "the garp_group has no interface", "interface NAME, or interfaces { NAME ... }" },
	{ "bfd_instance B {\nsource_ip 192.0.2.1\n}\n", 11, "'neighbor_ip' is missing in this bfd_instance", NULL },
	{ "bfd_instance B {\nsource_ip 192.0.2.1\nneighbor_ip 2001:db8::1\n}\n", 11,
	  "source_ip and neighbor_ip are of two families",
	  "source_ip IPV6-ADDRESS, or no source_ip: the kernel chooses" },
	{ "bfd_instance B {\nsource_ip 192.0.2.1\nneighbor_ip 192.0.2.1\n}\n", 11, "source_ip and neighbor_ip are the same",
	  "neighbor_ip is the other system's address, source_ip this one's" },
	{ "bfd_instance B {\nneighbor_ip 192.0.2.9\nttl 64\n}\n", 11, "ttl is not 255: the neighbor drops such packets",
	  "RFC 5881 wants 255 over one hop; `multihop` is for more" },
	{ "bfd_instance B {\nneighbor_ip 2001:db8::9\nhoplimit 64\n}\n", 11,
	  "hoplimit is not 255: the neighbor drops such packets", NULL },
	{ "bfd_instance B {\nneighbor_ip 192.0.2.9\nttl 64\nmultihop\n}\n", 0, NULL, "" },
	{ "bfd_instance B {\nneighbor_ip 192.0.2.9\nhoplimit 64\n}\n", 0, NULL, "" },
	{ "bfd_instance B {\nneighbor_ip fe80::9\n}\n", 11,
	  "neighbor_ip is link-local: without an interface it cannot be reached", "" },
	{ "bfd_instance A {\nneighbor_ip 192.0.2.9\n}\nbfd_instance B {\nneighbor_ip 192.0.2.9\n}\n", 14,
	  "it has the neighbor of A: between two addresses there is one session", "" },
	{ "bfd_instance A {\nneighbor_ip 192.0.2.9\n}\nbfd_instance B {\nneighbor_ip 192.0.2.9\nmultihop\n}\n", 0, NULL, "" },
	{ "bfd_instance A {\nneighbor_ip 192.0.2.9\nsource_ip 192.0.2.1\n}\n"
	  "bfd_instance B {\nneighbor_ip 192.0.2.9\nsource_ip 192.0.2.2\n}\n", 0, NULL, "" },
	{ "vrrp_sync_group {\n}\n", 11, "'vrrp_sync_group' needs a name", "" },
};

START_TEST(names) {
	char *text = x_asprintf(INSTANCE("VI_1", "51") INSTANCE("VI_2", "52") "%s", references[_i].text);

	load(text);
	free(text);
	if (!references[_i].line) {
		expect_clean();
		return;
	}
	expect_text(0, references[_i].line, references[_i].finding);
	if (references[_i].hint)
		ck_assert_str_eq(mistake(0)->hint ? mistake(0)->hint : "", references[_i].hint);
	ck_assert_ptr_null(mistake(1));
}
END_TEST

/* Milliseconds with microseconds behind the point. */
static const struct {
	const char *line, *finding;
} intervals[] = {
	{ "min_rx 1", NULL },
	{ "min_rx 3.312", NULL },
	{ "min_tx 4294967.295", NULL },
	{ "idle_tx 1000", NULL },
	{ "min_rx 0.999", "'0.999' is out of range: 1 to 4294967.295" },
	{ "min_tx 4294967.296", "'4294967.296' is out of range: 1 to 4294967.295" },
	{ "idle_tx 999", "'999' is out of range: 1000 to 4294967.295" },
	{ "min_rx 50ms", "'50ms' is not a number" },
	{ "min_rx", "'min_rx' needs milliseconds" },
	{ "multiplier 0", "'0' is out of range: 1 to 255" },
	{ "max_hops -1", NULL },
	{ "max_hops -2", "'-2' is out of range: -1 to 255" },
	{ "hoplimit 256", "'256' is out of range: 1 to 255" },
	{ "weight 253 reverse", NULL },
	{ "weight 254", "'254' is out of range: -253 to 253" },
	{ "multihop no", NULL },
	{ "passive", NULL },
};

START_TEST(bfd) {
	char *text = x_asprintf("bfd_instance B {\nneighbor_ip 192.0.2.9\n%s\n}\n", intervals[_i].line);

	ck_assert_int_eq(load(text) < 0, intervals[_i].finding != NULL);
	free(text);
	if (intervals[_i].finding)
		expect_text(0, 3, intervals[_i].finding);
	else
		expect_clean();
	ck_assert_uint_eq(inert(), 0);
}
END_TEST

/* Keys: several, none, one that is not there. */
static const struct {
	const char *lines, *finding;
} keys[] = {
	{ "key 1 hex:" HEX32, NULL },
	{ "key 1 \"a text of at least thirty-two characters\"\nkey 255 file:/etc/vrrp.key\nactive_key 255", NULL },
	{ "key 1 hex:" HEX32 HEX32 "\nanti_replay monotonic\ntime_window 1.5\nmode receive-only", NULL },
	{ "mode permissive", "auth_hmac has no key" },
	{ "key 1 hex:" HEX32 "\nactive_key 2", "active_key 2 is none of the keys" },
	{ "key 1 hex:" HEX32 "\nkey 2 hex:" HEX32, "several keys and no active_key: the first one signs" },
	{ "key 1 hex:" HEX32 "\nkey 1 hex:" HEX32, "key 1 is written again: the last one counts" },
	{ "key 1 hex:" HEX32 HEX32 "00", "a key has 32 to 64 bytes, this one has 65" },
};

START_TEST(hmac) {
	char *text =
		x_asprintf("vrrp_instance I {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress { 192.0.2.1 }\n"
			   "auth_hmac {\n%s\n}\n}\n",
			keys[_i].lines);

	load(text);
	free(text);
	if (keys[_i].finding) {
		ck_assert_ptr_nonnull(mistake(0));
		ck_assert_str_eq(mistake(0)->text, keys[_i].finding);
		ck_assert_ptr_null(mistake(1));
	} else {
		expect_clean();
	}
	ck_assert_uint_eq(inert(), 0);
}
END_TEST

/* Old spellings say what they are now, and are read as that. */
static const struct {
	const char *line, *old, *new;
	bool is_inert;
} aliases[] = {
	{ "vmac_garp_intvl all 60", "vmac_garp_intvl", "garp_extra_if", false },
	{ "thread_timer_expired 3", "thread_timer_expired", "timer_expired_backup", true },
	{ "lvs_sync_daemon_inteface eth1", "lvs_sync_daemon_inteface", "lvs_sync_daemon_interface", false },
	{ "}\nglobal_defs {\nvrrp_vmac_garp_intvl 60", "vrrp_vmac_garp_intvl", "vrrp_garp_extra_if", false },
	{ "}\nvrrp_track_file f {\nfile /run/f", "vrrp_track_file", "track_file", false },
};

START_TEST(old_spellings) {
	char *text = x_asprintf(
		"vrrp_instance I {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress { 192.0.2.1 }\n%s\n}\n",
		aliases[_i].line);
	char *want = x_asprintf("'%s' is an old spelling of '%s'", aliases[_i].old, aliases[_i].new);

	ck_assert_int_eq(load(text), 0);
	ck_assert_ptr_nonnull(mistake(0));
	ck_assert_str_eq(mistake(0)->text, want);
	ck_assert_ptr_null(mistake(1));
	ck_assert_uint_eq(inert(), aliases[_i].is_inert);
	free(text);
	free(want);
}
END_TEST

/* keepalived(8) of 2.4 turns it on whatever is written; its manual page says what is done here. */
START_TEST(off_is_off) {
	ck_assert_int_eq(
		load("global_defs {\nvrrp_skip_check_adv_addr off\nv3_checksum_as_v2 off\nvrrp_min_garp off\n}\n" INSTANCE(
			"VI_1", "51")),
		0);
	expect_clean();
	ck_assert(!conf.globals.skip_check_adv_addr && !conf.globals.v3_checksum_as_v2);
	ck_assert_uint_eq(conf.globals.garp.master_repeat, 5);
	ck_assert_int_eq(conf.globals.garp.master_delay, 5 * MONO_SEC);
}
END_TEST

/* The example of each block is a whole configuration without a mistake; it has the block, and the rows' status says the rest. */
static void check_examples(const struct conf_block *b)
{
	for (const struct conf_item *it = b->items; it->name; it++) {
		if (it->type != CONF_BLOCK)
			continue;
		ck_assert_msg(it->block->example != NULL, "%s has no example", it->name);
		ck_assert_ptr_nonnull(strstr(it->block->example, it->name));
		ck_assert_msg(load(it->block->example) == 0, "the example of %s", it->name);
		expect_clean();
		ck_assert_msg(!inert() == (it->status == CONF_WORKS), "status of %s", it->name);
		check_examples(it->block);
	}
}

START_TEST(examples) {
	check_examples(&vrrp_root);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int main(void)
{
	Suite *s = suite_create("vrrp_language");
	TCase *t = tcase_create("language");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_loop_test(t, lines, 0, ROWS(rows));
	tcase_add_test(t, one_device);
	tcase_add_test(t, whole_grammar);
	tcase_add_loop_test(t, names, 0, ROWS(references));
	tcase_add_loop_test(t, bfd, 0, ROWS(intervals));
	tcase_add_loop_test(t, hmac, 0, ROWS(keys));
	tcase_add_loop_test(t, old_spellings, 0, ROWS(aliases));
	tcase_add_test(t, off_is_off);
	tcase_add_test(t, examples);
	suite_add_tcase(s, t);
	return run_suite(s);
}
