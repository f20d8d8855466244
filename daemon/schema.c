/*
 * schema.c - main's own tables: the rows of global_defs and of the outermost level that belong to no other floor. Words of
 * keepalived 2.4 that are not served yet, or not needed, are rows like the others: their values are checked, and they say so.
 */
#include "conf/schema.h"

#include "base/mono.h"
#include "conf/said.h"

#include "daemon/conf.h"
#include "daemon/schema_words.h"

#define GLOBAL(field) offsetof(struct main_globals, field)
/* Beginnings of rows without a field. */
#define LATER(keyword, kind, missing) \
	.name = keyword, .type = kind, .status = CONF_LATER, .offset = CONF_NOWHERE, .note = missing
#define UNNEEDED(keyword, kind, why) \
	.name = keyword, .type = kind, .status = CONF_NO_EFFECT, .offset = CONF_NOWHERE, .note = why
/* The same three words for each process. */
#define NICE(keyword, process) \
	{ UNNEEDED(keyword, CONF_INT, PRIORITY "Nice= in the service file."), .min = -20, .max = 19, .dflt = "0", \
	  .args = "-20..19", .doc = "Nice value of the " process " process." }
#define NO_SWAP(keyword, process) \
	{ UNNEEDED(keyword, CONF_FLAG, "The processes are small and always busy: they stay in memory."), .min = 1, \
	  .doc = "The " process " process is locked into memory." }
#define REALTIME(keyword, process) \
	{ UNNEEDED(keyword, CONF_UINT, PRIORITY "CPUSchedulingPolicy= and CPUSchedulingPriority= in the service file."), \
	  .min = 1, .max = 99, .args = "1-99", .doc = "Real-time priority of the " process " process." }
#define AFFINITY(keyword, process) \
	{ UNNEEDED(keyword, CONF_CUSTOM, PRIORITY "CPUAffinity= in the service file."), .parse = schema_words_numbers, \
	  .max = CPU_MAX, .args = "CPU ...", .doc = "Processors that the " process " process may run on.", \
	  .example = "0\n2 3\n1023", .wrong = "\n1024\n-1\n0-3\n0 x" }
#define RTTIME(keyword, process) \
	{ UNNEEDED(keyword, CONF_UINT, PRIORITY "LimitRTTIME= in the service file."), .min = 1, .max = INT32_MAX, \
	  .dflt = "10000", .args = "MICROSECONDS", \
	  .doc = "How long the " process " process may run in real time without a pause." }
#define RTIME(keyword, right)                                                                                         \
	{                                                                                                             \
		.name = keyword, .type = CONF_ALIAS, .alias = right, .doc = "It was misspelt until keepalived 2.0.6." \
	}
#define BUFFER(keyword, socket) \
	{ UNNEEDED(keyword, CONF_UINT, BUFFERS), .min = 1, .max = INT32_MAX, .args = "BYTES", \
	  .doc = "Receive buffer of the " socket "." }
#define FORCED(keyword, socket) \
	{ UNNEEDED(keyword, CONF_BOOL, BUFFERS), .args = "[on|off]", \
	  .doc = "The buffer of the " socket " may be larger than net.core.rmem_max." }
#define FIFO(keyword, kind, events) \
	{ .name = keyword, .type = CONF_CUSTOM, .offset = GLOBAL(fifo[kind]), .reload = CONF_LIVE, .parse = schema_words_fifo, \
	  .args = "PATH [USER [GROUP]]", .doc = "A FIFO that gets a line for each event of " events ".", \
	  .example = "/run/vipd/events\n/run/events root\n/run/events root root", .wrong = "\nevents\n/run/events root root root" }
#define FIFO_SCRIPT(keyword, kind, fifo_word) \
	{ .name = keyword, .type = CONF_CUSTOM, .offset = GLOBAL(fifo[kind].script), .reload = CONF_LIVE, \
	  .parse = script_conf_parse, .args = "COMMAND [USER [[:]GROUP]]", \
	  .doc = "The reader of " fifo_word "; it gets the FIFO's path as its last argument.", COMMAND_EXAMPLE }
