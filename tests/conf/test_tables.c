/*
 * test_tables.c - the tables of all floors as they are: every row has its sentence, every alias its target, every default is one,
 * and every word of keepalived 2.4's language is known where it is written.
 */
#include "base/alloc.h"
#include "conf/schema.h"
#include "daemon/conf.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { SEEN_ROWS = 256, DEPTH_MAX = 8, INPUT_MAX = 64 * 1024, FLIP_ROUNDS = 1000 };

static const struct conf_block *const roots[] = { &main_root, &vrrp_root, &checkers_root };

/* A block's path and the words that keepalived 2.4 knows in it (keepalived.conf(5)). */
struct vocabulary {
	const char *path, *words;
};

static const struct vocabulary vocabulary[] = {
	{ "",
		"global_defs net_namespace net_namespace_ipvs namespace_with_ipsets instance use_pid_dir "
		"linkbeat_use_polling child_wait_time linkbeat_interfaces interface_up_down_delays track_group "
		"static_ipaddress static_routes static_rules track_file vrrp_track_file vrrp_track_process "
		"vrrp_script vrrp_sync_group garp_group vrrp_instance bfd_instance virtual_server_group "
		"virtual_server SSL" },
	{ "global_defs",
		"router_id notification_email notification_email_from smtp_server smtp_connect_timeout "
		"smtp_helo_name smtp_alert smtp_alert_vrrp smtp_alert_checker no_email_faults no_checker_emails "
		"checker_log_all_failures process_names process_name vrrp_process_name checker_process_name "
		"lvs_process_name bfd_process_name use_symlink_paths set_supplementary_groups script_user "
		"enable_script_security startup_script startup_script_timeout shutdown_script "
		"shutdown_script_timeout max_auto_priority min_auto_priority_delay vrrp_priority "
		"checker_priority bfd_priority vrrp_no_swap checker_no_swap bfd_no_swap vrrp_rt_priority "
		"checker_rt_priority bfd_rt_priority vrrp_cpu_affinity checker_cpu_affinity bfd_cpu_affinity "
		"vrrp_rlimit_rttime checker_rlimit_rttime bfd_rlimit_rttime vrrp_rlimit_rtime "
		"checker_rlimit_rtime bfd_rlimit_rtime default_interface dynamic_interfaces disable_local_igmp "
		"lvs_timeouts lvs_flush lvs_flush_on_stop lvs_flush_onstop lvs_sync_daemon vrrp_mcast_group4 "
		"vrrp_mcast_group6 vrrp_garp_master_delay vrrp_garp_master_repeat vrrp_garp_master_refresh "
		"vrrp_garp_master_refresh_repeat vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat "
		"vrrp_garp_interval vrrp_gna_interval vrrp_min_garp vrrp_garp_extra_if vrrp_vmac_garp_intvl "
		"vrrp_down_timer_adverts vrrp_lower_prio_no_advert vrrp_higher_prio_send_advert vrrp_version "
		"v3_checksum_as_v2 vrrp_iptables vrrp_ipsets nftables nftables_priority nftables_counters "
		"nftables_ifindex nftables_ipvs nftables_ipvs_priority nftables_ipvs_start_fwmark "
		"vrrp_check_unicast_src vrrp_skip_check_adv_addr vrrp_strict vrrp_owner_ignore_adverts "
		"vrrp_notify_priority_changes vrrp_startup_delay vrrp_delay_after_boot log_unknown_vrids "
		"vrrp_rx_bufs_policy vrrp_rx_bufs_multiplier vmac_prefix vmac_addr_prefix notify_fifo "
		"notify_fifo_script vrrp_notify_fifo vrrp_notify_fifo_script lvs_notify_fifo "
		"lvs_notify_fifo_script fifo_write_vrrp_states_on_reload snmp_socket enable_traps "
		"enable_snmp_vrrp enable_snmp_keepalived enable_snmp_checker enable_snmp_rfc enable_snmp_rfcv2 "
		"enable_snmp_rfcv3 snmp_vs_stats_update_interval snmp_rs_stats_update_interval enable_dbus "
		"dbus_service_name dbus_no_interface_name vrrp_netlink_cmd_rcv_bufs "
		"vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs "
		"vrrp_netlink_monitor_rcv_bufs_force lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force "
		"lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force process_monitor_rcv_bufs "
		"process_monitor_rcv_bufs_force rs_init_notifies umask random_seed include_check "
		"reload_check_config reload_time_file reload_repeat reload_file config_save_dir "
		"tmp_config_directory data_use_instance state_dump_file stats_dump_file json_dump_file "
		"json_version iproute_usr_dir iproute_etc_dir lvs_id on_sigusr1 drill_interval" },
	{ "vrrp_instance",
		"state interface virtual_router_id priority advert_int authentication auth_hmac "
		"virtual_ipaddress virtual_ipaddress_excluded no_virtual_ipaddress virtual_routes virtual_rules "
		"track_interface track_script track_file track_process track_bfd dont_track_primary track_src_ip "
		"nopreempt preempt preempt_delay unicast_peer unicast_src_ip mcast_src_ip mcast_dst_ip "
		"unicast_ttl unicast_fault_no_peer check_unicast_src version strict_mode accept no_accept "
		"skip_check_adv_addr v3_checksum_as_v2 old_unicast_checksum owner_ignore_adverts "
		"lower_prio_no_advert higher_prio_send_advert down_timer_adverts timer_expired_backup "
		"thread_timer_expired garp_master_delay garp_master_repeat garp_master_refresh "
		"garp_master_refresh_repeat garp_lower_prio_delay garp_lower_prio_repeat garp_extra_if "
		"vmac_garp_intvl use_vmac use_vmac_addr vmac_xmit_base use_ipvlan vrf promote_secondaries notify "
		"notify_master notify_backup notify_fault notify_stop notify_deleted notify_master_rx_lower_pri "
		"notify_priority_changes smtp_alert kernel_rx_buf_size debug lvs_sync_daemon_interface "
		"native_ipv6 linkbeat_use_polling lvs_sync_daemon_inteface" },
	{ "vrrp_instance/authentication", "auth_type auth_pass" },
	{ "vrrp_script", "script interval timeout weight rise fall user init_fail" },
	{ "virtual_server",
		"delay_loop lb_algo lvs_sched lb_kind lvs_method protocol persistence_timeout "
		"persistence_granularity persistence_engine ops hashed flag-1 flag-2 flag-3 sh-port sh-fallback "
		"mh-port mh-fallback ip_family ha_suspend virtualhost alpha omega quorum hysteresis quorum_up "
		"quorum_down sorry_server sorry_server_inhibit sorry_server_lvs_method inhibit_on_failure "
		"smtp_alert snmp_name weight connect_timeout retry delay_before_retry warmup real_server "
		"nat_mask" },
	{ "virtual_server/real_server",
		"weight notify_up notify_down uthreshold lthreshold alpha connect_timeout delay_before_retry "
		"delay_loop inhibit_on_failure lvs_method retry smtp_alert snmp_name virtualhost warmup "
		"TCP_CHECK HTTP_GET SSL_GET SMTP_CHECK DNS_CHECK UDP_CHECK PING_CHECK MISC_CHECK FILE_CHECK "
		"BFD_CHECK" },
	{ "virtual_server/real_server/TCP_CHECK",
		"connect_ip connect_port bindto bind_port bind_if connect_timeout fwmark retry "
		"delay_before_retry warmup delay_loop alpha log_all_failures nb_get_retry" },
	{ "virtual_server/real_server/HTTP_GET",
		"connect_ip connect_port bindto bind_port bind_if connect_timeout fwmark retry "
		"delay_before_retry warmup delay_loop alpha log_all_failures nb_get_retry virtualhost "
		"http_protocol fast_recovery enable_sni url" },
	{ "virtual_server/real_server/HTTP_GET/url",
		"path digest status_code virtualhost regex regex_no_match regex_options regex_min_offset "
		"regex_max_offset regex_stack" },
};

