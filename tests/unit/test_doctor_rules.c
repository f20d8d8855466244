/* test_doctor_rules.c - from facts to findings: a healthy director has none; each row changes one thing, and says what is found. */
#include "ctl/doctor_rules.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/ipvs_table.h"
#include "run.h"

enum { ETH0 = 2, ETH1 = 3, SERVER = 0, VIP = 0 };

static const uint8_t our_mac[] = { 2, 0, 0, 0, 0, 1 }, peer_mac[] = { 2, 0, 0, 0, 0, 2 },
		     server_mac[] = { 2, 0, 0, 0, 0, 0x11 }, other_mac[] = { 2, 0, 0, 0, 0, 0x99 },
		     router_mac[] = { 2, 0, 0, 0, 0, 0xfe };

static struct addr ip(const char *text)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(text, &a), 0);
	return a;
}

static void add_link(struct doctor_facts *f, int index, const char *name, const uint8_t *mac)
{
	struct doctor_link *l = doctor_facts_add(f, &f->links, &f->n_links, sizeof(*l));

	*l = (struct doctor_link){ .is = { .index = index, .is_up = true, .has_mac = true, .mtu = 1500 } };
	strcpy(l->is.name, name);
	memcpy(l->is.mac, mac, LINK_MAC_LEN);
}

static void add_answer(struct doctor_facts *f, const char *addr, const uint8_t *mac)
{
	struct doctor_answer *a = doctor_facts_add(f, &f->answers, &f->n_answers, sizeof(*a));

	*a = (struct doctor_answer){ .addr = ip(addr), .index = ETH0, .is_reply = true };
	memcpy(a->mac, mac, LINK_MAC_LEN);
}

/* MASTER with one address, a BACKUP beside it, one service by direct routing with one server; all is well. */
static void healthy(struct doctor_facts *f)
{
	struct doctor_vip *v;
	struct doctor_peer *p;
	struct doctor_service *vs;
	struct doctor_server *s;

	doctor_facts_init(f);
	add_link(f, ETH0, "eth0", our_mac);
	add_link(f, ETH1, "eth1", our_mac);
	v = doctor_facts_add(f, &f->vips, &f->n_vips, sizeof(*v));
	*v = (struct doctor_vip){ ip("192.0.2.100"), "VI_1", "MASTER", ETH0, true, false, false, true, false, false };
	p = doctor_facts_add(f, &f->peers, &f->n_peers, sizeof(*p));
	*p = (struct doctor_peer){ ip("192.0.2.2"), "VI_1", "eth0", false, true };
	vs = doctor_facts_add(f, &f->services, &f->n_services, sizeof(*vs));
	*vs = (struct doctor_service){
		.name = "web", .addr = v->addr, .port = 80, .protocol = "tcp", .scheduler = "rr", .has_flags = true
	};
	s = doctor_facts_add(f, &f->servers, &f->n_servers, sizeof(*s));
	*s = (struct doctor_server){ .name = "192.0.2.11:80",
		.addr = ip("192.0.2.11"),
		.port = 80,
		.forward = DOCTOR_DR,
		.is_up = true,
		.has_way = true,
		.was_asked = true,
		.way = { .type = 1, .index = ETH0 },
		.path = DOCTOR_PATH_OK };
	add_answer(f, "192.0.2.11", server_mac);
	add_answer(f, "192.0.2.2", peer_mac);
	f->has_outward = true;
	f->outward = (struct link_way){ .type = 1, .index = ETH0, .via = ip("192.0.2.254") };
	add_answer(f, "192.0.2.254", router_mac);
	for (int i = 0; i < DOCTOR_SYSCTL_MAX; i++)
		f->sysctl[i] = 0;
	f->sysctl[DOCTOR_VS_RUN_ESTIMATION] = f->sysctl[DOCTOR_VS_EXPIRE_NODEST] = f->sysctl[DOCTOR_VS_PMTU_DISC] = 1;
	f->sysctl[DOCTOR_IP_FORWARD] = 1;
	f->sysctl[DOCTOR_VS_CONNTRACK] = -1;
	f->has_daemon = true;
}

static void tunnel_own_source(struct doctor_facts *f)
{
	f->servers[SERVER].forward = DOCTOR_TUN;
	f->servers[SERVER].way.src = ip("2001:db8::1");
	f->servers[SERVER].way.mtu = 1600;
}

