/* doctor_rules_host.c - what is true of the whole director: IPVS, its settings, those of the network, the packet filter. */
#include "ctl/doctor_rules.h"

#include <inttypes.h>
#include <string.h>

enum { SYNC_THRESHOLD_DEFAULT = 3, SYNC_PERIOD_DEFAULT = 50 };

static const char this_director[] = "this director";

static bool uses(const struct doctor_facts *f, enum doctor_forward forward)
{
	for (unsigned i = 0; i < f->n_servers; i++)
		if (f->servers[i].forward == forward)
			return true;
	return false;
}

static void find(struct doctor_findings *out, struct doctor_finding finding)
{
	finding.subject = finding.subject ? finding.subject : this_director;
	doctor_find(out, &finding);
}

static void look_at_daemon(const struct doctor_facts *f, struct doctor_findings *out)
{
	if (f->is_absent)
		find(out,
			(struct doctor_finding){ DOCTOR_WARNING, "no-daemon", NULL,
				"vipd does not run here: nobody moves addresses or checks servers",
				"nobody listens at its control socket",
				"`systemctl status vipd`, `journalctl -u vipd`" });
	else if (!f->has_daemon)
		find(out,
			(struct doctor_finding){ DOCTOR_ERROR, "daemon-silent", NULL, "vipd runs and does not answer",
				"its control socket is there, and no status came",
				"`vipctl check` as root; is the machine overloaded, is vipd stopped (`ps -o stat= -C "
				"vipd`)?" });
	else if (f->silent)
		find(out,
			(struct doctor_finding){ DOCTOR_ERROR, "daemon-silent", NULL,
				"a process of vipd does not answer",
				doctor_text(out, "the %s process said nothing within a second", f->silent),
				"it is killed and started anew when that lasts: `vipctl status`, `vipctl events`" });
}

static void look_at_ipvs(const struct doctor_facts *f, struct doctor_findings *out)
{
	if (f->n_services && f->ipvs_error)
		find(out,
			(struct doctor_finding){ DOCTOR_ERROR, "no-ipvs", NULL,
				"the kernel has no IPVS for the services", f->ipvs_error,
				"`modprobe ip_vs`, and modules-load.d/vipd.conf for the next boot; in a container: on "
				"the host" });
}

/* What the daemon wants of the kernel and does not get. */
static void look_at_refused(const struct doctor_facts *f, struct doctor_findings *out)
{
	if (f->ipvs_refused)
		find(out,
			(struct doctor_finding){ DOCTOR_ERROR, "ipvs-refused", NULL,
				"the kernel refused a part of the IPVS table", f->ipvs_refused,
				"is the scheduler's module there (`modprobe ip_vs_NAME`)? `vipctl events` has each refusal" });
	if (f->sync_trouble && *f->sync_trouble)
		find(out,
			(struct doctor_finding){ DOCTOR_WARNING, "sync-trouble", NULL,
				"connections are not synchronised: a fail-over cuts them", f->sync_trouble,
				"`vipctl status`; the interface of lvs_sync_daemon must exist and be up on both directors" });
}

/* Of an id that is none of ours: other pairs may share the segment, but not those that we stand in for. */
static void look_at_senders(const struct doctor_facts *f, struct doctor_findings *out)
{
	for (unsigned i = 0; i < f->n_senders; i++) {
		const struct doctor_sender *s = &f->senders[i];
		char from[ADDR_STRLEN];
		unsigned p = 0;

		while (p < f->n_peers && !addr_equal(&f->peers[p].addr, &s->addr))
			p++;
		if (s->id != f->sync_id && p < f->n_peers)
			find(out,
				(struct doctor_finding){ DOCTOR_ERROR, "sync-id", NULL,
					"the other director's connections are not taken: it sends them with another id, and a "
					"fail-over cuts all of them",
					doctor_text(out, "%s sends with id %u, this director listens to id %u",
						addr_str(&s->addr, from), s->id, f->sync_id),
					"the same `lvs_sync_daemon ... id` on both directors (without it: the virtual_router_id "
					"of its instance)" });
	}
}