static const struct conf_item *find(const struct conf_block *b, const char *name)
{
	for (const struct conf_item *it = b->items; it && it->name; it++)
		if (!strcmp(it->name, name))
			return it;
	return NULL;
}

static bool has_field(const struct conf_item *it)
{
	return it->type != CONF_ALIAS && it->type != CONF_ACCEPTED && it->type != CONF_UNSUPPORTED;
}

static void check_kind(const struct conf_block *b, const struct conf_item *it)
{
	ck_assert_msg(it->type != CONF_BLOCK || it->block, "%s %s: no block", b->name, it->name);
	ck_assert_msg((it->type != CONF_CUSTOM && it->type != CONF_LINES) || it->parse, "%s %s: no parse", b->name,
		it->name);
	ck_assert_msg(it->type != CONF_CHOICE || it->choices, "%s %s: no choices", b->name, it->name);
	ck_assert_msg(it->type != CONF_ALIAS ||
			(it->alias && find(b, it->alias) && find(b, it->alias)->type != CONF_ALIAS),
		"%s %s: an alias of nothing", b->name, it->name);
	ck_assert_msg(it->type == CONF_ALIAS || (it->doc && *it->doc), "%s %s: no sentence", b->name, it->name);
	ck_assert_msg(!has_field(it) || it - b->items < SEEN_ROWS, "%s %s: too far down for schema_seen", b->name,
		it->name);
	ck_assert_msg(find(b, it->name) == it, "%s %s: twice", b->name, it->name);
	ck_assert_msg(it->max >= it->min || (!it->max && it->min), "%s %s: an empty range", b->name, it->name);
}

static void check_block(const struct conf_block *b, unsigned depth)
{
	ck_assert_uint_lt(depth, DEPTH_MAX);
	ck_assert_uint_ge(b->size, sizeof(struct conf_head));
	ck_assert_msg(b->doc && *b->doc, "%s: no sentence", b->name);
	for (const struct conf_item *it = b->items; it && it->name; it++) {
		check_kind(b, it);
		if (it->type == CONF_BLOCK)
			check_block(it->block, depth + 1);
	}
}

START_TEST(test_rows) {
	check_block(roots[_i], 0);
}
END_TEST

