/* show.c - see show.h. The members are what vipctl prints; tests read them too. */
#include "vrrp/show.h"

#include <string.h>

#include "ctl/writer.h"
#include "net/link.h"
#include "vrrp/instance.h"
#include "vrrp/port.h"
#include "vrrp/roster.h"
#include "vrrp/show_auth.h"
#include "vrrp/show_paths.h"
#include "vrrp/show_statistics.h"
#include "vrrp/show_why.h"
#include "vrrp/vmac.h"
#include "vrrp/vmac_test.h"
#include "vrrp/witness.h"

static void write_addr(struct writer *w, const char *key, const struct addr *a)
{
	char text[ADDR_STRLEN];

	writer_str(w, key, addr_is_set(a) ? addr_str(a, text) : NULL);
}

static int64_t age(mono_t at, mono_t now)
{
	return at.usec ? mono_diff(now, at) : -1;
}

static void show_master(struct writer *w, const struct instance_view *v)
{
	const struct vrrp_router *r = v->router;
	bool is_own = r->state == VRRP_MASTER || r->state == VRRP_LEAVING;

	writer_object(w, "master");
	write_addr(w, "address", is_own ? &v->environment->own : &r->master);
	writer_int(w, "priority", r->state == VRRP_MASTER ? r->priority : r->master_priority);
	writer_end(w);
}

static void show_peer(struct writer *w, const struct receiver *r, mono_t now)
{
	const struct receive_peer *p = &r->peer;

	if (!addr_is_set(&p->addr)) {
		writer_str(w, "peer", NULL);
		return;
	}
	writer_object(w, "peer");
	write_addr(w, "address", &p->addr);
	writer_int(w, "priority", p->priority);
	writer_int(w, "version", p->version);
	writer_real(w, "advert_int", p->interval_cs / 100.0);
	writer_str(w, "checksum", p->checksum == ADVERT_SUM_PSEUDO ? "pseudo" : "message");
	writer_int(w, "heard_usec", age(p->heard_at, now));
	writer_bool(w, "address_list_differs", p->addr_list_differs);
	writer_bool(w, "interval_differs", p->interval_differs);
	writer_bool(w, "first_not_link_local", p->first_not_link_local);
	writer_str(w, "dropped", p->drop == ADVERT_OK ? NULL : advert_verdict_str(p->drop));
	writer_end(w);
}

/* Absent while nothing waits. */
static void show_hook(struct writer *w, const struct vrrp_router *r, mono_t now)
{
	if (r->hook == VRRP_HOOK_NONE)
		return;
	writer_object(w, "waits_for");
	writer_str(w, "hook", r->hook == VRRP_HOOK_PRE_MASTER ? "pre_master" : "pre_release");
	writer_int(w, "within_usec", mono_diff(r->hook_until, now));
	writer_end(w);
}

static void show_vips(struct writer *w, const struct instance_view *v, const struct link *link)
{
	writer_array(w, "vips");
	for (unsigned i = 0; i < v->addresses->n; i++) {
		const struct address_vip *vip = v->addresses->vip[i];
		const struct link_if *in = vip->index ? link_find_index(link, vip->index) : NULL;
		char text[ADDR_STRLEN];

		if (vip->is_dropped)
			continue;
		writer_object(w, NULL);
		writer_fmt(w, "address", "%s/%u", addr_str(&vip->conf.addr, text), vip->conf.prefix_len);
		writer_str(w, "dev", in ? in->name : vip->conf.dev ? vip->conf.dev : v->conf->interface);
		writer_bool(w, "present", vip->index && link_addr_find(link, vip->index, &vip->conf.addr));
		writer_bool(w, "excluded", vip->conf.is_excluded);
		if (vip->err)
			writer_str(w, "error", strerror(-vip->err));
		writer_end(w);
	}
	writer_end(w);
}

/* Absent without a virtual MAC address. */
static void show_vmac(struct writer *w, const struct instance_view *v)
{
	const char *name = vmac_name(v->vmac);

	if (!name)
		return;
	writer_object(w, "vmac");
	writer_str(w, "dev", name);
	writer_str(w, "self_test", vmac_verdict_str(vmac_test_verdict(v->vmac_test)));
	writer_end(w);
}

static void show_faults(struct writer *w, const struct faults *f)
{
	writer_array(w, "faults");
	for (unsigned i = 0; i < f->n; i++)
		writer_str(w, NULL, f->text[i]);
	writer_end(w);
}

