/* show.c - see show.h. */
#include "ctl/show.h"

#include <inttypes.h>
#include <string.h>

#include "ctl/age.h"
#include "ctl/heard.h"
#include "ctl/overlay.h"
#include "ctl/reader.h"

static void show_strings(const struct jvalue *array, const char *prefix, FILE *out)
{
	for (size_t i = 0; i < reader_count(array); i++)
		fprintf(out, "%s%s\n", prefix, reader_text(reader_at(array, i), "?"));
}

static void show_suspicions(const struct jvalue *all, FILE *out)
{
	char buf[32];

	for (size_t i = 0; i < reader_count(all); i++) {
		const struct jvalue *s = reader_at(all, i);

		fprintf(out, "    %s %s since %s: %s\n", reader_bool(s, "alarm") ? "ALARM" : "NOTE",
			reader_str(s, "name", "?"), age_str(reader_int(s, "since_usec", 0), buf, sizeof(buf)),
			reader_str(s, "detail", "?"));
		fprintf(out, "      what helps: %s\n", reader_str(s, "cure", "?"));
	}
}

/* What a MASTER should have in the kernel, and has not. */
static void show_missing(const struct jvalue *vi, FILE *out)
{
	const struct jvalue *vips = reader_get(vi, "vips");

	for (size_t i = 0; i < reader_count(vips) && !strcmp(reader_str(vi, "state", ""), "MASTER"); i++) {
		const struct jvalue *vip = reader_at(vips, i);
		const char *error = reader_str(vip, "error", NULL);

		if (!reader_bool(vip, "present"))
			fprintf(out, "    ADDRESS MISSING: %s on %s%s%s\n", reader_str(vip, "address", "?"),
				reader_str(vip, "dev", "?"), error ? ": " : "", error ? error : "");
	}
}

static void show_refused(const struct jvalue *all, const char *kind, FILE *out)
{
	for (size_t i = 0; i < reader_count(all); i++) {
		const struct jvalue *one = reader_at(all, i);

		if (reader_str(one, "error", NULL))
			fprintf(out, "    %s REFUSED: %s: %s\n", kind, reader_str(one, "text", "?"),
				reader_str(one, "error", "?"));
	}
}

static void show_instance(const struct jvalue *vi, FILE *out)
{
	const struct jvalue *master = reader_get(vi, "master");
	char buf[32];

	fprintf(out, "  %-16s %-8s vrid %-3" PRId64 " on %-8s priority %" PRId64, reader_str(vi, "name", "?"),
		reader_str(vi, "state", "?"), reader_int(vi, "vrid", 0), reader_str(vi, "interface", "-"),
		reader_int(vi, "effective_priority", 0));
	if (reader_int(vi, "effective_priority", 0) != reader_int(vi, "priority", 0))
		fprintf(out, " (base %" PRId64 ")", reader_int(vi, "priority", 0));
	if (master && reader_str(master, "address", NULL))
		fprintf(out, ", master %s priority %" PRId64, reader_str(master, "address", "?"),
			reader_int(master, "priority", 0));
	fprintf(out, "\n    since %s: %s\n", age_str(reader_int(vi, "since_usec", 0), buf, sizeof(buf)),
		reader_str(vi, "reason", "-"));
	show_strings(reader_get(vi, "faults"), "    FAULT because ", out);
	show_missing(vi, out);
	show_refused(reader_get(vi, "routes"), "ROUTE", out);
	show_refused(reader_get(vi, "rules"), "RULE", out);
	show_suspicions(reader_get(vi, "suspicions"), out);
	heard_show(vi, out);
}

static void show_server(const struct jvalue *rs, FILE *out)
{
	char buf[32], mark[64];

	fprintf(out, "    %-21s %-4s weight %" PRId64 "%s%s%s%s%s  since %s%s%s\n", reader_str(rs, "name", "?"),
		reader_bool(rs, "up") ? "UP" : "DOWN", reader_int(rs, "effective_weight", 0),
		overlay_mark(rs, mark, sizeof(mark)), reader_bool(rs, "held") ? " (kept)" : "",
		reader_bool(rs, "ramping") ? " (slow start)" : "", reader_str(rs, "pool", "")[0] ? " in " : "",
		reader_str(rs, "pool", ""), age_str(reader_int(rs, "since_usec", 0), buf, sizeof(buf)),
		reader_str(rs, "detail", "")[0] ? ": " : "", reader_str(rs, "detail", ""));
}