static void look_at_forwarding(const struct doctor_facts *f, struct doctor_findings *out)
{
	int on = f->sysctl[DOCTOR_IP_FORWARD];

	if (on == 0 && uses(f, DOCTOR_NAT))
		find(out,
			(struct doctor_finding){ DOCTOR_ERROR, "ip-forward", NULL,
				"a director that masquerades (lvs_method NAT) must forward packets",
				"net.ipv4.ip_forward is 0", "`sysctl -w net.ipv4.ip_forward=1`" });
	else if (on == 0 && f->n_servers)
		find(out,
			(struct doctor_finding){ DOCTOR_NOTE, "ip-forward", NULL,
				"direct routing and tunnels need no forwarding on the director",
				"net.ipv4.ip_forward is 0", "" });
}

static void look_at_conntrack(const struct doctor_facts *f, struct doctor_findings *out)
{
	bool is_dr = uses(f, DOCTOR_DR) || uses(f, DOCTOR_TUN), is_tracked = f->sysctl[DOCTOR_VS_CONNTRACK] == 1;

	if (is_tracked && is_dr && !uses(f, DOCTOR_NAT))
		find(out,
			(struct doctor_finding){ DOCTOR_WARNING, "conntrack", NULL,
				"connection tracking sees one direction only with direct routing, and an INVALID rule "
				"then breaks connections",
				"net.ipv4.vs.conntrack is 1", "`sysctl -w net.ipv4.vs.conntrack=0`" });
	else if (f->sysctl[DOCTOR_VS_CONNTRACK] == 0 && is_dr)
		find(out,
			(struct doctor_finding){ DOCTOR_NOTE, "conntrack", NULL,
				"direct routing and tunnels need no connection tracking", "net.ipv4.vs.conntrack is 0",
				"" });
	for (unsigned i = 0; i < f->n_drops && is_dr; i++)
		if (f->drops[i].kind == DOCTOR_DROP_INVALID)
			find(out,
				(struct doctor_finding){ DOCTOR_WARNING, "invalid-dropped", NULL,
					"the packet filter drops what connection tracking calls invalid: with direct "
					"routing that is the end "
					"(FIN) of every connection",
					doctor_text(out, "%s: %s", f->drops[i].where, f->drops[i].rule),
					"do not track what is for a virtual address: `nft add rule ip raw prerouting "
					"ip daddr VIP notrack` (type "
					"filter hook prerouting priority raw)" });
}

/* Packets of far clients come in by a card that is not the way back to them. */
static void look_at_rp_filter(const struct doctor_facts *f, const struct doctor_vip *v, struct doctor_findings *out)
{
	const struct doctor_link *l = doctor_facts_link(f, v->index), *way = doctor_facts_link(f, f->outward.index);
	char vip[ADDR_STRLEN];

	if (v->addr.family != AF_INET || !f->has_outward || !l || !way || l == way || l->rp_filter != 1)
		return;
	find(out,
		(struct doctor_finding){ DOCTOR_WARNING, "rp-filter", doctor_text(out, "interface %s", l->is.name),
			"strict reverse path filtering drops what far clients send to the virtual address",
			doctor_text(out,
				"%s is on %s, the default route leaves by %s, and rp_filter in force on %s is 1 (the "
				"greater of "
				"`all` and its own)",
				addr_str(&v->addr, vip), l->is.name, way->is.name, l->is.name),
			doctor_text(out,
				"`sysctl -w net.ipv4.conf.%s.rp_filter=2 net.ipv4.conf.all.rp_filter=0`, or route back "
				"by %s",
				l->is.name, l->is.name) });
}

static void look_at_rp_filters(const struct doctor_facts *f, struct doctor_findings *out)
{
	for (unsigned i = 0; i < f->n_vips; i++) {
		unsigned k = 0;

		while (k < i && f->vips[k].index != f->vips[i].index)
			k++;
		if (k == i) /* once for each interface */
			look_at_rp_filter(f, &f->vips[i], out);
	}
}

/* IPVS' own settings. */

static bool is_hash(const struct doctor_service *vs)
{
	return vs->scheduler && (!strcmp(vs->scheduler, "mh") || !strcmp(vs->scheduler, "sh"));
}

static bool has_other_than_hash(const struct doctor_facts *f)
{
	for (unsigned i = 0; i < f->n_services; i++)
		if (!is_hash(&f->services[i]))
			return true;
	return false;
}