/* OP-06. */
static void show_last(struct writer *w, const struct instance_view *v)
{
	const struct instance_last *last = v->last;
	char reason[INSTANCE_REASON_LEN];

	if (!last->at.usec) {
		writer_str(w, "last_transition", NULL);
		return;
	}
	writer_object(w, "last_transition");
	writer_str(w, "from", vrrp_state_str(last->action.from));
	writer_str(w, "to", vrrp_state_str(last->action.to));
	writer_str(w, "cause", instance_last_str(last, reason));
	write_addr(w, "peer", &last->action.peer);
	writer_int(w, "peer_priority", last->action.peer_priority);
	writer_int(w, "heard_usec", last->heard);
	writer_int(w, "timer_late_usec", last->late);
	writer_end(w);
}

static void show_late(struct writer *w, const struct instance_late *late)
{
	writer_object(w, "timer_late");
	writer_int(w, "last_usec", late->last);
	writer_int(w, "max_usec", late->max);
	writer_end(w);
}

static void show_port(struct writer *w, const struct port *port)
{
	const struct port_counters *c = port ? port_counters(port) : NULL;

	writer_object(w, "interface_counters");
	writer_int(w, "rx", c ? (int64_t)c->rx : 0);
	writer_int(w, "vrid", c ? (int64_t)c->bad_vrid : 0);
	writer_int(w, "malformed", c ? (int64_t)c->bad_packet : 0);
	writer_int(w, "carp", c ? (int64_t)c->foreign_carp : 0);
	writer_int(w, "announced", c ? (int64_t)c->announced : 0);
	writer_int(w, "announce_errors", c ? (int64_t)c->announce_errors : 0);
	writer_end(w);
}

static void show_counters(struct writer *w, const struct instance_view *v)
{
	const struct instance_counters *c = v->counters;

	writer_object(w, "counters");
	writer_int(w, "rx", (int64_t)c->rx);
	writer_int(w, "tx", (int64_t)c->tx);
	writer_int(w, "priority_zero_received", (int64_t)v->receiver->priority_zero);
	writer_int(w, "priority_zero_sent", (int64_t)c->tx_zero);
	writer_int(w, "tx_errors", (int64_t)c->tx_errors);
	writer_int(w, "transitions", (int64_t)c->transitions);
	writer_int(w, "became_master", (int64_t)c->became_master);
	writer_int(w, "vips_repaired", (int64_t)v->addresses->lost);
	writer_object(w, "dropped");
	for (int i = ADVERT_OK + 1; i < ADVERT_VERDICT_MAX; i++)
		writer_int(w, advert_verdict_str((enum advert_verdict)i),
			(int64_t)receive_count(v->receiver, (enum advert_verdict)i));
	writer_end(w);
	writer_end(w);
}

static void show_conf(struct writer *w, const struct vrrp_conf *conf)
{
	writer_str(w, "name", conf->name);
	writer_str(w, "interface", conf->interface);
	if (conf->rare->vrf && !conf->interface)
		writer_str(w, "vrf", conf->rare->vrf);
	writer_int(w, "vrid", conf->vrid);
	writer_int(w, "priority", conf->priority);
	writer_int(w, "version", conf->version);
	writer_real(w, "advert_int", conf->interval_cs / 100.0);
	writer_bool(w, "unicast", conf->has_unicast_block);
}

static void show_instance(struct writer *w, const struct instance *vi, const struct link *link, mono_t now)
{
	char reason[INSTANCE_REASON_LEN];
	struct instance_view v;

	instance_look(vi, &v);
	writer_object(w, NULL);
	show_conf(w, v.conf);
	writer_str(w, "state", vrrp_state_str(v.router->state));
	writer_int(w, "effective_priority", v.router->priority);
	writer_int(w, "since_usec", age(v.last->at, now));
	writer_str(w, "from", v.last->at.usec ? vrrp_state_str(v.last->action.from) : NULL);
	writer_str(w, "reason", instance_last_str(v.last, reason));
	writer_bool(w, "holding", v.router->is_holding);
	show_hook(w, v.router, now);
	write_addr(w, "source", &v.environment->own);
	show_master(w, &v);
	show_peer(w, v.receiver, now);
	show_auth(w, v.receiver->auth, now);
	show_offenders(w, v.offenders, now);
	show_vips(w, &v, link);
	show_vmac(w, &v);
	show_paths(w, v.paths);
	show_faults(w, v.faults);
	witness_show(v.witness, w, now);
	show_why(w, &v, now);
	show_last(w, &v);
	show_late(w, v.late);
	show_counters(w, &v);
	show_statistics(w, &v);
	show_port(w, v.port);
	writer_end(w);
}

void show_instances(struct writer *w, const struct roster *r, const struct link *link, mono_t now)
{
	const struct instance *vi;

	writer_array(w, "instances");
	for (unsigned i = 0; (vi = roster_get(r, i, NULL)); i++)
		show_instance(w, vi, link, now);
	writer_end(w);
	writer_object(w, "netlink");
	writer_int(w, "foreign", (int64_t)link_foreign(link));
	writer_end(w);
}