static void tunnel_source(struct doctor_facts *f)
{
	struct doctor_vip *v = doctor_facts_add(f, &f->vips, &f->n_vips, sizeof(*v));

	*v = (struct doctor_vip){ ip("2001:db8::100"), "VI_1", "MASTER", ETH0, true, false, false, true, false, false };
	tunnel_own_source(f);
	f->servers[SERVER].way.src = v->addr;
}

static void backup_only_alone(struct doctor_facts *f)
{
	f->sysctl[DOCTOR_VS_BACKUP_ONLY] = 1;
}

static void backup_only_via(struct doctor_facts *f)
{
	backup_only_alone(f);
	f->has_via = true;
}

static void anycast_elsewhere(struct doctor_facts *f)
{
	f->vips[VIP] = (struct doctor_vip){
		.addr = f->vips[VIP].addr, .state = "", .was_asked = true, .is_anycast = true
	};
}

static void anycast_at_both(struct doctor_facts *f)
{
	anycast_elsewhere(f);
	f->vips[VIP].is_wanted = f->vips[VIP].is_here = true;
	add_answer(f, "192.0.2.100", peer_mac);
}

static void anycast_missing(struct doctor_facts *f)
{
	anycast_elsewhere(f);
	f->vips[VIP].is_wanted = true;
}

static void refused(struct doctor_facts *f)
{
	f->ipvs_refused = "add web: No such file or directory";
}

static void sync_trouble(struct doctor_facts *f)
{
	f->sync_trouble = "no interface eth9";
}

static void sync_fine(struct doctor_facts *f)
{
	f->sync_trouble = "";
}

static void sent(struct doctor_facts *f, const char *from, unsigned id)
{
	struct doctor_sender *s = doctor_facts_add(f, &f->senders, &f->n_senders, sizeof(*s));

	*s = (struct doctor_sender){ ip(from), id };
	f->sync_id = 51;
}

static void sync_same_id(struct doctor_facts *f)
{
	sent(f, "192.0.2.2", 51);
}

static void sync_another_id(struct doctor_facts *f)
{
	sent(f, "192.0.2.2", 7);
}

/* Another pair in the same segment. */
static void sync_of_others(struct doctor_facts *f)
{
	sent(f, "192.0.2.3", 7);
}

static void absent(struct doctor_facts *f)
{
	f->has_daemon = false;
	f->is_absent = true;
}

static void stopped(struct doctor_facts *f)
{
	f->has_daemon = false;
}

static void process_silent(struct doctor_facts *f)
{
	f->silent = "lvs";
}

static void nothing(struct doctor_facts *f)
{
	(void)f;
}

static void we_are_backup(struct doctor_facts *f)
{
	f->vips[VIP].is_here = false;
	f->vips[VIP].state = "BACKUP";
}

static void backup_and_master(struct doctor_facts *f)
{
	we_are_backup(f);
	add_answer(f, "192.0.2.100", peer_mac);
}

static void server_answers(struct doctor_facts *f)
{
	add_answer(f, "192.0.2.100", server_mac);
}

static void server_answers_backup(struct doctor_facts *f)
{
	backup_and_master(f);
	server_answers(f);
}

static void server_claims(struct doctor_facts *f)
{
	server_answers(f);
	f->answers[f->n_answers - 1].is_reply = false;
}

static void stranger_answers(struct doctor_facts *f)
{
	add_answer(f, "192.0.2.100", other_mac);
}

static void stranger_answers_backup(struct doctor_facts *f)
{
	backup_and_master(f);
	stranger_answers(f);
}

static void peer_answers(struct doctor_facts *f)
{
	add_answer(f, "192.0.2.100", peer_mac);
}

/* A director that is a real server too: as MASTER it may answer. */
static void server_is_master(struct doctor_facts *f)
{
	backup_and_master(f);
	f->servers[SERVER].addr = ip("192.0.2.2");
	f->sysctl[DOCTOR_VS_BACKUP_ONLY] = 1;
}

static void own_answer(struct doctor_facts *f)
{
	add_answer(f, "192.0.2.100", our_mac);
}

static void not_asked(struct doctor_facts *f)
{
	we_are_backup(f);
	f->vips[VIP].was_asked = false;
}

static void master_without(struct doctor_facts *f)
{
	f->vips[VIP].is_here = false;
	f->vips[VIP].was_asked = false;
}

static void dad(struct doctor_facts *f)
{
	f->vips[VIP].dad_failed = true;
}

