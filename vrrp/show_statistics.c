/*
 * show_statistics.c - see show_statistics.h. RFC 8347 4: statistics of an instance, and new-master-reason; the four that it
 * counts for the whole router (checksum, version, VRID, TTL) are those of the instance, or of its interface, here.
 */
#include "vrrp/show_statistics.h"

#include "ctl/writer.h"
#include "vrrp/instance_types.h"
#include "vrrp/port.h"

/* RFC 6527 vrrpv3StatisticsNewMasterReason; "not-master" while it is none. */
static const char *reason_str(const struct instance_view *v)
{
	if (v->router->state != VRRP_MASTER)
		return "not-master";
	if (v->last->action.reason == VRRP_WHY_PREEMPT)
		return "preempted";
	return v->last->action.reason == VRRP_WHY_NO_ADVERT ? "no-response" : "priority";
}

void show_statistics(struct writer *w, const struct instance_view *v)
{
	const struct instance_counters *c = v->counters;
	const struct receiver *r = v->receiver;
	const struct {
		const char *name;
		uint64_t value;
	} all[] = {
		{ "master-transitions", c->became_master },
		{ "advertisement-rcvd", receive_count(r, ADVERT_OK) },
		{ "advertisement-sent", c->tx },
		{ "interval-errors", receive_count(r, ADVERT_BAD_INTERVAL) },
		{ "priority-zero-pkts-rcvd", r->priority_zero },
		{ "priority-zero-pkts-sent", c->tx_zero },
		{ "invalid-type-pkts-rcvd", receive_count(r, ADVERT_BAD_TYPE) },
		{ "address-list-errors", receive_count(r, ADVERT_BAD_ADDR_LIST) },
		{ "packet-length-errors", receive_count(r, ADVERT_BAD_LENGTH) },
		{ "checksum-errors", receive_count(r, ADVERT_BAD_CHECKSUM) },
		{ "version-errors", receive_count(r, ADVERT_BAD_VERSION) },
		{ "vrid-errors", v->port ? port_counters(v->port)->bad_vrid : 0 },
		{ "ip-ttl-errors", receive_count(r, ADVERT_BAD_TTL) },
	};

	writer_object(w, "statistics");
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		writer_int(w, all[i].name, (int64_t)all[i].value);
	writer_str(w, "new-master-reason", reason_str(v));
	writer_end(w);
}
