/* address_report.c - see address_report.h. */
#include "vrrp/address_report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "vrrp/address.h"
#include "vrrp/address_lack.h"
#include "vrrp/conf.h"
#include "vrrp/losses.h"

static const char *device(const struct address_reader *to, const struct address_vip *v)
{
	if (v->conf.dev)
		return v->conf.dev;
	return to->conf->interface ? to->conf->interface : "-";
}

/* Hardly any of thousands ever has such a line. */
static struct log_limit *limit_of(const struct address_reader *to)
{
	if (!*to->limit) {
		*to->limit = x_calloc(1, sizeof(**to->limit));
		**to->limit = (struct log_limit){ .burst = 5, .per_usec = 10 * MONO_SEC };
	}
	return *to->limit;
}

/* `err`: the kernel's, which refuses it; 0: somebody changes it back. */
static void note_fight(const struct address_reader *to, const struct address_vip *v, int err, mono_t now)
{
	char name[ADDR_STRLEN], what[CONTEST_LEN];

	(void)snprintf(what, sizeof(what), "%s on %s%s%s", addr_str(&v->conf.addr, name), device(to, v),
		err ? ": " : "", err ? strerror(-err) : "");
	(err ? losses_refused : losses_add)(to->contest, what, now);
}

void address_report_vain(const struct address_reader *to, const struct address_lack *lack, mono_t now)
{
	if (lack->n > 0 && lack->held == 0)
		note_fight(to, lack->first, lack->first->err, now);
}

const char *address_lack_str(const struct address_reader *to, const struct address_lack *lack, char *buf, size_t size)
{
	char name[ADDR_STRLEN];

	(void)snprintf(buf, size, "%s on %s: %s (%u of %u addresses)", addr_str(&lack->first->conf.addr, name),
		device(to, lack->first), strerror(-lack->first->err), lack->n, lack->all);
	return buf;
}

/* Put there by somebody else while another director may serve it: two would answer for it. */
static void report_intruders(const struct address_reader *to, const struct address_result *r, mono_t now)
{
	char name[ADDR_STRLEN];

	if (r->intruding > 0) {
		log_warn_limited(limit_of(to), LOG_VRRP,
			"%s: %u address%s put there by somebody else removed, first %s on %s: we are not MASTER",
			to->conf->name, r->intruding, r->intruding > 1 ? "es" : "",
			addr_str(&r->intruding_one->conf.addr, name), device(to, r->intruding_one));
		note_fight(to, r->intruding_one, 0, now);
	}
	if (r->left > 0)
		log_warn_limited(limit_of(to), LOG_VRRP,
			"%s: %u address%s put there by another address manager, first %s on %s: left, but we are not MASTER",
			to->conf->name, r->left, r->left > 1 ? "es" : "", addr_str(&r->left_one->conf.addr, name),
			device(to, r->left_one));
}

void address_report(const struct address_reader *to, const struct address_result *r, mono_t now)
{
	char name[ADDR_STRLEN];

	if (r->lost > 0) {
		log_warn_limited(limit_of(to), LOG_VRRP,
			"%s: %u address%s removed by somebody else put back, first %s on %s", to->conf->name, r->lost,
			r->lost > 1 ? "es" : "", addr_str(&r->lost_one->conf.addr, name), device(to, r->lost_one));
		note_fight(to, r->lost_one, 0, now);
	}
	report_intruders(to, r, now);
	if (r->refused_one && r->refused_one->err == -ENODEV) /* the line of the fault says it */
		log_info(LOG_VRRP, "%s: %s is gone, and %s with it", to->conf->name, device(to, r->refused_one),
			addr_str(&r->refused_one->conf.addr, name));
	else if (r->refused_one)
		log_error(LOG_VRRP, "%s: the kernel refuses %s on %s: %s", to->conf->name,
			addr_str(&r->refused_one->conf.addr, name), device(to, r->refused_one),
			strerror(-r->refused_one->err));
	if (r->healed > 0)
		log_warn_limited(limit_of(to), LOG_VRRP,
			"%s: %u address%s put back after duplicate address detection made it unusable, first %s on %s",
			to->conf->name, r->healed, r->healed > 1 ? "es" : "", addr_str(&r->healed_one->conf.addr, name),
			device(to, r->healed_one));
	if (r->adopted > 0)
		log_info(LOG_VRRP, "%s: %u address%s adopted", to->conf->name, r->adopted, r->adopted > 1 ? "es" : "");
}