static void silent(struct doctor_facts *f)
{
	f->answers[0].addr = ip("192.0.2.12");
}

static void silent_down(struct doctor_facts *f)
{
	silent(f);
	f->servers[SERVER].is_up = false;
}

static void silent_not_asked(struct doctor_facts *f)
{
	silent(f);
	f->servers[SERVER].was_asked = false;
}

static void two_macs(struct doctor_facts *f)
{
	add_answer(f, "192.0.2.11", other_mac);
}

static void proxy(struct doctor_facts *f)
{
	memcpy(f->answers[0].mac, router_mac, LINK_MAC_LEN);
}

/* One neighbour, who is `mac`. */
static void learn(struct doctor_facts *f, const uint8_t *mac)
{
	f->neighbours = calloc(1, sizeof(*f->neighbours));
	f->n_neighbours = 1;
	f->neighbours[0] = (struct link_neighbour){ .index = ETH0, .addr = ip("192.0.2.11"), .is_permanent = true };
	memcpy(f->neighbours[0].mac, mac, LINK_MAC_LEN);
}

static void learned_wrong(struct doctor_facts *f)
{
	learn(f, other_mac);
}

static void learned_right(struct doctor_facts *f)
{
	learn(f, server_mac);
}

static void behind_router(struct doctor_facts *f)
{
	silent_not_asked(f);
	f->servers[SERVER].way.via = ip("192.0.2.254");
}

static void tunnel_behind_router(struct doctor_facts *f)
{
	behind_router(f);
	f->servers[SERVER].forward = DOCTOR_TUN;
	f->servers[SERVER].way.mtu = 1600;
}

static void tunnel_tight(struct doctor_facts *f)
{
	tunnel_behind_router(f);
	f->servers[SERVER].way.mtu = 1500;
	f->sysctl[DOCTOR_VS_PMTU_DISC] = 0;
}

static void no_way(struct doctor_facts *f)
{
	silent_not_asked(f);
	f->servers[SERVER].has_way = false;
	f->servers[SERVER].way_error = -ENETUNREACH;
}

static void path_silent(struct doctor_facts *f)
{
	f->servers[SERVER].path = DOCTOR_PATH_SILENT;
}

static void path_forwarded(struct doctor_facts *f)
{
	f->servers[SERVER].path = DOCTOR_PATH_FORWARDED;
}

static void path_refused(struct doctor_facts *f)
{
	f->servers[SERVER].path = DOCTOR_PATH_REFUSED;
}

static void path_unknown(struct doctor_facts *f)
{
	f->servers[SERVER].path = DOCTOR_PATH_UNKNOWN;
}

static void gateway_us(struct doctor_facts *f)
{
	f->servers[SERVER].gateway = DOCTOR_GATEWAY_US;
}

static void gateway_us_nat(struct doctor_facts *f)
{
	gateway_us(f);
	f->servers[SERVER].forward = DOCTOR_NAT;
}

static void port_differs(struct doctor_facts *f)
{
	f->servers[SERVER].port = 8080;
}

static void port_differs_nat(struct doctor_facts *f)
{
	port_differs(f);
	f->servers[SERVER].forward = DOCTOR_NAT;
}

static void port_zero(struct doctor_facts *f)
{
	f->services[0].port = f->servers[SERVER].port = 0;
}

static void port_zero_persistent(struct doctor_facts *f)
{
	port_zero(f);
	f->services[0].persistence = 300;
	f->sysctl[DOCTOR_VS_EXPIRE_TEMPLATE] = 1;
}

static void persistent(struct doctor_facts *f)
{
	f->services[0].persistence = 300;
}

static void server_is_peer(struct doctor_facts *f)
{
	f->servers[SERVER].addr = ip("192.0.2.2");
}

static void server_is_peer_marked(struct doctor_facts *f)
{
	server_is_peer(f);
	f->services[0].fwmark = 1;
}

static void server_is_peer_backup_only(struct doctor_facts *f)
{
	server_is_peer(f);
	f->sysctl[DOCTOR_VS_BACKUP_ONLY] = 1;
}

static void hash(struct doctor_facts *f)
{
	f->services[0].scheduler = "mh";
}

static void hash_fallback(struct doctor_facts *f)
{
	hash(f);
	f->services[0].flags = IPVS_SCHED1;
}

static void sloppy(struct doctor_facts *f)
{
	f->sysctl[DOCTOR_VS_SLOPPY_TCP] = 1;
}