#define COMMAND_EXAMPLE \
	.example = "/usr/local/bin/events\n\"/usr/local/bin/events --all\"\n" \
		   "/usr/local/bin/events nobody\n/bin/true nobody :nogroup", \
	.wrong = "\n\"\"\n\"/bin/true | /bin/cat\"\n/bin/true -v\n/bin/true a b c"
#define DUMP_FILE(keyword, what) \
	{ LATER(keyword, CONF_STRING, DUMPS), .args = "PATH | DIRECTORY/", .doc = "Where " what " is written.", \
	  .example = "/var/lib/vipd/dump\n/var/lib/vipd/" }

#define SNMP "There is no SNMP agent yet: vipctl status --json has the same facts."
#define DBUS "There is no D-Bus service yet: vipctl has the same facts."
#define NAMES "The processes are always called vipd, with their role."
#define PRIORITY "The processes keep what systemd gave them: set "
#define LATENESS \
	"Late timers are reported, and real-time scheduling is systemd's: CPUSchedulingPolicy= in the service file."
#define BUFFERS "Socket buffers are sized by vipd itself, and a message that is lost makes it read everything again."
#define RELOAD_TIME "A reload is asked for by vipctl, a signal or systemd: use a systemd timer."
#define DUMPS "State is asked with vipctl status; dump files have one place yet."
#define MARKS "Groups are not turned into firewall marks yet."
#define PHASE(keyword, field, what) \
	{ .name = keyword, .type = CONF_CUSTOM, .offset = GLOBAL(field), .parse = script_conf_parse, .reload = CONF_LIVE, \
	  .args = "COMMAND [USER [GROUP]]", .doc = what, COMMAND_EXAMPLE }
#define PHASE_TIMEOUT(keyword, field, what) \
	{ .name = keyword, .type = CONF_UINT, .offset = GLOBAL(field), .min = 1, .max = 1000, .dflt = "10", .reload = CONF_LIVE, \
	  .args = "SECONDS", .doc = what }
#define IPROUTE "Names of tables and protocols are read where iproute2 keeps them."
#define NETNS \
	"The daemon stays in the network namespace that it is started in: NetworkNamespacePath= in the service file."

enum { CPU_MAX = 1023 };

static const struct conf_choice sigusr1_choices[] = { { "drill", SIGUSR1_DRILL }, { "dump", SIGUSR1_DUMP },
	{ NULL, 0 } };

