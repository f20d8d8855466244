/* instance_look.c - see instance_look.h. */
#include "vrrp/instance_look.h"

#include <string.h>

#include "io/tls.h"
#include "net/link.h"
#include "vrrp/holder.h"
#include "vrrp/instance_act.h"
#include "vrrp/instance_state.h"
#include "vrrp/port.h"
#include "vrrp/statics.h"
#include "vrrp/transmit.h"
#include "vrrp/vmac.h"
#include "vrrp/vmac_test.h"
#include "vrrp/witness.h"

void instance_unbind(struct instance *vi)
{
	holder_unbind(vi->holder);
	witness_unbind(vi->witness);
	vmac_test_stop(vi->vmac_test);
	vmac_unbind(vi->vmac, vi);
	port_leave(vi->port, vi);
	vi->port = NULL;
}

/* The sockets on the interface as it is now; what goes wrong is a fault. */
static void bind_port(struct instance *vi, const struct port_ops *ops)
{
	const struct vrrp_conf *conf = vi->router.conf;
	const struct addr group = transmit_group(conf, &vi->env->config->globals);
	const char *device = vrrp_socket_device(conf);
	const int index = vi->environment.socket;
	const struct port_user user = { .family = conf->family, .vrid = (uint8_t)conf->vrid, .ops = ops, .ctx = vi };
	int r = 0;

	if (vi->port && port_index(vi->port) != index)
		instance_unbind(vi);
	if (device && !index)
		return;
	if (!vi->port)
		r = port_join(vi->env->ports, index, &user, &vi->port);
	if (r == 0 && !conf->has_unicast_block)
		r = port_group(vi->port, &group);
	if (r == 0 && !conf->has_unicast_block)
		r = vmac_bind(vi->vmac, vi->env->ports, &user, &group);
	if (r < 0)
		faults_add(&vi->faults, "cannot listen on %s: %s", device ? device : "any interface", strerror(-r));
}

/* A device of its own is the process's that holds it: it comes with the rest. What fails is a fault in its turn. */
void instance_open(struct instance *vi, const struct port_ops *ops)
{
	const struct instance_env *env = vi->env;

	if (vi->port || vi->vmac)
		return;
	environment_look(vi->router.conf, env->link, env->ops->is_vip, env->ctx, &vi->environment);
	bind_port(vi, ops);
	faults_clear(&vi->faults);
	vi->environment = (struct environment){ 0 };
}

static void look_at_keys(struct instance *vi)
{
	const char *why;

	if (!vi->receiver.auth || !vi->receiver.auth->is_broken)
		return;
	why = tls_open();
	if (why)
		faults_add(&vi->faults, "auth_hmac: no cryptographic library: %s", why);
	else
		faults_add(&vi->faults, "auth_hmac: the cryptographic library refuses a key");
}

/* A unicast instance whose peers are missing never falls back to multicast. */
static void look_at_peers(struct instance *vi)
{
	const struct vrrp_conf *conf = vi->router.conf;

	if (conf->has_unicast_block && conf->peers.n == 0 && conf->unicast_fault_no_peer)
		faults_add(&vi->faults, "unicast_peer is empty");
}

/* A MASTER without addresses would keep the others from serving. */
static void look_at_power(struct instance *vi)
{
	if (vi->env->is_powerless && vi->router.conf->vips.n > 0)
		faults_add(&vi->faults,
			"CAP_NET_ADMIN is missing, the kernel would refuse every address: run vipd as root, in a "
			"container with --cap-add NET_ADMIN");
}

/* Fights over what it holds, and what is static and missing. */
static void look_at_objects(struct instance *vi)
{
	bool is_refused;
	const char *what = holder_contested(vi->holder, &is_refused);

	if (what && is_refused)
		faults_add(&vi->faults, "address_refused: the kernel refuses %s", what);
	else if (what)
		faults_add(&vi->faults, "address_contested: somebody changes %s back as often as it is put right",
			what);
	witness_faults(vi->witness, &vi->faults);
	statics_faults(vi->env->statics, vi->router.conf->name, &vi->faults);
}

/* Who loses the address of its own still says goodbye, and the others know only those whom they heard before. */
static void look_at_source(struct instance *vi, int index_before)
{
	if (addr_is_set(&vi->environment.own) || vi->environment.index != index_before)
		vi->source = vi->environment.own;
}

uint8_t instance_look_at_machine(struct instance *vi, const struct port_ops *ops)
{
	const struct instance_env *env = vi->env;
	const int index_before = vi->environment.index;
	uint8_t priority;

	faults_clear(&vi->faults);
	environment_look(vi->router.conf, env->link, env->ops->is_vip, env->ctx, &vi->environment);
	environment_faults(&vi->environment, vi->router.conf, env->link, &vi->faults);
	if (vmac_look(vi->vmac, vi->router.is_holding || vi->is_resume, &vi->faults))
		instance_unbind(vi);
	bind_port(vi, ops);
	witness_move(vi->witness, &(struct witness_place){ vi->environment.index, vi->environment.own });
	look_at_peers(vi);
	look_at_keys(vi);
	look_at_power(vi);
	look_at_objects(vi);
	priority = trackers_look(&vi->trackers, vi->router.conf,
		&(struct trackers_world){ env->link, env->ops->tracked, env->ctx }, &vi->faults);
	look_at_source(vi, index_before);
	return priority;
}

bool instance_has_other_mac(struct instance *vi)
{
	const struct link_if *in = link_find_index(vi->env->link, vi->environment.index);

	if (!in || !in->has_mac || !memcmp(vi->mac, in->mac, sizeof(vi->mac)))
		return false;
	memcpy(vi->mac, in->mac, sizeof(vi->mac));
	return true;
}

/* FAULT and back, and the effective priority, from what instance_look_at_machine() found. */
void instance_follow(struct instance *vi, uint8_t priority, mono_t now)
{
	struct vrrp_event ev = { .now = now, .type = VRRP_EV_CONFIG, .priority = priority };
	bool is_fault = vi->faults.n > 0;
	enum vrrp_state state;

	if (priority != vi->router.priority)
		instance_feed(vi, &ev);
	state = vi->router.state;
	if (is_fault && state != VRRP_FAULT) {
		instance_feed_plain(vi, VRRP_EV_FAULT, now);
	} else if (!is_fault && state == VRRP_FAULT) {
		instance_feed_plain(vi, VRRP_EV_RECOVER, now);
	} else if (!is_fault && state == VRRP_INIT) {
		ev.type = VRRP_EV_START;
		ev.is_resume = vi->is_resume;
		instance_feed(vi, &ev);
	} else if (is_fault) {
		instance_explain(vi);
	}
}