static void sloppy_hash(struct doctor_facts *f)
{
	sloppy(f);
	hash_fallback(f);
}

static void no_ipvs(struct doctor_facts *f)
{
	f->ipvs_error = "IPVS is not in this kernel";
}

static void no_forwarding(struct doctor_facts *f)
{
	f->sysctl[DOCTOR_IP_FORWARD] = 0;
}

static void no_forwarding_nat(struct doctor_facts *f)
{
	no_forwarding(f);
	f->servers[SERVER].forward = DOCTOR_NAT;
}

static void tracked(struct doctor_facts *f)
{
	f->sysctl[DOCTOR_VS_CONNTRACK] = 1;
}

static void tracked_nat(struct doctor_facts *f)
{
	tracked(f);
	f->servers[SERVER].forward = DOCTOR_NAT;
}

static void not_tracked(struct doctor_facts *f)
{
	f->sysctl[DOCTOR_VS_CONNTRACK] = 0;
}

static void strict(struct doctor_facts *f)
{
	f->links[0].rp_filter = 1;
}

static void strict_elsewhere(struct doctor_facts *f)
{
	strict(f);
	f->outward.index = ETH1;
}

static void loose_elsewhere(struct doctor_facts *f)
{
	strict_elsewhere(f);
	f->links[0].rp_filter = 2;
}

static void frozen(struct doctor_facts *f)
{
	f->sysctl[DOCTOR_VS_RUN_ESTIMATION] = 0;
}

static void nodest(struct doctor_facts *f)
{
	f->sysctl[DOCTOR_VS_EXPIRE_NODEST] = 0;
}

static void sync_default(struct doctor_facts *f)
{
	f->has_sync = true;
	f->sysctl[DOCTOR_VS_SYNC_THRESHOLD] = 3;
	f->sysctl[DOCTOR_VS_SYNC_PERIOD] = 50;
}

static void sync_off(struct doctor_facts *f)
{
	sync_default(f);
	f->has_sync = false;
}

static void sync_set(struct doctor_facts *f)
{
	sync_default(f);
	f->sysctl[DOCTOR_VS_SYNC_PERIOD] = 0;
}

static void drop(struct doctor_facts *f, enum doctor_drop_kind kind, bool is_sure)
{
	struct doctor_drop *d = doctor_facts_add(f, &f->drops, &f->n_drops, sizeof(*d));

	*d = (struct doctor_drop){ kind, is_sure, false, "table ip a, chain b", "ip a b", "\"drop\"", 7 };
}

static void vrrp_dropped(struct doctor_facts *f)
{
	drop(f, DOCTOR_DROP_VRRP, true);
}

static void vrrp_maybe_dropped(struct doctor_facts *f)
{
	drop(f, DOCTOR_DROP_VRRP, false);
}

static void vrrp_dropped_nobody_cares(struct doctor_facts *f)
{
	vrrp_dropped(f);
	f->n_peers = 0;
}

static void invalid_dropped(struct doctor_facts *f)
{
	drop(f, DOCTOR_DROP_INVALID, true);
}

static void invalid_dropped_nat(struct doctor_facts *f)
{
	invalid_dropped(f);
	f->servers[SERVER].forward = DOCTOR_NAT;
}

