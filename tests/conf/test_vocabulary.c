/*
 * test_vocabulary.c - every word of keepalived 2.4's language is known in the block where it is written. The list is the language's
 * own (keepalived.conf(5)), block by block; a word counts once for each block that it may stand in. Lines inside blocks that are no
 * keywords (addresses, routes, rules, trackers, lines of virtual_server_group) are not counted.
 */
#include "base/alloc.h"
#include "conf/schema.h"
#include "daemon/keywords.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { PATHS = 531 };

/* A block's path and the words that it has, and their number. */
struct vocabulary {
	const char *path;
	unsigned n;
	const char *words;
};

#define CHECK "virtual_server/real_server/"
#define SOCKET                                                                                                              \
	"connect_ip connect_port bindto bind_port bind_if connect_timeout fwmark retry delay_before_retry warmup "              \
	"delay_loop alpha log_all_failures"
#define HTTP SOCKET " nb_get_retry virtualhost http_protocol fast_recovery enable_sni sni_name url"
#define URL                                                                                                                 \
	"path digest status_code virtualhost regex regex_no_match regex_options regex_min_offset regex_max_offset "             \
	"regex_stack"

static const struct vocabulary vocabulary[] = {
	{ "", 25,
	  "global_defs net_namespace net_namespace_ipvs namespace_with_ipsets instance use_pid_dir "
	  "linkbeat_use_polling child_wait_time linkbeat_interfaces interface_up_down_delays "
	  "track_group static_ipaddress static_routes static_rules track_file vrrp_track_file "
	  "vrrp_track_process vrrp_script vrrp_sync_group garp_group vrrp_instance bfd_instance "
	  "virtual_server_group virtual_server SSL" },
	{ "global_defs", 140,
	  "router_id notification_email notification_email_from smtp_server smtp_connect_timeout "
	  "smtp_helo_name smtp_alert smtp_alert_vrrp smtp_alert_checker no_email_faults "
	  "no_checker_emails checker_log_all_failures process_names process_name vrrp_process_name "
	  "checker_process_name lvs_process_name bfd_process_name use_symlink_paths "
	  "set_supplementary_groups script_user enable_script_security startup_script "
	  "startup_script_timeout shutdown_script shutdown_script_timeout max_auto_priority "
	  "min_auto_priority_delay vrrp_priority checker_priority bfd_priority vrrp_no_swap "
	  "checker_no_swap bfd_no_swap vrrp_rt_priority checker_rt_priority bfd_rt_priority "
	  "vrrp_cpu_affinity checker_cpu_affinity bfd_cpu_affinity vrrp_rlimit_rttime "
	  "checker_rlimit_rttime bfd_rlimit_rttime vrrp_rlimit_rtime checker_rlimit_rtime "
	  "bfd_rlimit_rtime default_interface dynamic_interfaces disable_local_igmp lvs_timeouts "
	  "lvs_flush lvs_flush_on_stop lvs_flush_onstop lvs_sync_daemon vrrp_mcast_group4 "
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
	  "enable_snmp_vrrp enable_snmp_keepalived enable_snmp_checker enable_snmp_rfc "
	  "enable_snmp_rfcv2 enable_snmp_rfcv3 snmp_vs_stats_update_interval "
	  "snmp_rs_stats_update_interval enable_dbus dbus_service_name dbus_no_interface_name "
	  "vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs "
	  "vrrp_netlink_monitor_rcv_bufs_force lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force "
	  "lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force process_monitor_rcv_bufs "
	  "process_monitor_rcv_bufs_force rs_init_notifies umask random_seed include_check "
	  "reload_check_config reload_time_file reload_repeat reload_file config_save_dir "
	  "tmp_config_directory data_use_instance state_dump_file stats_dump_file json_dump_file "
	  "json_version iproute_usr_dir iproute_etc_dir" },
	{ "vrrp_instance", 70,
	  "state interface virtual_router_id priority advert_int authentication auth_hmac "
	  "virtual_ipaddress virtual_ipaddress_excluded no_virtual_ipaddress virtual_routes "
	  "virtual_rules track_interface track_script track_file track_process track_bfd "
	  "dont_track_primary track_src_ip nopreempt preempt preempt_delay unicast_peer unicast_src_ip "
	  "mcast_src_ip mcast_dst_ip unicast_ttl unicast_fault_no_peer check_unicast_src version "
	  "strict_mode accept no_accept skip_check_adv_addr v3_checksum_as_v2 old_unicast_checksum "
	  "owner_ignore_adverts lower_prio_no_advert higher_prio_send_advert down_timer_adverts "
	  "timer_expired_backup thread_timer_expired garp_master_delay garp_master_repeat "
	  "garp_master_refresh garp_master_refresh_repeat garp_lower_prio_delay garp_lower_prio_repeat "
	  "garp_extra_if vmac_garp_intvl use_vmac use_vmac_addr vmac_xmit_base use_ipvlan vrf "
	  "promote_secondaries notify notify_master notify_backup notify_fault notify_stop "
	  "notify_deleted notify_master_rx_lower_pri notify_priority_changes smtp_alert "
	  "kernel_rx_buf_size debug lvs_sync_daemon_interface native_ipv6 linkbeat_use_polling" },
	{ "vrrp_instance/authentication", 2, "auth_type auth_pass" },
	{ "vrrp_instance/auth_hmac", 5, "key active_key anti_replay time_window mode" },
	{ "vrrp_sync_group", 15,
	  "group track_interface track_script track_file track_process track_bfd notify notify_master "
	  "notify_backup notify_fault notify_stop notify_priority_changes smtp_alert "
	  "sync_group_tracking_weight global_tracking" },
	{ "vrrp_script", 8, "script interval timeout weight rise fall user init_fail" },
	{ "track_file", 3, "file weight init_file" },
	{ "vrrp_track_file", 3, "file weight init_file" },
	{ "vrrp_track_process", 9,
	  "process param_match weight quorum quorum_max delay fork_delay terminate_delay full_command" },
	{ "track_group", 1, "group" },
	{ "garp_group", 4, "garp_interval gna_interval interface interfaces" },
	{ "bfd_instance", 15,
	  "neighbor_ip neighbour_ip source_ip min_rx min_tx idle_tx multiplier passive ttl hoplimit "
	  "max_hops multihop weight vrrp checker" },
	{ "virtual_server", 39,
	  "delay_loop lb_algo lvs_sched lb_kind lvs_method protocol persistence_timeout "
	  "persistence_granularity persistence_engine ops hashed flag-1 flag-2 flag-3 sh-port "
	  "sh-fallback mh-port mh-fallback ip_family ha_suspend virtualhost alpha omega quorum "
	  "hysteresis quorum_up quorum_down sorry_server sorry_server_inhibit sorry_server_lvs_method "
	  "inhibit_on_failure smtp_alert snmp_name weight connect_timeout retry delay_before_retry "
	  "warmup real_server" },
	{ "virtual_server/real_server", 26,
	  "weight notify_up notify_down uthreshold lthreshold alpha connect_timeout delay_before_retry "
	  "delay_loop inhibit_on_failure lvs_method retry smtp_alert snmp_name virtualhost warmup "
	  "TCP_CHECK HTTP_GET SSL_GET SMTP_CHECK DNS_CHECK UDP_CHECK PING_CHECK MISC_CHECK FILE_CHECK "
	  "BFD_CHECK" },
	{ CHECK "TCP_CHECK", 13, SOCKET },
	{ CHECK "PING_CHECK", 13, SOCKET },
	{ CHECK "SMTP_CHECK", 15, SOCKET " host helo_name" },
	{ CHECK "SMTP_CHECK/host", 13, SOCKET },
	{ CHECK "DNS_CHECK", 15, SOCKET " type name" },
	{ CHECK "UDP_CHECK", 17, SOCKET " payload require_reply min_reply_length max_reply_length" },
	{ CHECK "HTTP_GET", 20, HTTP },
	{ CHECK "HTTP_GET/url", 10, URL },
	{ CHECK "SSL_GET", 21, HTTP " tls_compliant" },
	{ CHECK "SSL_GET/url", 11, URL " tls_compliant" },
	{ CHECK "MISC_CHECK", 10,
	  "misc_path misc_timeout misc_dynamic user retry delay_before_retry warmup delay_loop alpha "
	  "log_all_failures" },
	{ CHECK "FILE_CHECK", 2, "track_file weight" },
	{ CHECK "BFD_CHECK", 2, "name alpha" },
	{ "SSL", 4, "password ca certificate key" },
};