/* The path watch's word, where it is a bad one. */
static void show_path(const struct jvalue *rs, FILE *out)
{
	const struct jvalue *path = reader_get(rs, "path");

	if (!strcmp(reader_str(path, "state", ""), "missing"))
		fprintf(out, "      %sdoes not own the virtual address: %s\n",
			reader_bool(rs, "up") ? "passes its checks, but " : "", reader_str(path, "reason", "?"));
}

/* Who serves, where that is not what it should be; the guards. */
static void show_pool(const struct jvalue *vs, FILE *out)
{
	if (reader_int(vs, "tier", 0))
		fprintf(out, "    %s serves: own servers have %s\n", reader_str(vs, "serving", "?"),
			reader_str(vs, "quorum_state", "?"));
	if (reader_bool(vs, "fail_open"))
		fprintf(out, "    ALARM fail_open: too many servers failed at once, they are kept\n");
	if (reader_bool(vs, "below_minimum"))
		fprintf(out, "    ALARM minimum_available: too few servers are up, those that failed last are kept\n");
}

static void show_service(const struct jvalue *vs, FILE *out)
{
	const struct jvalue *servers = reader_get(vs, "servers");
	char mark[64];

	fprintf(out, "  %s%s %s %s: %" PRId64 " of %zu servers up%s%s\n", reader_str(vs, "name", "?"),
		overlay_mark(vs, mark, sizeof(mark)), reader_str(vs, "scheduler", "?"), reader_str(vs, "forward", "?"),
		reader_int(vs, "servers_up", 0), reader_count(servers),
		reader_bool(vs, "quorum_met") ? "" : ", QUORUM LOST",
		reader_bool(vs, "suspended") ? ", checks suspended" : "");
	show_pool(vs, out);
	for (size_t i = 0; i < reader_count(servers); i++) {
		show_server(reader_at(servers, i), out);
		show_path(reader_at(servers, i), out);
	}
}

/* The addresses of vip_mode anycast. */
static void show_anycast(const struct jvalue *all, FILE *out)
{
	for (size_t i = 0; i < reader_count(all); i++) {
		const struct jvalue *a = reader_at(all, i);
		bool is_wanted = reader_bool(a, "wanted"), is_here = reader_bool(a, "present");

		fprintf(out, "%s  %-21s on %-8s %s\n", i ? "" : "anycast addresses:\n", reader_str(a, "address", "?"),
			reader_str(a, "device", "?"),
			is_wanted         ? is_here ? "announced: its services have their quorum"
						    : "MISSING: its services have their quorum"
				: is_here ? "being withdrawn: no service of it has its quorum"
					  : "withdrawn: no service of it has its quorum");
	}
}

/* What leaves the table without cutting connections. */
static void show_draining(const struct jvalue *all, FILE *out)
{
	for (size_t i = 0; i < reader_count(all); i++) {
		const struct jvalue *d = reader_at(all, i);
		int64_t left = reader_int(d, "left_usec", 0);
		char since[32], time[32];

		fprintf(out, "%s  %s server %s drains since %s: %" PRId64 " connections left, %s%s\n",
			i ? "" : "draining:\n", reader_str(d, "service", "?"), reader_str(d, "server", "?"),
			age_str(reader_int(d, "since_usec", 0), since, sizeof(since)), reader_int(d, "connections", 0),
			left < 0 ? "as long as it is down" : "at most ",
			left < 0 ? "" : age_str(left, time, sizeof(time)));
	}
}

static void show_process(const struct jvalue *p, int64_t generation, FILE *out)
{
	int64_t is = reader_int(p, "generation", generation);

	fprintf(out, " %s(%" PRId64 ")%s", reader_str(p, "name", "?"), reader_int(p, "pid", 0),
		reader_bool(p, "healthy") ? "" : " NOT RESPONDING");
	if (reader_int(p, "restarts", 0))
		fprintf(out, " %" PRId64 " restarts", reader_int(p, "restarts", 0));
	if (is != generation)
		fprintf(out, " at generation %" PRId64, is);
}

/* Whether what the process would say is missing in the document. */
static bool is_silent(const struct jvalue *doc, const char *process)
{
	const struct jvalue *all = reader_get(doc, "not_responding");

	for (size_t i = 0; i < reader_count(all); i++)
		if (!strcmp(reader_text(reader_at(all, i), ""), process))
			return true;
	return false;
}

static void show_count(const struct jvalue *doc, const char *key, const char *process, FILE *out)
{
	if (is_silent(doc, process))
		fprintf(out, "%s: NOT KNOWN, the %s process does not answer\n", key, process);
	else
		fprintf(out, "%s: %zu\n", key, reader_count(reader_get(doc, key)));
}

