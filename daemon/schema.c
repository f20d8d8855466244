/*
 * schema.c - main's own table: the rows of global_defs and of the outermost level that belong to no other floor. Words of
 * keepalived 2.4 that are not served yet are rows too, so that a file with them runs and says so.
 */
#include "conf/schema.h"

#include "base/alloc.h"
#include "base/mono.h"

#include "daemon/conf.h"

#include <errno.h>
#include <string.h>

#define GLOBAL(field) offsetof(struct main_globals, field)
#define LATER(keyword, what)                                           \
	{                                                              \
		.name = keyword, .type = CONF_UNSUPPORTED, .doc = what \
	}
#define IDLE(keyword, what)                                         \
	{                                                           \
		.name = keyword, .type = CONF_ACCEPTED, .doc = what \
	}

#define MAIL "Mail is not sent yet: notify scripts can send it."
#define SNMP "There is no SNMP agent yet: vipctl status --json has the same facts."
#define DBUS "There is no D-Bus service yet: vipctl has the same facts."
#define FIFO "Events are not written to FIFOs yet: notify scripts run for each of them."
#define NAMES "The processes are always called vipd, with their role."
#define PRIORITY "The processes keep the priority that systemd gave them: set it in the service file."
#define BUFFERS "Socket buffers are sized by vipd itself."
#define RELOAD "Reload is by SIGHUP, which always validates the whole file first."
#define DUMPS "State is asked with vipctl status; dump files have one place."
#define FIREWALL "Packet filter rules are not written yet."

static const struct conf_choice sigusr1_choices[] = { { "drill", SIGUSR1_DRILL }, { "dump", SIGUSR1_DUMP },
	{ NULL, 0 } };

/* script_user USER [[:]GROUP] */
static int parse_script_user(struct conf_read *rd, const struct conf_item *item, const struct conf_node *n, void *out)
{
	struct main_globals *g = out;
	const struct conf_word *user = conf_need_word(rd, n, 1, "a user");
	const char *colon;

	if (!user)
		return -EINVAL;
	colon = strchr(user->text, ':');
	g->script_user = arena_strndup(rd->arena, user->text,
		colon ? (size_t)(colon - user->text) : strlen(user->text));
	g->script_group = NULL;
	if (colon && colon[1])
		g->script_group = arena_strdup(rd->arena, colon + 1);
	else if (n->n_words > 2)
		g->script_group = arena_strdup(rd->arena, n->words[2].text + (n->words[2].text[0] == ':'));
	if (n->n_words <= 3)
		return 0;
	report_add(rd->report, CONF_WARNING, &n->words[3].at, "extra words after '%s USER GROUP' have no effect",
		item->name);
	return 0;
}