/* An empty file, and an instance, a service and their checks with the least in them: all defaults are read without a finding. */
START_TEST(test_defaults) {
	static const char in
		[] = "vrrp_script s {\n script \"true\"\n}\n"
		     "vrrp_instance v {\n interface lo\n virtual_router_id 1\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n"
		     "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n TCP_CHECK { }\n HTTP_GET {\n"
		     " url {\n path /\n }\n }\n }\n}\n";
	struct config *c = x_calloc(1, sizeof(*c));
	struct conf_view views[] = { { &main_root, &c->main }, { &vrrp_root, &c->vrrp },
		{ &checkers_root, &c->checkers } };
	struct conf_read rd;

	c->report = report_new();
	c->tree = tree_read_bytes("f", _i ? in : "", _i ? strlen(in) : 0, false, c->report);
	rd = (struct conf_read){ c->report, c->tree->arena };
	schema_read(&rd, views, 3, c->tree, true);
	if (report_get(c->report, 0))
		ck_abort_msg("%s:%u: %s", report_get(c->report, 0)->at.file, report_get(c->report, 0)->at.line,
			report_get(c->report, 0)->text);
	config_free(c);
}
END_TEST

/* Whether one of the blocks at `path` ("virtual_server/real_server") has the word. */
static bool is_known(const struct conf_block *b, const char *path, const char *word)
{
	size_t len = strcspn(path, "/");

	if (!*path)
		return find(b, word);
	for (const struct conf_item *it = b->items; it && it->name; it++)
		if (it->type == CONF_BLOCK && strlen(it->name) == len && !memcmp(it->name, path, len))
			return is_known(it->block, path + len + (path[len] == '/'), word);
	return false;
}

START_TEST(test_vocabulary) {
	const struct vocabulary *v = &vocabulary[_i];
	char *words = x_strdup(v->words), *save;

	for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		bool known = false;

		for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
			known |= is_known(roots[i], v->path, w);
		ck_assert_msg(known, "'%s' is not known in '%s'", w, v->path);
	}
	free(words);
}
END_TEST

/* The bytes of an input of this folder; the caller frees. */
static char *load(const char *name, size_t *ret_len)
{
	char *path = x_asprintf("%s/%s", INPUTS_DIR, name), *data = x_calloc(1, INPUT_MAX);
	FILE *f = fopen(path, "r");

	ck_assert_ptr_nonnull(f);
	*ret_len = fread(data, 1, INPUT_MAX, f);
	fclose(f);
	free(path);
	return data;
}

/* Bytes through the tables of all floors; what they are is not asked, only that nothing breaks. */
static void swallow(const char *data, size_t len)
{
	struct config *c = x_calloc(1, sizeof(*c));
	struct conf_view views[] = { { &main_root, &c->main }, { &vrrp_root, &c->vrrp },
		{ &checkers_root, &c->checkers } };
	struct conf_read rd;

	c->report = report_new();
	c->tree = tree_read_bytes("f", data, len, false, c->report);
	rd = (struct conf_read){ c->report, c->tree->arena };
	schema_read(&rd, views, 3, c->tree, true);
	config_free(c);
}

static const char *const inputs[] = { "clean.in", "many.in", "tutorial.in", "values.in", "variables.in",
	"obsolete.in" };

/* Every prefix of each input, in a buffer of exactly that length. */
START_TEST(test_prefixes) {
	size_t len;
	char *data = load(inputs[_i], &len);

	for (size_t n = 0; n <= len; n++) {
		char *part = malloc(n ? n : 1);

		memcpy(part, data, n);
		swallow(part, n);
		free(part);
	}
	free(data);
}
END_TEST

/* Words and bytes changed at random, with a fixed seed. */
START_TEST(test_flips) {
	static const char *const words[] = { "", "-1", "99999999999999999999", "{", "}", "\"", "::1", "on", "\\", "$X",
		"0.0", "%s%n" };
	uint32_t seed = 7;
	size_t len;
	char *data = load(inputs[_i], &len), *part = x_calloc(1, len);

	for (unsigned round = 0; round < FLIP_ROUNDS; round++) {
		memcpy(part, data, len);
		for (unsigned k = 0; k < 1 + round % 4; k++) {
			const char *w;
			size_t at;

			seed = seed * 1664525 + 1013904223;
			w = words[(seed >> 5) % (sizeof(words) / sizeof(words[0]))];
			at = (seed >> 10) % (len - 20);
			if (*w)
				memcpy(part + at, w, strlen(w));
			else
				part[at] = (char)(seed >> 24);
		}
		swallow(part, len);
	}
	free(part);
	free(data);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int main(void)
{
	Suite *s = suite_create("tables");
	TCase *tc = tcase_create("tables");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, test_rows, 0, ROWS(roots));
	tcase_add_loop_test(tc, test_defaults, 0, 2);
	tcase_add_loop_test(tc, test_vocabulary, 0, ROWS(vocabulary));
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_prefixes, 0, ROWS(inputs));
	tcase_add_loop_test(tc, test_flips, 0, ROWS(inputs));
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