/* What is changed, and what is found: "severity id", separated by blanks; E error, W warning, N note. */
static const struct row {
	void (*change)(struct doctor_facts *f);
	const char *found;
	const char *evidence; /* somewhere in the first finding's words */
} rows[] = {
	{ nothing, "", NULL },
	{ anycast_elsewhere, "", NULL },
	{ anycast_at_both, "", NULL },
	{ anycast_missing, "E:vip-missing", "does not have it on its device" },
	{ refused, "E:ipvs-refused", "add web" },
	{ sync_trouble, "W:sync-trouble", "eth9" },
	{ sync_fine, "", NULL },
	{ sync_same_id, "", NULL },
	{ sync_another_id, "E:sync-id", "192.0.2.2 sends with id 7, this director listens to id 51" },
	{ sync_of_others, "", NULL },
	{ absent, "W:no-daemon", "nobody listens" },
	{ stopped, "E:daemon-silent", "no status came" },
	{ process_silent, "E:daemon-silent", "the lvs process" },
	{ own_answer, "", NULL },
	{ server_answers, "E:vip-answered-by-server", "answered by 02:00:00:00:00:11, which is 192.0.2.11" },
	{ server_answers_backup, "E:vip-answered-by-server", "192.0.2.11" },
	{ server_claims, "E:vip-claimed-by-server", "02:00:00:00:00:11" },
	{ server_is_master, "", NULL },
	{ stranger_answers, "E:vip-duplicate", "answered by 02:00:00:00:00:99" },
	{ stranger_answers_backup, "E:vip-duplicate", "02:00:00:00:00:02 (the director 192.0.2.2) and 02:00:00:00:00:99" },
	{ peer_answers, "E:vip-duplicate", "(the director 192.0.2.2)" },
	{ we_are_backup, "W:vip-unanswered", "192.0.2.100" },
	{ backup_and_master, "", NULL },
	{ not_asked, "", NULL },
	{ master_without, "E:vip-missing", NULL },
	{ dad, "E:vip-dad", "dadfailed" },
	{ silent, "E:server-silent", "eth0" },
	{ silent_down, "W:server-silent", "192.0.2.11" },
	{ silent_not_asked, "", NULL },
	{ two_macs, "E:server-duplicate", "02:00:00:00:00:11 and 02:00:00:00:00:99" },
	{ proxy, "E:proxy-arp", "02:00:00:00:00:fe" },
	{ learned_wrong, "E:wrong-mac", "has 02:00:00:00:00:99 (permanent), but 02:00:00:00:00:11" },
	{ learned_right, "", NULL },
	{ behind_router, "E:off-link", "router 192.0.2.254 (eth0)" },
	{ tunnel_behind_router, "", NULL },
	{ tunnel_tight, "W:mtu-tunnel", "1500" },
	{ no_way, "E:no-route", "Network is unreachable" },
	{ path_silent, "E:server-without-vip", "was not answered" },
	{ path_forwarded, "E:server-without-vip", "ip_forward" },
	{ path_refused, "E:service-not-on-vip", "port 80" },
	{ path_unknown, "", NULL },
	{ gateway_us, "E:gateway-is-director", "192.0.2.11" },
	{ gateway_us_nat, "", NULL },
	{ port_differs, "E:port-differs", "8080" },
	{ port_differs_nat, "", NULL },
	{ port_zero, "E:port-zero", NULL },
	{ port_zero_persistent, "", NULL },
	{ persistent, "W:template-stays", "expire_quiescent_template" },
	{ server_is_peer, "E:loop", "192.0.2.2" },
	{ server_is_peer_marked, "", NULL },
	{ server_is_peer_backup_only, "", NULL },
	{ hash, "W:no-fallback", "mh" },
	{ hash_fallback, "", NULL },
	{ sloppy, "W:sloppy-tcp", NULL },
	{ sloppy_hash, "", NULL },
	{ no_ipvs, "E:no-ipvs", "IPVS is not in this kernel" },
	{ no_forwarding, "N:ip-forward", "net.ipv4.ip_forward is 0" },
	{ no_forwarding_nat, "E:ip-forward", NULL },
	{ tunnel_source, "E:tunnel-source", "2001:db8::100" },
	{ tunnel_own_source, "", NULL },
	{ backup_only_via, "W:backup-only", NULL },
	{ backup_only_alone, "", NULL },
	{ tracked, "W:conntrack", NULL },
	{ tracked_nat, "", NULL },
	{ not_tracked, "N:conntrack", NULL },
	{ strict, "", NULL },
	{ strict_elsewhere, "W:rp-filter", "leaves by eth1" },
	{ loose_elsewhere, "", NULL },
	{ frozen, "W:no-estimation", NULL },
	{ nodest, "W:nodest-stays", NULL },
	{ sync_default, "W:sync-threshold", NULL },
	{ sync_off, "", NULL },
	{ sync_set, "", NULL },
	{ vrrp_dropped, "E:vrrp-dropped", "table ip a, chain b" },
	{ vrrp_maybe_dropped, "W:vrrp-dropped", NULL },
	{ vrrp_dropped_nobody_cares, "", NULL },
	{ invalid_dropped, "W:invalid-dropped", NULL },
	{ invalid_dropped_nat, "", NULL },
};

static void expect_words(const struct doctor_finding *d, const char *words)
{
	ck_assert_ptr_nonnull(d->subject);
	ck_assert_msg(*d->what && *d->evidence && (*d->cure || d->severity == DOCTOR_NOTE), "%s says too little",
		d->id);
	ck_assert_msg(!words || strstr(d->evidence, words) || strstr(d->what, words), "%s: no '%s' in '%s'", d->id,
		words, d->evidence);
}

