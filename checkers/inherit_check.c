/* inherit_check.c - see inherit.h: what a check takes from its real_server. */
#include <string.h>

#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/inherit.h"
#include "checkers/schema_check.h"

static bool seen(const struct check_conf *check, const struct check_how *how, const char *keyword)
{
	return schema_seen(how->kind->block, check, keyword);
}

/* Zero is no value of some words, so that nobody needs to ask for them by name: there may be 50,000 checks. */
static void inherit_times(const struct check_conf *check, struct check_how *how, const struct rs_how *rs)
{
	if (!how->connect_timeout)
		how->connect_timeout = rs->connect_timeout;
	if (!how->delay_loop)
		how->delay_loop = rs->delay_loop;
	if (!seen(check, how, "warmup"))
		how->warmup = rs->warmup >= 0 ? rs->warmup : how->delay_loop;
	if (!seen(check, how, "retry"))
		how->retry = rs->retry >= 0 ? (uint32_t)rs->retry : how->kind->retry;
	if (seen(check, how, "delay_before_retry"))
		return;
	how->delay_before_retry = rs->delay_before_retry;
	if (how->delay_before_retry < 0)
		how->delay_before_retry = how->kind->delay_before_retry;
	if (how->delay_before_retry < 0)
		how->delay_before_retry = how->delay_loop;
}

static void inherit_how(struct conf_read *rd, struct check_conf *check, const struct rs_conf *rs)
{
	struct check_how how;

	memcpy(&how, check->how, sizeof(how));
	how.kind = check_kind_find(check->head.node->words[0].text);
	how.checker = checker_find(check->head.node->words[0].text);
	inherit_times(check, &how, rs->how);
	if (!seen(check, &how, "alpha"))
		how.alpha = rs->how->alpha;
	if (!how.virtualhost)
		how.virtualhost = rs->how->virtualhost;
	check->how = conf_share(rd, &how, sizeof(how));
}

void inherit_check(struct conf_read *rd, void *out, const void *parent)
{
	struct check_conf *check = out;
	const struct rs_conf *rs = parent;

	inherit_how(rd, check, rs);
	if (!addr_is_set(&check->connect_ip))
		check->connect_ip = rs->addr;
	if (!check->connect_port)
		check->connect_port = rs->port;
}

void inherit_misc(struct conf_read *rd, void *out, const void *parent)
{
	struct misc_conf *misc = out;

	inherit_check(rd, out, parent);
	if (!seen(&misc->check, misc->check.how, "misc_timeout"))
		misc->timeout = misc->check.how->delay_loop;
}

static void set_failures(struct conf_read *rd, const struct rs_conf *rs)
{
	for (unsigned k = 0; k < rs->checks.n; k++) {
		struct check_conf *c = rs->checks.item[k];

		struct check_how how;

		if (c->how->log_all_failures || seen(c, c->how, "log_all_failures"))
			continue;
		memcpy(&how, c->how, sizeof(how));
		how.log_all_failures = true;
		c->how = conf_share(rd, &how, sizeof(how));
	}
}

void settle_failures(struct conf_read *rd, const struct checkers_config *c)
{
	for (unsigned i = 0; c->globals.log_all_failures && i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];

		for (unsigned k = 0; k < vs->servers.n; k++)
			set_failures(rd, vs->servers.item[k]);
	}
}