static void look_at_settings(const struct doctor_facts *f, struct doctor_findings *out)
{
	if (f->sysctl[DOCTOR_VS_SLOPPY_TCP] == 1 && has_other_than_hash(f))
		find(out,
			(struct doctor_finding){ DOCTOR_WARNING, "sloppy-tcp", NULL,
				"connections that IPVS does not know go to any server, which resets them",
				"net.ipv4.vs.sloppy_tcp is 1, and not every service has a scheduler that picks the "
				"same server again (mh, sh)",
				"`sysctl -w net.ipv4.vs.sloppy_tcp=0`, or scheduler mh for all services" });
	if (f->sysctl[DOCTOR_VS_BACKUP_ONLY] == 1 && f->has_via)
		find(out,
			(struct doctor_finding){ DOCTOR_WARNING, "backup-only", NULL,
				"checks with `via service` say nothing on a BACKUP",
				"net.ipv4.vs.backup_only is 1: with a backup sync daemon the kernel hands no packet to "
				"a real server",
				"`sysctl -w net.ipv4.vs.backup_only=0`, or checks of the servers' own addresses" });
	if (f->sysctl[DOCTOR_VS_RUN_ESTIMATION] == 0)
		find(out,
			(struct doctor_finding){ DOCTOR_WARNING, "no-estimation", NULL,
				"the counters of IPVS stand still", "net.ipv4.vs.run_estimation is 0",
				"`sysctl -w net.ipv4.vs.run_estimation=1`" });
	if (f->sysctl[DOCTOR_VS_EXPIRE_NODEST] == 0 && f->n_services)
		find(out,
			(struct doctor_finding){ DOCTOR_WARNING, "nodest-stays", NULL,
				"connections of a server that left the table hang until their timeout",
				"net.ipv4.vs.expire_nodest_conn is 0: their packets are dropped without a word",
				"`sysctl -w net.ipv4.vs.expire_nodest_conn=1` (sysctl.d/vipd.conf)" });
}

static void look_at_sync(const struct doctor_facts *f, struct doctor_findings *out)
{
	if (f->has_sync && f->sysctl[DOCTOR_VS_SYNC_THRESHOLD] == SYNC_THRESHOLD_DEFAULT &&
		f->sysctl[DOCTOR_VS_SYNC_PERIOD] == SYNC_PERIOD_DEFAULT && f->sysctl[DOCTOR_VS_SYNC_REFRESH] <= 0)
		find(out,
			(struct doctor_finding){ DOCTOR_WARNING, "sync-threshold", NULL,
				"young and quiet connections are lost in a fail-over: they were never told to the "
				"other director",
				"net.ipv4.vs.sync_threshold is the kernel's default \"3 50\" and sync_refresh_period "
				"is 0",
				"`sysctl -w net.ipv4.vs.sync_threshold=\"3 0\" net.ipv4.vs.sync_refresh_period=10` on "
				"both directors" });
}

/* VRRP in the packet filter. */

static void look_at_drop(const struct doctor_drop *d, struct doctor_findings *out)
{
	const char *what = d->is_sure
		? "this director's packet filter drops VRRP: beside a MASTER it becomes MASTER too"
		: "this director's packet filter may drop VRRP";

	find(out,
		(struct doctor_finding){ d->is_sure ? DOCTOR_ERROR : DOCTOR_WARNING, "vrrp-dropped", NULL, what,
			doctor_text(out, "%s: %s", d->where, d->rule),
			d->is_policy ? doctor_text(out, "`nft insert rule %s meta l4proto vrrp accept`", d->chain)
				     : doctor_text(out,
					       "`nft delete rule %s handle %" PRId64
					       "`, or before it `nft insert rule %s meta l4proto vrrp "
					       "accept`; and in the file that loads the rules",
					       d->chain, d->handle, d->chain) });
}

void doctor_rules_host(const struct doctor_facts *f, struct doctor_findings *out)
{
	look_at_daemon(f, out);
	look_at_ipvs(f, out);
	look_at_refused(f, out);
	look_at_senders(f, out);
	look_at_forwarding(f, out);
	look_at_conntrack(f, out);
	look_at_rp_filters(f, out);
	look_at_settings(f, out);
	look_at_sync(f, out);
	for (unsigned i = 0; i < f->n_drops && f->n_peers; i++)
		if (f->drops[i].kind == DOCTOR_DROP_VRRP)
			look_at_drop(&f->drops[i], out);
}