START_TEST(rules) {
	const struct row *r = &rows[_i];
	struct doctor_facts f;
	struct doctor_findings all;
	struct text found = { 0 };

	healthy(&f);
	r->change(&f);
	doctor_judge(&f, &all);
	for (unsigned i = 0; i < all.n; i++)
		text_printf(&found, "%s%c:%s", i ? " " : "", "NWE"[all.item[i].severity], all.item[i].id);
	ck_assert_msg(!strcmp(text_str(&found), r->found), "row %d: found '%s', not '%s'", _i, text_str(&found),
		r->found);
	if (all.n)
		expect_words(&all.item[0], r->evidence);
	text_done(&found);
	doctor_facts_done(&f);
}
END_TEST

/* Errors come first, then warnings, then notes. */
START_TEST(order) {
	struct doctor_facts f;
	struct doctor_findings all;

	healthy(&f);
	no_forwarding(&f);
	frozen(&f);
	server_answers(&f);
	vrrp_dropped(&f);
	doctor_judge(&f, &all);
	ck_assert_uint_eq(all.n, 4);
	ck_assert_str_eq(all.item[0].id, "vip-answered-by-server");
	ck_assert_str_eq(all.item[1].id, "vrrp-dropped");
	ck_assert_str_eq(all.item[2].id, "no-estimation");
	ck_assert_str_eq(all.item[3].id, "ip-forward");
	ck_assert_uint_eq(doctor_count(&all, DOCTOR_ERROR), 2);
	doctor_facts_done(&f);
}
END_TEST

/* What is true of a server whatever the address, is said once for a group; of its path, for each address. */
START_TEST(group) {
	struct doctor_facts f;
	struct doctor_findings all;
	struct doctor_service *vs;
	struct doctor_server *s;

	healthy(&f);
	vs = doctor_facts_add(&f, &f.services, &f.n_services, sizeof(*vs));
	*vs = f.services[0];
	vs->addr = ip("192.0.2.101");
	doctor_facts_vips(&f);
	f.vips[1].is_here = true;
	f.servers[SERVER].way_error = -ENETUNREACH;
	f.servers[SERVER].path = DOCTOR_PATH_SILENT;
	s = doctor_facts_add(&f, &f.servers, &f.n_servers, sizeof(*s));
	*s = f.servers[SERVER];
	s->service = 1;
	doctor_judge(&f, &all);
	ck_assert_uint_eq(all.n, 3);
	ck_assert_str_eq(all.item[0].id, "no-route");
	ck_assert_str_eq(all.item[1].id, "server-without-vip");
	ck_assert_str_eq(all.item[2].id, "server-without-vip");
	ck_assert_ptr_nonnull(strstr(all.item[2].evidence, "192.0.2.101"));
	doctor_facts_done(&f);
}
END_TEST

/* One service of many: its servers and its address alone. */
START_TEST(limit) {
	struct doctor_facts f;
	struct doctor_service *vs;

	healthy(&f);
	vs = doctor_facts_add(&f, &f.services, &f.n_services, sizeof(*vs));
	*vs = (struct doctor_service){ .name = "mail", .addr = ip("192.0.2.101"), .port = 25 };
	for (unsigned i = 0; i < 100; i++) {
		struct doctor_server *s = doctor_facts_add(&f, &f.servers, &f.n_servers, sizeof(*s));

		*s = (struct doctor_server){ .service = 1, .port = (uint16_t)i };
	}
	doctor_facts_vips(&f);
	ck_assert_uint_eq(f.n_vips, 2);
	ck_assert(!doctor_facts_limit(&f, "news"));
	ck_assert(doctor_facts_limit(&f, "mail"));
	ck_assert_uint_eq(f.n_services, 1);
	ck_assert_uint_eq(f.n_servers, 100);
	ck_assert_uint_eq(f.n_vips, 1);
	ck_assert(addr_equal(&f.vips[0].addr, &vs->addr));
	for (unsigned i = 0; i < 100; i++)
		ck_assert(f.servers[i].service == 0 && f.servers[i].port == i);
	doctor_facts_done(&f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("doctor_rules");
	TCase *t = tcase_create("rules");

	tcase_add_loop_test(t, rules, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(t, order);
	tcase_add_test(t, group);
	tcase_add_test(t, limit);
	suite_add_tcase(s, t);
	return run_suite(s);
}