static const struct conf_item global_items[] = {
	{ .name = "router_id", .type = CONF_STRING, .offset = GLOBAL(router_id), .reload = CONF_LIVE, .args = "NAME",
	  .doc = "Name of this director in logs and status; default: its host name.", .example = "lb1\n\"first director\"" },
	{ .name = "lvs_id", .type = CONF_ALIAS, .alias = "router_id", .doc = "It has been router_id since keepalived 1.1." },
	{ .name = "script_user", .type = CONF_CUSTOM, .offset = GLOBAL(script_user), .parse = schema_words_user,
	  .reload = CONF_LIVE, .args = "USER [[:]GROUP]",
	  .doc = "Who runs scripts that name no user; default: keepalived_script if it exists, else root.",
	  .example = "nobody\nnobody nogroup\nnobody :nogroup\nnobody:nogroup", .wrong = "\na b c" },
	{ .name = "enable_script_security", .type = CONF_BOOL, .offset = GLOBAL(enable_script_security), .reload = CONF_LIVE,
	  .args = "[on|off]", .doc = "Refuses to run a script as root when a part of its path can be written by others." },
	{ .name = "on_sigusr1", .type = CONF_CHOICE, .offset = GLOBAL(on_sigusr1), .choices = sigusr1_choices, .dflt = "drill",
	  .reload = CONF_LIVE, .args = "drill|dump",
	  .doc = "What SIGUSR1 does: a failover drill, or keepalived's data file for exporters that still send it." },
	{ .name = "drill_interval", .type = CONF_TIME, .offset = GLOBAL(drill_interval), .max = 86400 * MONO_SEC, .dflt = "30",
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "A drill that is asked for sooner after the last one is refused." },

	/* Mail. */
	{ .name = "notification_email", .type = CONF_LINES, .parse = schema_words_mail, .reload = CONF_LIVE,
	  .args = "{ ADDRESS ... }", .doc = "Who gets mail about changes of state.", .example = "admin@example.com\nroot",
	  .wrong = "<admin@example.com>\na@example.com,\n\"An Admin\"" },
	{ .name = "notification_email_from", .type = CONF_STRING, .offset = GLOBAL(mail.from), .reload = CONF_LIVE, .args = "ADDRESS",
	  .doc = "Sender of that mail; default: keepalived at this host.", .example = "lb1@example.com" },
	{ .name = "smtp_server", .type = CONF_CUSTOM, .parse = schema_words_server, .reload = CONF_LIVE, .args = "HOST [PORT]",
	  .doc = "The relay that takes the mail, default port: 25; without this line: /usr/sbin/sendmail, or 127.0.0.1 where there is none.",
	  .example = "192.0.2.25\nmail.example.com\n::1 587",
	  .wrong = "\n192.0.2.25 0\n192.0.2.25 65536\n192.0.2.25 smtp\n192.0.2.25 25 tls" },
	{ .name = "smtp_connect_timeout", .type = CONF_TIME, .offset = GLOBAL(mail.timeout), .min = MONO_MSEC, .max = 86400 * MONO_SEC,
	  .dflt = "30", .reload = CONF_LIVE, .args = "SECONDS", .doc = "How long the relay may take for a connection and for each answer." },
	{ .name = "smtp_helo_name", .type = CONF_STRING, .offset = GLOBAL(mail.helo), .reload = CONF_LIVE, .args = "NAME",
	  .doc = "Name in the greeting; default: the host name.", .example = "lb1.example.com" },
	{ .name = "smtp_alert", .type = CONF_CUSTOM, .offset = GLOBAL(mail.alert), .parse = said_parse, .write = said_write,
	  .reload = CONF_LIVE, .args = SAID_ARGS, .example = SAID_EXAMPLE, .wrong = SAID_WRONG,
	  .doc = "Mail for everything that does not say otherwise; without this line: for real servers alone." },
	{ .name = "smtp_alert_vrrp", .type = CONF_CUSTOM, .offset = GLOBAL(mail.alert_vrrp), .parse = said_parse, .write = said_write,
	  .reload = CONF_LIVE, .args = SAID_ARGS, .example = SAID_EXAMPLE, .wrong = SAID_WRONG,
	  .doc = "Mail for instances and groups that do not say otherwise." },
	{ .name = "smtp_alert_checker", .type = CONF_CUSTOM, .offset = GLOBAL(mail.alert_checker), .parse = said_parse, .write = said_write,
	  .reload = CONF_LIVE, .args = SAID_ARGS, .example = SAID_EXAMPLE, .wrong = SAID_WRONG, .doc = "Mail for services and servers that do not say otherwise." },
	{ .name = "no_email_faults", .type = CONF_FLAG, .offset = GLOBAL(mail.no_faults), .min = 1, .reload = CONF_LIVE,
	  .doc = "No mail when an instance or group enters FAULT." },
	{ UNNEEDED("no_checker_emails", CONF_FLAG, "Mail always tells of servers, never of their single checks."), .min = 1,
	  .doc = "Mail when a server comes or goes only, not for each of its checks." },

	/* Processes. */
	{ UNNEEDED("process_names", CONF_FLAG, NAMES), .min = 1, .doc = "The processes get keepalived's default names." },
	{ UNNEEDED("process_name", CONF_STRING, NAMES), .args = "NAME", .doc = "Name of the main process.", .example = "lb" },
	{ UNNEEDED("vrrp_process_name", CONF_STRING, NAMES), .args = "NAME", .doc = "Name of the vrrp process.",
	  .example = "lb-vrrp" },
	{ UNNEEDED("checker_process_name", CONF_STRING, NAMES), .args = "NAME", .doc = "Name of the lvs process.",
	  .example = "lb-lvs" },
	{ .name = "lvs_process_name", .type = CONF_ALIAS, .alias = "checker_process_name",
	  .doc = "It has been checker_process_name since keepalived 2.1." },
	{ UNNEEDED("bfd_process_name", CONF_STRING, NAMES), .args = "NAME", .doc = "Name of the bfd process.", .example = "lb-bfd" },
	{ UNNEEDED("max_auto_priority", CONF_CUSTOM, LATENESS), .parse = schema_words_number, .min = -1, .max = 99,
	  .args = "[-1..99]", .doc = "How far the real-time priority may rise when timers are late; 0 and -1: not at all.",
	  .example = "\n-1\n0\n99", .wrong = "-2\n100\nhigh\n1 2" },
	{ UNNEEDED("min_auto_priority_delay", CONF_UINT, LATENESS), .min = 1, .max = 10000000, .dflt = "1000000",
	  .args = "MICROSECONDS", .doc = "How late timers must be for that." },
	NICE("checker_priority", "lvs"),
	NICE("bfd_priority", "bfd"),
	NO_SWAP("checker_no_swap", "lvs"),
	NO_SWAP("bfd_no_swap", "bfd"),
	REALTIME("checker_rt_priority", "lvs"),
	REALTIME("bfd_rt_priority", "bfd"),
	AFFINITY("vrrp_cpu_affinity", "vrrp"),
	AFFINITY("checker_cpu_affinity", "lvs"),
	AFFINITY("bfd_cpu_affinity", "bfd"),
	RTTIME("checker_rlimit_rttime", "lvs"),
	RTTIME("bfd_rlimit_rttime", "bfd"),
	RTIME("checker_rlimit_rtime", "checker_rlimit_rttime"),
	RTIME("bfd_rlimit_rtime", "bfd_rlimit_rttime"),

	/* Scripts. */
	{ UNNEEDED("use_symlink_paths", CONF_BOOL, "Script paths are always used as they are written."), .args = "[on|off]",
	  .doc = "Symbolic links in the paths of scripts are left as they are." },
	{ .name = "set_supplementary_groups", .type = CONF_FLAG, .offset = GLOBAL(set_supplementary_groups), .min = 1,
	  .reload = CONF_LIVE,
	  .doc = "Scripts that run as a user have all groups of that user, not only the one that is named or the user's own." },
	PHASE("startup_script", startup, "Runs once before the processes start, not at a restart in place."),
	PHASE_TIMEOUT("startup_script_timeout", startup_timeout, "How long startup_script may take: then it is killed, and the start goes on."),
	PHASE("shutdown_script", shutdown, "Runs once after the processes ended."),
	PHASE_TIMEOUT("shutdown_script_timeout", shutdown_timeout, "How long shutdown_script may take: then it is killed."),
	FIFO("notify_fifo", FIFO_ALL, "both halves"),
	FIFO_SCRIPT("notify_fifo_script", FIFO_ALL, "notify_fifo"),
	FIFO("vrrp_notify_fifo", FIFO_VRRP, "instances and groups"),
	FIFO_SCRIPT("vrrp_notify_fifo_script", FIFO_VRRP, "vrrp_notify_fifo"),
	FIFO("lvs_notify_fifo", FIFO_LVS, "services and servers"),
	FIFO_SCRIPT("lvs_notify_fifo_script", FIFO_LVS, "lvs_notify_fifo"),
	{ .name = "fifo_write_vrrp_states_on_reload", .type = CONF_FLAG, .offset = GLOBAL(fifo_states_on_reload), .min = 1,
	  .reload = CONF_LIVE,
	  .doc = "A reload writes the states of all instances to the FIFOs." },

	/* What is logged and told. */
	{ LATER("snmp_socket", CONF_STRING, SNMP), .dflt = "unix:/var/agentx/master", .args = "ADDRESS",
	  .doc = "Where the AgentX master listens.", .example = "udp:192.0.2.4:705" },
	{ LATER("enable_traps", CONF_FLAG, SNMP), .min = 1, .doc = "SNMP traps are sent." },
	{ LATER("enable_snmp_vrrp", CONF_FLAG, SNMP), .min = 1, .doc = "The vrrp part of KEEPALIVED-MIB is served." },
	{ .name = "enable_snmp_keepalived", .type = CONF_ALIAS, .alias = "enable_snmp_vrrp",
	  .doc = "It has been enable_snmp_vrrp since keepalived 1.4." },
	{ LATER("enable_snmp_checker", CONF_FLAG, SNMP), .min = 1, .doc = "The checker part of KEEPALIVED-MIB is served." },
	{ LATER("enable_snmp_rfc", CONF_FLAG, SNMP), .min = 1, .doc = "The MIBs of RFC 2787 and RFC 6527 are served." },
	{ LATER("enable_snmp_rfcv2", CONF_FLAG, SNMP), .min = 1, .doc = "VRRP-MIB of RFC 2787 is served." },
	{ LATER("enable_snmp_rfcv3", CONF_FLAG, SNMP), .min = 1, .doc = "VRRPV3-MIB of RFC 6527 is served." },
	{ LATER("snmp_vs_stats_update_interval", CONF_TIME, SNMP), .min = MONO_MSEC, .max = 30 * MONO_SEC, .dflt = "5",
	  .args = "SECONDS", .doc = "How old the counters of a service may be." },
	{ LATER("snmp_rs_stats_update_interval", CONF_TIME, SNMP), .min = MONO_MSEC, .max = 30 * MONO_SEC, .args = "SECONDS",
	  .doc = "How old the counters of a server may be; default: always read anew." },
	{ LATER("enable_dbus", CONF_FLAG, DBUS), .min = 1, .doc = "The D-Bus service is offered on the system bus." },
	{ LATER("dbus_service_name", CONF_STRING, DBUS), .dflt = "org.keepalived.Vrrp1", .args = "NAME",
	  .doc = "Name on the bus.", .example = "org.example.lb1" },
	{ LATER("dbus_no_interface_name", CONF_STRING, DBUS), .dflt = "none", .args = "NAME",
	  .doc = "Stands for the interface in the path of instances without one.", .example = "none" },

	/* Packet filter and interfaces. */
	{ .name = "nftables", .type = CONF_CUSTOM, .offset = CONF_NOWHERE, .parse = schema_words_table, .reload = CONF_LIVE,
	  .args = "[TABLE]", .doc = "The nftables table of no_accept (family inet); default: vipd, and without this word too.",
	  .example = "\nlb_filter", .wrong = "1\na;b" },
	{ .name = "nftables_priority", .type = CONF_INT, .offset = GLOBAL(filter.priority), .min = INT32_MIN, .max = INT32_MAX,
	  .dflt = "150", .reload = CONF_LIVE, .args = "NUMBER",
	  .doc = "Priority of its chain; below 99, as keepalived's -1, it drops even what is for a virtual_server." },
	{ .name = "nftables_counters", .type = CONF_FLAG, .offset = GLOBAL(filter.counters), .min = 1, .reload = CONF_LIVE,
	  .doc = "Its rules count." },
	{ UNNEEDED("nftables_ifindex", CONF_FLAG, "Names go on when an interface is made anew."), .min = 1,
	  .doc = "Its sets hold numbers of interfaces instead of their names." },
	{ LATER("nftables_ipvs", CONF_CUSTOM, MARKS), .parse = schema_words_optional, .args = "[TABLE]",
	  .doc = "A virtual_server_group becomes one service of a firewall mark; default table: keepalived_ipvs.",
	  .example = "\nvipd_ipvs", .wrong = "a b" },
	{ LATER("nftables_ipvs_priority", CONF_INT, MARKS), .min = INT32_MIN, .max = INT32_MAX, .dflt = "-1", .args = "NUMBER",
	  .doc = "Priority of the chain that marks." },
	{ LATER("nftables_ipvs_start_fwmark", CONF_UINT, MARKS), .min = 1, .max = UINT32_MAX, .dflt = "1000", .args = "MARK",
	  .doc = "The first mark that is given." },


	{ .name = "disable_local_igmp", .type = CONF_FLAG, .offset = GLOBAL(disable_local_igmp), .min = 1, .reload = CONF_LIVE,
	  .doc = "The kernel sends no IGMP reports for the group of the adverts, nor for any of 224.0.0.0/24: "
		 "net.ipv4.igmp_link_local_mcast_reports is 0 as long as vipd runs." },
	BUFFER("vrrp_netlink_cmd_rcv_bufs", "vrrp process's netlink commands"),
	FORCED("vrrp_netlink_cmd_rcv_bufs_force", "vrrp process's netlink commands"),
	BUFFER("vrrp_netlink_monitor_rcv_bufs", "vrrp process's netlink events"),
	FORCED("vrrp_netlink_monitor_rcv_bufs_force", "vrrp process's netlink events"),
	BUFFER("lvs_netlink_cmd_rcv_bufs", "lvs process's netlink commands"),
	FORCED("lvs_netlink_cmd_rcv_bufs_force", "lvs process's netlink commands"),
	BUFFER("lvs_netlink_monitor_rcv_bufs", "lvs process's netlink events"),
	FORCED("lvs_netlink_monitor_rcv_bufs_force", "lvs process's netlink events"),
	BUFFER("process_monitor_rcv_bufs", "events of tracked processes"),
	FORCED("process_monitor_rcv_bufs_force", "events of tracked processes"),
	{ UNNEEDED("vrrp_rx_bufs_policy", CONF_CUSTOM, BUFFERS), .parse = schema_words_buffer, .args = "MTU|ADVERT|BYTES",
	  .doc = "How the receive buffers of adverts are sized.", .example = "MTU\nADVERT\n65536",
	  .wrong = "\nmtu\n0\n-1\nMTU 1500" },
	{ UNNEEDED("vrrp_rx_bufs_multiplier", CONF_UINT, BUFFERS), .min = 1, .max = INT32_MAX, .dflt = "3", .args = "NUMBER",
	  .doc = "So many times that size." },

	/* The configuration and files. */
	{ UNNEEDED("umask", CONF_CUSTOM, "Each file that vipd writes has a mode of its own."), .parse = schema_words_umask,
	  .args = "NUMBER | BIT|BIT...", .doc = "Mask of the modes of files that are written.",
	  .example = "022\n0x3f\nIWGRP|IWOTH\nIXUSR | IRWXG | IRWXO", .wrong = "\n01000\nIWALL\nIWGRP|x" },
	{ .name = "random_seed", .type = CONF_UINT, .offset = CONF_NOWHERE, .args = "NUMBER",
	  .doc = "From this line on ${_RANDOM} gives the same numbers at each reading." },
	{ .name = "include_check", .type = CONF_CUSTOM, .offset = CONF_NOWHERE, .parse = schema_words_include, .args = "[[+|-]readable|match|wildcard_match|brace_match ...]",
	  .doc = "Which includes of missing files are errors, from this line on; without a word: all.",
	  .example = "\nreadable\n+match -wildcard_match\nreadable match wildcard_match brace_match\n+ match - brace_match",
	  .wrong = "all\n*match" },
	{ UNNEEDED("reload_check_config", CONF_CUSTOM, "A reload always reads the whole file first, and keeps the old one on errors."),
	  .parse = schema_words_optional, .args = "[FILE]", .doc = "The configuration is checked before a reload.",
	  .example = "\n/var/log/check.log", .wrong = "a b" },
	{ LATER("reload_time_file", CONF_CUSTOM, RELOAD_TIME), .parse = schema_words_path, .args = "PATH",
	  .doc = "A file with the time of the next reload.", .example = "/run/vipd/reload-at", .wrong = "\nreload-at\n/a b" },
	{ LATER("reload_repeat", CONF_FLAG, RELOAD_TIME), .min = 1, .doc = "That file is kept: the reload is daily." },
	{ LATER("reload_file", CONF_CUSTOM, "The configuration is read at once, in one go, and nothing tells of it yet."), .min = 1,
	  .max = 1, .parse = schema_words_path, .args = "[PATH]", .doc = "A file that is there while the configuration is read.",
	  .example = "\n/run/vipd/reloading", .wrong = "reloading\n/a b" },
	{ LATER("config_save_dir", CONF_CUSTOM, "Accepted configurations are not kept yet."), .parse = schema_words_path,
	  .args = "DIRECTORY", .doc = "Copies of configuration and state around reloads, to look for mistakes.",
	  .example = "/var/lib/vipd/saved", .wrong = "\nsaved\n/a b" },
	{ UNNEEDED("tmp_config_directory", CONF_CUSTOM, "The configuration reaches the processes in memory."),
	  .parse = schema_words_path, .args = "DIRECTORY", .doc = "Where the copy lies that the processes read.",
	  .example = "/tmp", .wrong = "\ntmp\n/a b" },
	{ LATER("data_use_instance", CONF_BOOL, DUMPS), .args = "[on|off]",
	  .doc = "Names of dump files have the instance and the network namespace in them." },
	DUMP_FILE("state_dump_file", "the state that SIGUSR1 asks for"),
	DUMP_FILE("stats_dump_file", "the statistics that SIGUSR2 asks for"),
	DUMP_FILE("json_dump_file", "the state as JSON"),
	{ LATER("json_version", CONF_UINT, DUMPS), .min = 1, .max = 2, .dflt = "1", .args = "1|2",
	  .doc = "Form of that JSON; 2 names its array and has track_process." },
	{ UNNEEDED("iproute_usr_dir", CONF_CUSTOM, IPROUTE), .parse = schema_words_path, .args = "DIRECTORY",
	  .doc = "Where iproute2 keeps names of tables and protocols.", .example = "/usr/share/iproute2", .wrong = "\niproute2\n/a b" },
	{ UNNEEDED("iproute_etc_dir", CONF_CUSTOM, IPROUTE), .parse = schema_words_path, .args = "DIRECTORY",
	  .doc = "Where this machine's own names of tables and protocols are.", .example = "/etc/iproute2",
	  .wrong = "\niproute2\n/a b" },
	{ .name = NULL },
};