static void show_head(const struct jvalue *doc, FILE *out)
{
	const struct jvalue *processes = reader_get(doc, "processes"), *reload = reader_get(doc, "last_reload");
	char buf[32];

	fprintf(out, "vipd %s, up %s, %s (generation %" PRId64 ")\nprocesses:", reader_str(doc, "version", "?"),
		age_str(reader_int(doc, "uptime_usec", 0), buf, sizeof(buf)), reader_str(doc, "config_file", "?"),
		reader_int(doc, "generation", 0));
	for (size_t i = 0; i < reader_count(processes); i++)
		show_process(reader_at(processes, i), reader_int(doc, "generation", 0), out);
	fputs("\n", out);
	if (reload && !reader_bool(reload, "ok"))
		fprintf(out, "LAST RELOAD REFUSED %s ago: %s\n",
			age_str(reader_int(reload, "age_usec", 0), buf, sizeof(buf)), reader_str(reload, "error", "?"));
}

static void show_findings(const struct jvalue *findings, FILE *out)
{
	for (size_t i = 0; i < reader_count(findings); i++) {
		const struct jvalue *f = reader_at(findings, i);

		const char *hint = reader_str(f, "hint", NULL);

		fprintf(out, "  %s:", reader_str(f, "file", "?"));
		if (reader_int(f, "line", 0)) /* else it is about the file as a whole */
			fprintf(out, "%" PRId64 ":%" PRId64 ":", reader_int(f, "line", 0), reader_int(f, "column", 0));
		fprintf(out, " %s: %s%s%s\n", reader_str(f, "class", "?"), reader_str(f, "text", "?"),
			hint ? " - " : "", hint ? hint : "");
	}
}

static void show_groups(const struct jvalue *groups, FILE *out)
{
	for (size_t i = 0; i < reader_count(groups); i++) {
		const struct jvalue *g = reader_at(groups, i), *members = reader_get(g, "members");

		fprintf(out, "group %s %s priority %" PRId64 ":", reader_str(g, "name", "?"),
			reader_str(g, "state", "-"), reader_int(g, "effective_priority", 0));
		for (size_t k = 0; k < reader_count(members); k++)
			fprintf(out, " %s", reader_text(reader_at(members, k), "?"));
		fprintf(out, "\n");
	}
}

/* A time in microseconds as milliseconds. */
static double ms(const struct jvalue *s, const char *key)
{
	return (double)reader_int(s, key, 0) / 1000;
}

static void show_bfd_session(const struct jvalue *s, FILE *out)
{
	char buf[32];

	fprintf(out, "  %-16s %-9s to %s, sends every %g ms, detects within %g ms\n    since %s: %s\n",
		reader_str(s, "name", "?"), reader_str(s, "state", "?"), reader_str(s, "neighbor", "?"),
		ms(s, "tx_usec"), ms(s, "detection_usec"), age_str(reader_int(s, "since_usec", 0), buf, sizeof(buf)),
		reader_str(s, "reason", "-"));
	if (reader_str(s, "send_error", NULL))
		fprintf(out, "    CANNOT SEND: %s\n", reader_str(s, "send_error", "?"));
}

static void show_bfd(const struct jvalue *doc, FILE *out)
{
	const struct jvalue *sessions = reader_get(doc, "bfd"), *receiver = reader_get(doc, "bfd_receiver");

	if (!reader_count(sessions))
		return;
	fprintf(out, "bfd sessions: %zu\n", reader_count(sessions));
	for (size_t i = 0; i < reader_count(sessions); i++)
		show_bfd_session(reader_at(sessions, i), out);
	if (receiver && reader_str(receiver, "error", NULL))
		fprintf(out, "BFD CANNOT LISTEN: %s\n", reader_str(receiver, "error", "?"));
}

static void show_closed(const struct jvalue *closed, FILE *out)
{
	const char *error = closed ? reader_str(closed, "error", NULL) : NULL;

	if (error)
		fprintf(out, "NO_ACCEPT IS NOT IN PLACE: %s\n", error);
	else if (closed)
		fprintf(out, "no_accept: %lld addresses closed by table %s\n",
			(long long)reader_int(closed, "addresses", 0), reader_str(closed, "table", "?"));
}

static const char *sync_word(const struct jvalue *sync, const char *role)
{
	const struct jvalue *d = reader_get(sync, role);

	if (!d || !reader_bool(d, "running"))
		return d && reader_bool(d, "wanted") ? "MISSING" : "off";
	return reader_bool(d, "ours") ? "on" : "not ours";
}