static const struct keyword *find(const struct keywords *k, const char *block, const char *word)
{
	for (size_t i = 0; i < k->n; i++)
		if (!strcmp(k->k[i].block, block) && !strcmp(k->k[i].item->name, word))
			return &k->k[i];
	return NULL;
}

START_TEST(test_words) {
	const struct vocabulary *v = &vocabulary[_i];
	char *words = x_strdup(v->words), *save;
	struct keywords k;
	unsigned n = 0;

	keywords_init(&k);
	for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save), n++)
		ck_assert_msg(find(&k, v->path, w), "'%s' is not known in '%s'", w, v->path);
	ck_assert_uint_eq(n, v->n);
	keywords_done(&k);
	free(words);
}
END_TEST

START_TEST(test_number) {
	struct keywords k;
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(vocabulary) / sizeof(vocabulary[0]); i++)
		n += vocabulary[i].n;
	ck_assert_uint_eq(n, PATHS);
	keywords_init(&k);
	ck_assert_uint_ge(k.n, PATHS);
	keywords_done(&k);
}
END_TEST

/* A keyword that two tables have is one: the table that serves it counts. */
START_TEST(test_merged) {
	struct keywords k;

	keywords_init(&k);
	for (size_t i = 0; i < k.n; i++) {
		ck_assert_ptr_eq(find(&k, k.k[i].block, k.k[i].item->name), &k.k[i]);
		ck_assert_ptr_nonnull(k.k[i].meant);
		ck_assert_uint_lt(k.k[i].status, KEYWORD_STATUS_MAX);
	}
	ck_assert_uint_eq(find(&k, "", "global_defs")->status, KEYWORD_WORKS);
	ck_assert_uint_eq(find(&k, "vrrp_instance", "priority")->status, KEYWORD_WORKS);
	ck_assert_uint_eq(find(&k, "global_defs", "lvs_id")->status, KEYWORD_ALIAS);
	ck_assert_uint_eq(find(&k, "global_defs", "checker_priority")->status, KEYWORD_NO_EFFECT);
	ck_assert_uint_eq(find(&k, "global_defs", "reload_file")->status, KEYWORD_LATER);
	keywords_done(&k);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("vocabulary");
	TCase *tc = tcase_create("vocabulary");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, test_words, 0, (int)(sizeof(vocabulary) / sizeof(vocabulary[0])));
	tcase_add_test(tc, test_number);
	tcase_add_test(tc, test_merged);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