/* The first 128 rows can be asked for with schema_seen(): rows with a field come first. */
static const struct conf_item global_items[] = {
	{ .name = "router_id",
		.type = CONF_STRING,
		.offset = GLOBAL(router_id),
		.reload = CONF_LIVE,
		.args = "NAME",
		.doc = "Name of this director in logs and status; default: its host name." },
	{ .name = "lvs_id",
		.type = CONF_ALIAS,
		.alias = "router_id",
		.doc = "It has been router_id since keepalived 1.1." },
	{ .name = "script_user",
		.type = CONF_CUSTOM,
		.offset = GLOBAL(script_user),
		.parse = parse_script_user,
		.reload = CONF_LIVE,
		.args = "USER [[:]GROUP]",
		.doc = "Who runs scripts that name no user; default: keepalived_script if it exists, else root." },
	{ .name = "enable_script_security",
		.type = CONF_BOOL,
		.offset = GLOBAL(enable_script_security),
		.reload = CONF_LIVE,
		.args = "[on|off]",
		.doc = "Refuses to run a script as root when a part of its path can be written by others." },
	{ .name = "on_sigusr1",
		.type = CONF_CHOICE,
		.offset = GLOBAL(on_sigusr1),
		.choices = sigusr1_choices,
		.dflt = "drill",
		.reload = CONF_LIVE,
		.args = "drill|dump",
		.doc = "What SIGUSR1 does: a failover drill, or keepalived's data file for exporters that still send it." },
	{ .name = "drill_interval",
		.type = CONF_TIME,
		.offset = GLOBAL(drill_interval),
		.max = 86400 * MONO_SEC,
		.dflt = "30",
		.reload = CONF_LIVE,
		.args = "SECONDS",
		.doc = "A drill that is asked for sooner after the last one is refused." },

	LATER("notification_email", MAIL),
	LATER("notification_email_from", MAIL),
	LATER("smtp_server", MAIL),
	LATER("smtp_connect_timeout", MAIL),
	LATER("smtp_helo_name", MAIL),
	LATER("smtp_alert", MAIL),
	LATER("smtp_alert_vrrp", MAIL),
	LATER("smtp_alert_checker", MAIL),
	LATER("no_email_faults", MAIL),
	LATER("no_checker_emails", MAIL),

	IDLE("process_names", NAMES),
	IDLE("process_name", NAMES),
	IDLE("vrrp_process_name", NAMES),
	IDLE("checker_process_name", NAMES),
	IDLE("bfd_process_name", NAMES),
	IDLE("lvs_process_name", NAMES),

	LATER("use_symlink_paths", "Script paths are always used as they are written."),
	LATER("set_supplementary_groups", "Scripts run with their user's group alone."),
	LATER("startup_script", "Use ExecStartPre= of the service file."),
	LATER("startup_script_timeout", "Use ExecStartPre= of the service file."),
	LATER("shutdown_script", "Use ExecStopPost= of the service file."),
	LATER("shutdown_script_timeout", "Use ExecStopPost= of the service file."),

	IDLE("max_auto_priority", PRIORITY),
	IDLE("min_auto_priority_delay", PRIORITY),
	IDLE("vrrp_priority", PRIORITY),
	IDLE("checker_priority", PRIORITY),
	IDLE("bfd_priority", PRIORITY),
	IDLE("vrrp_no_swap", PRIORITY),
	IDLE("checker_no_swap", PRIORITY),
	IDLE("bfd_no_swap", PRIORITY),
	IDLE("vrrp_rt_priority", PRIORITY),
	IDLE("checker_rt_priority", PRIORITY),
	IDLE("bfd_rt_priority", PRIORITY),
	IDLE("vrrp_cpu_affinity", PRIORITY),
	IDLE("checker_cpu_affinity", PRIORITY),
	IDLE("bfd_cpu_affinity", PRIORITY),
	IDLE("vrrp_rlimit_rttime", PRIORITY),
	IDLE("checker_rlimit_rttime", PRIORITY),
	IDLE("bfd_rlimit_rttime", PRIORITY),
	IDLE("vrrp_rlimit_rtime", PRIORITY),
	IDLE("checker_rlimit_rtime", PRIORITY),
	IDLE("bfd_rlimit_rtime", PRIORITY),

	LATER("disable_local_igmp", "IGMP reports are the kernel's business."),
	LATER("checker_log_all_failures", "Set log_all_failures in the check."),
	LATER("rs_init_notifies", "No notify script runs for servers that are up at start."),
	LATER("log_unknown_vrids", "Adverts of foreign VRIDs are counted, not logged."),

	LATER("nftables", FIREWALL),
	LATER("nftables_priority", FIREWALL),
	LATER("nftables_counters", FIREWALL),
	LATER("nftables_ifindex", FIREWALL),
	LATER("nftables_ipvs", FIREWALL),
	LATER("nftables_ipvs_priority", FIREWALL),
	LATER("nftables_ipvs_start_fwmark", FIREWALL),
	LATER("vmac_prefix", "Virtual MAC addresses are not supported yet."),
	LATER("vmac_addr_prefix", "Virtual MAC addresses are not supported yet."),

	LATER("notify_fifo", FIFO),
	LATER("notify_fifo_script", FIFO),
	LATER("vrrp_notify_fifo", FIFO),
	LATER("vrrp_notify_fifo_script", FIFO),
	LATER("lvs_notify_fifo", FIFO),
	LATER("lvs_notify_fifo_script", FIFO),
	LATER("fifo_write_vrrp_states_on_reload", FIFO),

	LATER("snmp_socket", SNMP),
	LATER("enable_traps", SNMP),
	LATER("enable_snmp_vrrp", SNMP),
	LATER("enable_snmp_keepalived", SNMP),
	LATER("enable_snmp_checker", SNMP),
	LATER("enable_snmp_rfc", SNMP),
	LATER("enable_snmp_rfcv2", SNMP),
	LATER("enable_snmp_rfcv3", SNMP),
	LATER("snmp_vs_stats_update_interval", SNMP),
	LATER("snmp_rs_stats_update_interval", SNMP),
	LATER("enable_dbus", DBUS),
	LATER("dbus_service_name", DBUS),
	LATER("dbus_no_interface_name", DBUS),

	IDLE("vrrp_netlink_cmd_rcv_bufs", BUFFERS),
	IDLE("vrrp_netlink_cmd_rcv_bufs_force", BUFFERS),
	IDLE("vrrp_netlink_monitor_rcv_bufs", BUFFERS),
	IDLE("vrrp_netlink_monitor_rcv_bufs_force", BUFFERS),
	IDLE("lvs_netlink_cmd_rcv_bufs", BUFFERS),
	IDLE("lvs_netlink_cmd_rcv_bufs_force", BUFFERS),
	IDLE("lvs_netlink_monitor_rcv_bufs", BUFFERS),
	IDLE("lvs_netlink_monitor_rcv_bufs_force", BUFFERS),
	IDLE("process_monitor_rcv_bufs", BUFFERS),
	IDLE("process_monitor_rcv_bufs_force", BUFFERS),
	IDLE("vrrp_rx_bufs_policy", BUFFERS),
	IDLE("vrrp_rx_bufs_multiplier", BUFFERS),

	IDLE("umask", "Each file that vipd writes has a mode of its own."),
	LATER("random_seed", "${_RANDOM} is different at each reading."),
	LATER("include_check", "Use includer, includem, includew, includeb or includea for the line that matters."),
	IDLE("reload_check_config", RELOAD),
	LATER("reload_time_file", "Reload at a time of day: use a systemd timer."),
	LATER("reload_repeat", "Reload at a time of day: use a systemd timer."),
	LATER("reload_file", RELOAD),
	LATER("config_save_dir", DUMPS),
	IDLE("tmp_config_directory", "The configuration reaches the processes in memory."),
	LATER("data_use_instance", DUMPS),
	LATER("state_dump_file", DUMPS),
	LATER("stats_dump_file", DUMPS),
	LATER("json_dump_file", DUMPS),
	LATER("json_version", DUMPS),
	IDLE("iproute_usr_dir", "Names of routing tables and scopes are those of the kernel."),
	IDLE("iproute_etc_dir", "Names of routing tables and scopes are those of the kernel."),
	{ .name = NULL },
};

static const struct conf_block globals_block = {
	.name = "global_defs",
	.items = global_items,
	.size = sizeof(struct main_globals),
	.doc = "Settings of the whole daemon; may be written several times.",
};

static const struct conf_item root_items[] = {
	{ .name = "global_defs",
		.type = CONF_BLOCK,
		.offset = offsetof(struct main_config, globals),
		.is_merged = true,
		.block = &globals_block,
		.reload = CONF_LIVE,
		.doc = "Settings of the whole daemon; may be written several times." },
	LATER("net_namespace", "Start the daemon in the namespace: NetworkNamespacePath= of the service file."),
	LATER("net_namespace_ipvs", "IPVS is programmed in the namespace of the daemon."),
	IDLE("namespace_with_ipsets", "No ipsets are used."),
	LATER("instance", "Several daemons on one host: give each its own -p and its own runtime directory."),
	IDLE("use_pid_dir", "PID files are where -p, -r and -c say."),
	IDLE("child_wait_time", "Each process has a bounded time to leave."),
	{ .name = NULL },
};

const struct conf_block main_root = {
	.name = "",
	.items = root_items,
	.size = sizeof(struct main_config),
	.doc = "The outermost level.",
};
