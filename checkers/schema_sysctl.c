/* schema_sysctl.c - the table of ipvs_sysctl: a row for each setting of the kernel. */
#include <errno.h>

#include "base/text.h"
#include "checkers/schema_tables.h"
#include "checkers/vs_table.h"

static int parse_value(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a value");
	struct vs_sysctl_conf *c = out;
	struct text t = { 0 };
	bool is_good;

	if (!w)
		return -EINVAL;
	for (unsigned i = 1; i < node->n_words; i++)
		text_printf(&t, "%s%s", i > 1 ? " " : "", node->words[i].text);
	is_good = vs_table_parse((enum vs_sysctl_name)item->min, t.s, &c->written.of[item->min]);
	if (!is_good) {
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no value of %s", t.s, item->name);
		report_hint(rd->report, "%s %s", item->name, item->args);
	}
	text_done(&t);
	return is_good ? 0 : -EINVAL;
}

static int write_value(const struct conf_item *item, const void *out, struct text *ret)
{
	const struct vs_sysctl_conf *c = out;
	const struct vs_value *v = &c->written.of[item->min];
	char buf[VS_VALUE_LEN];

	if (!v->is_set)
		return -ENOENT;
	text_printf(ret, "%s", vs_table_str((enum vs_sysctl_name)item->min, v, buf));
	return 0;
}

#define ROW(keyword, index, how, good, bad, what)                                                                       \
	{                                                                                                               \
		.name = keyword, .type = CONF_CUSTOM, .parse = parse_value, .write = write_value, .min = (index),       \
		.reload = CONF_LIVE, .args = how, .example = good, .wrong = bad, .doc = what                            \
	}
#define SWITCH(keyword, index, what) ROW(keyword, index, "0|1", "1\n0", "2\non\n1 1", what)

static const struct conf_item items[] = {
	SWITCH("expire_nodest_conn", VS_EXPIRE_NODEST_CONN,
		"1: connections of a server that left the table are cut; 0: they wait for it without an answer."),
	SWITCH("expire_quiescent_template", VS_EXPIRE_QUIESCENT_TEMPLATE,
		"1: with persistence, clients of a server with weight 0 get another one."),
	ROW("conn_reuse_mode", VS_CONN_REUSE_MODE, "0-3", "1\n3", "4\n-1\nx",
		"A client that comes back with a port that it used before: 0 the same server, 1 a new choice, 2 and 3 earlier still."),
	ROW("sync_threshold", VS_SYNC_THRESHOLD, "THRESHOLD PERIOD", "3 0\n3 50\n0 1", "3\n3 3\n50 3\n3 -1",
		"The other director is told of a connection when its packets modulo PERIOD are THRESHOLD; PERIOD 0: by "
		"sync_refresh_period alone. Default with lvs_sync_daemon: 3 0."),
	ROW("sync_refresh_period", VS_SYNC_REFRESH_PERIOD, "SECONDS", "10\n0", "-1\n86401\nx",
		"The other director is told again after this time, and at once of new connections. Default with lvs_sync_daemon: 10."),
	ROW("sync_retries", VS_SYNC_RETRIES, "0-3", "1", "4\n-1", "How often that is repeated, for networks that lose packets."),
	ROW("sync_ports", VS_SYNC_PORTS, "1|2|4|8|16|32|64", "1\n4", "0\n3\n128",
		"Threads and ports of the synchronisation; the same on both directors, counts when both daemons are started anew."),
	SWITCH("sync_persist_mode", VS_SYNC_PERSIST_MODE, "1: of persistent services only who goes where is synchronised."),
	SWITCH("sync_version", VS_SYNC_VERSION, "0: the format of kernels before 2.6.39."),
	ROW("sync_qlen_max", VS_SYNC_QLEN_MAX, "COUNT", "4096", "-1\nx", "Messages that wait for being sent at most."),
	ROW("sync_sock_size", VS_SYNC_SOCK_SIZE, "BYTES", "4194304\n0", "-1\n4M", "Socket buffer of the daemons; 0: the kernel's default."),
	SWITCH("backup_only", VS_BACKUP_ONLY,
		"1: no balancing while a daemon listens, for directors that are each other's real servers; never together with both."),
	SWITCH("sloppy_tcp", VS_SLOPPY_TCP, "1: a connection may begin in its middle; for sh, mh and several directors at once."),
	SWITCH("sloppy_sctp", VS_SLOPPY_SCTP, "The same for SCTP."),
	SWITCH("schedule_icmp", VS_SCHEDULE_ICMP, "1: ICMP errors of connections that are not known find their server; for mh."),
	SWITCH("ignore_tunneled", VS_IGNORE_TUNNELED, "1: what came out of a tunnel is not balanced again."),
	SWITCH("conntrack", VS_CONNTRACK, "1: connection tracking of netfilter; only for NAT with rules of its own, never for DR."),
	ROW("drop_entry", VS_DROP_ENTRY, "0-3", "1", "4\n-1", "Half-open connections are dropped: 0 never, 1 and 2 when memory is short, 3 always."),
	ROW("drop_packet", VS_DROP_PACKET, "0-3", "1", "4\n-1", "Packets are dropped at am_droprate: 0 never, 1 and 2 when memory is short, 3 always."),
	ROW("secure_tcp", VS_SECURE_TCP, "0-3", "1", "4\n-1", "Stricter states of TCP: 0 never, 1 and 2 when memory is short, 3 always."),
	ROW("am_droprate", VS_AM_DROPRATE, "COUNT", "10", "0\nx", "drop_packet drops one in so many."),
	ROW("amemthresh", VS_AMEMTHRESH, "PAGES", "1024", "-1\nx", "Memory is short below this."),
	SWITCH("pmtu_disc", VS_PMTU_DISC, "0: packets that a tunnel cannot carry are fragmented instead of refused."),
	SWITCH("cache_bypass", VS_CACHE_BYPASS, "1: without a server, packets with a mark go where they were for."),
	SWITCH("nat_icmp_send", VS_NAT_ICMP_SEND, "1: NAT tells a server that its connection is not known."),
	SWITCH("snat_reroute", VS_SNAT_REROUTE, "0: answers of NAT are not routed by their new source."),
	SWITCH("run_estimation", VS_RUN_ESTIMATION, "0: all counters stand still."),
	{ .name = NULL },
};

const struct conf_block ipvs_sysctl_block = {
	.name = "ipvs_sysctl",
	.items = items,
	.size = sizeof(struct vs_sysctl_conf),
	.doc = "The kernel's settings of IPVS (net.ipv4.vs): set at the start, kept against others, and put back at an orderly stop. What is "
	       "not written is left alone, but for what lvs_sync_daemon and on_server_down need.",
	.example = "ipvs_sysctl {\n\texpire_nodest_conn 1\n\tsync_threshold 3 0\n\tsync_refresh_period 2\n}\n",
};