static const struct conf_block globals_block = {
	.name = "global_defs",
	.items = global_items,
	.size = sizeof(struct main_globals),
	.doc = "Settings of the whole daemon; may be written several times.",
	.example = "global_defs {\n"
		   "    router_id lb1\n"
		   "    script_user nobody\n"
		   "    enable_script_security\n"
		   "    drill_interval 60\n"
		   "}\n",
};

static const struct conf_item root_items[] = {
	{ .name = "global_defs", .type = CONF_BLOCK, .offset = offsetof(struct main_config, globals), .is_merged = true,
	  .block = &globals_block, .reload = CONF_LIVE, .doc = "Settings of the whole daemon; may be written several times." },
	{ LATER("net_namespace", CONF_STRING, NETNS), .args = "NAME", .doc = "The daemon runs in this network namespace.",
	  .example = "red" },
	{ LATER("net_namespace_ipvs", CONF_CUSTOM, "IPVS is programmed in the network namespace of the daemon."),
	  .parse = schema_words_optional, .args = "[NAME]",
	  .doc = "IPVS is programmed in this network namespace; without a name: in the default one.", .example = "\nblue",
	  .wrong = "a b" },
	{ UNNEEDED("namespace_with_ipsets", CONF_FLAG, "No ipsets are used."), .min = 1,
	  .doc = "Kernels older than 3.13: ipsets are used in a network namespace." },
	{ LATER("instance", CONF_STRING, "Several daemons on one host: give each its own -p and --run-dir."), .args = "NAME",
	  .doc = "Name of this daemon among several on one host.", .example = "red" },
	{ UNNEEDED("use_pid_dir", CONF_FLAG, "PID files are where -p, -r and -c say."), .min = 1,
	  .doc = "PID files are kept in a directory of their own." },
	{ UNNEEDED("child_wait_time", CONF_TIME, "Each process has a bounded time to leave."), .max = 86400 * MONO_SEC, .dflt = "5",
	  .args = "SECONDS", .doc = "How long main waits for its processes at the end." },
	{ .name = NULL },
};

const struct conf_block main_root = {
	.name = "",
	.items = root_items,
	.size = sizeof(struct main_config),
	.doc = "The outermost level.",
};
