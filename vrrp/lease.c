/*
 * lease.c - see lease.h.
 *
 * The kernel counts lifetimes in whole seconds and looks for ended ones when the first of an interface's namespace ends, then at
 * most once a second (net/ipv4/devinet.c, check_lifetime). Addresses whose refreshes are spread over a whole number of seconds
 * are therefore all found gone within a quarter of a second after the last one's end; spread over half a second more, the last
 * would be found a second later.
 */
#include "vrrp/lease.h"

#include "vrrp/conf.h"

static int64_t ceil_sec(int64_t usec)
{
	return (usec + MONO_SEC - 1) / MONO_SEC * MONO_SEC;
}

static int64_t max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t lease_usec(const struct vrrp_conf *conf, unsigned n_addrs)
{
	const int64_t adverts = ceil_sec(INT64_C(3) * conf->interval_cs * 10000);
	const int64_t crowds = (n_addrs + LEASE_CROWD - 1) / LEASE_CROWD;

	if (conf->rare->vip_lease == LEASE_OFF)
		return 0;
	if (conf->rare->vip_lease != LEASE_AUTO)
		return conf->rare->vip_lease;
	return max64(adverts, LEASE_LEAST_SEC * MONO_SEC * max64(crowds, 1));
}

static int64_t min64(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The oldest is a period and a quarter old when its turn comes, see lease_is_due(). */
int64_t lease_period(int64_t lease)
{
	const int64_t most = min64(lease / 2, (lease - LEASE_SLACK_USEC) * 4 / 5);

	return max64(most / MONO_SEC, 1) * MONO_SEC;
}

/* Visited when it was just set, it would wait for two rounds: so a quarter of one is enough. */
bool lease_is_due(int64_t lease, mono_t leased_at, int64_t round, mono_t now)
{
	return mono_diff(now, leased_at) + round > lease_period(lease) + round / 4;
}

struct lease_pace lease_pace(unsigned n_addrs, int64_t round)
{
	unsigned slots = (n_addrs + LEASE_BATCH - 1) / LEASE_BATCH;

	if (slots < 1)
		slots = 1;
	if (slots > LEASE_SLOTS)
		slots = LEASE_SLOTS;
	return (struct lease_pace){ round / slots, (n_addrs + slots - 1) / slots };
}

unsigned lease_turns(int64_t late, int64_t every, unsigned left)
{
	const int64_t n = late > 0 ? late / every + 1 : 1;

	return n < left ? (unsigned)n : left;
}
