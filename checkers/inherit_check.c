/* inherit_check.c - see inherit.h: what a check takes from its real_server. */
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/inherit.h"
#include "checkers/schema_check.h"

static bool seen(const struct check_conf *check, const char *keyword)
{
	return schema_seen(check->kind->block, check, keyword);
}

/* Zero is no value of some words, so that nobody needs to ask for them by name: there may be 50,000 checks. */
static void inherit_times(struct check_conf *check, const struct rs_conf *rs)
{
	if (!check->connect_timeout)
		check->connect_timeout = rs->connect_timeout;
	if (!check->delay_loop)
		check->delay_loop = rs->delay_loop;
	if (!seen(check, "warmup"))
		check->warmup = rs->warmup >= 0 ? rs->warmup : check->delay_loop;
	if (!seen(check, "retry"))
		check->retry = rs->retry >= 0 ? (uint32_t)rs->retry : check->kind->retry;
	if (seen(check, "delay_before_retry"))
		return;
	check->delay_before_retry = rs->delay_before_retry;
	if (check->delay_before_retry < 0)
		check->delay_before_retry = check->kind->delay_before_retry;
	if (check->delay_before_retry < 0)
		check->delay_before_retry = check->delay_loop;
}

void inherit_check(struct conf_read *rd, void *out, const void *parent)
{
	struct check_conf *check = out;
	const struct rs_conf *rs = parent;

	(void)rd;
	check->kind = check_kind_find(check->head.node->words[0].text);
	check->checker = checker_find(check->head.node->words[0].text);
	inherit_times(check, rs);
	if (!addr_is_set(&check->connect_ip))
		check->connect_ip = rs->addr;
	if (!check->connect_port)
		check->connect_port = rs->port;
	if (!seen(check, "alpha"))
		check->alpha = rs->alpha;
	if (!check->virtualhost)
		check->virtualhost = rs->virtualhost;
}

void inherit_misc(struct conf_read *rd, void *out, const void *parent)
{
	struct misc_conf *misc = out;

	inherit_check(rd, out, parent);
	if (!seen(&misc->check, "misc_timeout"))
		misc->timeout = misc->check.delay_loop;
}

static void set_failures(const struct rs_conf *rs)
{
	for (unsigned k = 0; k < rs->checks.n; k++) {
		struct check_conf *c = rs->checks.item[k];

		if (!seen(c, "log_all_failures"))
			c->log_all_failures = true;
	}
}

void settle_failures(const struct checkers_config *c)
{
	for (unsigned i = 0; c->globals.log_all_failures && i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];

		for (unsigned k = 0; k < vs->servers.n; k++)
			set_failures(vs->servers.item[k]);
	}
}
