/* bfd_show.c - see bfd_show.h. */
#include "vrrp/bfd_show.h"

#include <string.h>

#include "ctl/writer.h"
#include "vrrp/bfd.h"
#include "vrrp/bfd_session.h"

static void write_addr(struct writer *w, const char *key, const struct addr *a)
{
	char text[ADDR_STRLEN];

	writer_str(w, key, addr_is_set(a) ? addr_str(a, text) : NULL);
}

/* What is agreed, in microseconds: RFC 5880 6.8.2, 6.8.4. */
static void show_timing(struct writer *w, const struct bfd *b)
{
	writer_int(w, "tx_usec", bfd_interval(b));
	writer_int(w, "rx_usec", b->used_rx > b->remote.desired_tx ? b->used_rx : b->remote.desired_tx);
	writer_int(w, "multiplier", b->conf.multiplier);
	writer_int(w, "detection_usec", bfd_detection_time(b));
	writer_bool(w, "polling", b->is_polling);
}

static void show_remote(struct writer *w, const struct bfd_remote *r)
{
	if (r->discriminator == 0) {
		writer_str(w, "remote", NULL);
		return;
	}
	writer_object(w, "remote");
	writer_str(w, "state", bfd_state_str(r->state));
	writer_str(w, "diag", bfd_diag_str(r->diag));
	writer_int(w, "discriminator", r->discriminator);
	writer_int(w, "min_tx_usec", r->desired_tx);
	writer_int(w, "min_rx_usec", r->required_rx);
	writer_int(w, "multiplier", r->multiplier);
	writer_bool(w, "demand", r->is_demand);
	writer_end(w);
}

static void show_dropped(struct writer *w, const uint64_t *dropped)
{
	writer_object(w, "dropped");
	for (int i = BFD_OK + 1; i < BFD_VERDICT_MAX; i++)
		writer_int(w, bfd_verdict_str((enum bfd_verdict)i), (int64_t)dropped[i]);
	writer_end(w);
}

static void show_counters(struct writer *w, const struct bfd_counters *c)
{
	writer_object(w, "counters");
	writer_int(w, "rx", (int64_t)c->rx);
	writer_int(w, "tx", (int64_t)c->tx);
	writer_int(w, "tx_errors", (int64_t)c->tx_errors);
	writer_int(w, "up", (int64_t)c->up);
	writer_int(w, "down", (int64_t)c->down);
	show_dropped(w, c->dropped);
	writer_end(w);
}

static const char *counts_as(enum script_status status)
{
	switch (status) {
	case SCRIPT_UNKNOWN:
		break;
	case SCRIPT_OK:
		return "up";
	case SCRIPT_FAILED:
	case SCRIPT_ERROR:
		return "down";
	}
	return "unknown";
}

static void show_session(struct writer *w, const struct bfd_session *s, mono_t now)
{
	struct bfd_view v;

	bfd_session_look(s, &v);
	writer_object(w, NULL);
	writer_str(w, "name", bfd_session_name(s));
	writer_str(w, "state", bfd_state_str(v.bfd->state));
	writer_str(w, "diag", bfd_diag_str(v.bfd->diag));
	writer_str(w, "counts_as", counts_as(bfd_session_status(s)));
	write_addr(w, "neighbor", &v.conf->neighbor);
	write_addr(w, "source", &v.conf->source);
	writer_bool(w, "multihop", v.conf->is_multihop);
	writer_bool(w, "passive", v.conf->is_passive);
	writer_int(w, "source_port", v.port);
	writer_int(w, "discriminator", v.bfd->discriminator);
	writer_int(w, "since_usec", v.since.usec ? mono_diff(now, v.since) : 0);
	writer_str(w, "reason", v.reason);
	show_timing(w, v.bfd);
	show_remote(w, &v.bfd->remote);
	writer_str(w, "send_error", v.send_error ? strerror(-v.send_error) : NULL);
	show_counters(w, v.counters);
	writer_end(w);
}

void bfd_show(struct writer *w, const struct bfd_table *t, mono_t now)
{
	const struct bfd_session *s;

	writer_array(w, "bfd");
	for (unsigned i = 0; (s = bfd_get(t, i)); i++)
		show_session(w, s, now);
	writer_end(w);
	writer_object(w, "bfd_receiver");
	writer_str(w, "error", bfd_listen_error(t) ? strerror(-bfd_listen_error(t)) : NULL);
	show_dropped(w, bfd_dropped(t));
	writer_end(w);
}