/* Whom a director hears send connections; one with another id is not understood. */
static void show_heard(const struct jvalue *sync, FILE *out)
{
	const struct jvalue *heard = reader_get(sync, "heard");

	for (size_t i = 0; i < reader_count(heard); i++) {
		const struct jvalue *from = reader_at(heard, i);
		long long id = reader_int(from, "id", 0);

		fprintf(out, "  connections from %s with id %lld%s\n", reader_str(from, "from", "?"), id,
			id == reader_int(sync, "id", 0) ? "" : ": ANOTHER ID, not taken");
	}
}

/* The kernel's synchronisation of connections. */
static void show_sync(const struct jvalue *sync, FILE *out)
{
	if (!sync || !reader_bool(sync, "configured"))
		return;
	fprintf(out, "synchronisation on %s, id %lld: MASTER %s, BACKUP %s%s%s\n", reader_str(sync, "interface", "?"),
		(long long)reader_int(sync, "id", 0), sync_word(sync, "MASTER"), sync_word(sync, "BACKUP"),
		*reader_str(sync, "follows", "") ? ", instance " : "", reader_str(sync, "follows", ""));
	show_heard(sync, out);
	if (*reader_str(sync, "trouble", ""))
		fprintf(out, "SYNCHRONISATION: %s\n", reader_str(sync, "trouble", ""));
}

/* The kernel's settings of IPVS that are ours. */
static void show_sysctl(const struct jvalue *list, FILE *out)
{
	for (size_t i = 0; i < reader_count(list); i++) {
		const struct jvalue *s = reader_at(list, i);
		const char *found = reader_str(s, "found", ""), *error = reader_str(s, "error", "");

		fprintf(out, "  net.ipv4.vs.%s = %s%s%s%s%s\n", reader_str(s, "name", "?"), reader_str(s, "value", "?"),
			*found ? ", found as " : "", found, *error ? ", NOT SET: " : "", error);
	}
}

void show_status(const struct jvalue *doc, FILE *out)
{
	const struct jvalue *instances = reader_get(doc, "instances"), *services = reader_get(doc, "services");
	const struct jvalue *ipvs = reader_get(doc, "ipvs"), *findings = reader_get(doc, "findings");

	show_head(doc, out);
	show_count(doc, "instances", "vrrp", out);
	for (size_t i = 0; i < reader_count(instances); i++)
		show_instance(reader_at(instances, i), out);
	show_groups(reader_get(doc, "groups"), out);
	show_bfd(doc, out);
	show_count(doc, "services", "lvs", out);
	for (size_t i = 0; i < reader_count(services); i++)
		show_service(reader_at(services, i), out);
	show_draining(reader_get(doc, "draining"), out);
	show_anycast(reader_get(doc, "anycast"), out);
	if (ipvs && !reader_bool(ipvs, "available") && reader_count(services))
		fprintf(out, "IPVS NOT AVAILABLE: %s\n", reader_str(ipvs, "last_error", "?"));
	else if (ipvs && reader_bool(ipvs, "incomplete"))
		fprintf(out, "IPVS REFUSED A PART OF ITS TABLE: %s\n", reader_str(ipvs, "last_error", "?"));
	show_sync(reader_get(doc, "sync"), out);
	show_sysctl(reader_get(doc, "sysctl"), out);
	show_closed(reader_get(doc, "no_accept"), out);
	overlay_show(doc, out);
	if (reader_count(findings))
		fprintf(out, "configuration: %zu finding%s\n", reader_count(findings),
			reader_count(findings) == 1 ? "" : "s");
	show_findings(findings, out);
}

void show_events(const struct jvalue *doc, FILE *out)
{
	const struct jvalue *events = reader_get(doc, "events");

	for (size_t i = 0; i < reader_count(events); i++) {
		const struct jvalue *e = reader_at(events, i);

		fprintf(out, "%s %s: %s\n", reader_str(e, "time", "?"), reader_str(e, "topic", "?"),
			reader_str(e, "line", "?"));
	}
}

void show_plan(const struct jvalue *doc, FILE *out)
{
	fputs(reader_str(doc, "text", ""), out);
	show_findings(reader_get(doc, "findings"), out);
}

void show_result(const struct jvalue *doc, FILE *out)
{
	if (reader_str(doc, "result", NULL))
		fprintf(out, "%s\n", reader_str(doc, "result", ""));
	show_findings(reader_get(doc, "findings"), out);
}
