/* scheduler.c - see scheduler.h. The names are those of the modules ip_vs_NAME (Linux net/netfilter/ipvs/Kconfig). */
#include "checkers/scheduler.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "checkers/conf.h"
#include "net/ipvs_table.h"

static const char *const names[] = { "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf", "sed",
	"nq", "twos", NULL };
/* Of LVS-FNAT, DPVS and of what tutorials write for "balance somehow". */
static const char *const foreign[] = { "loadbalance", "conhash", "round_robin", "round-robin", "roundrobin",
	"least_conn", "leastconn", "maglev", NULL };

static const struct conf_word *word_of(const struct vs_conf *vs, const char *keyword)
{
	for (const struct conf_node *n = vs->head.node->children; n; n = n->next)
		if (!strcmp(n->words[0].text, keyword))
			return &n->words[0];
	return NULL;
}

/* The word with the scheduler's name, or NULL when it was not written. */
static const struct conf_word *name_word(const struct vs_conf *vs)
{
	const struct conf_word *found = NULL;

	for (const struct conf_node *n = vs->head.node->children; n; n = n->next)
		if (n->n_words > 1 && (!strcmp(n->words[0].text, "lvs_sched") || !strcmp(n->words[0].text, "lb_algo")))
			found = &n->words[1];
	return found;
}

static bool is_in(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcmp(*list, name))
			return true;
	return false;
}

static const char *nearest(const char *name)
{
	for (const char *const *n = names; *n; n++)
		if (text_distance(*n, name) == 1)
			return *n;
	return NULL;
}

static void report_unknown(struct conf_read *rd, const struct conf_word *w)
{
	const char *near = nearest(w->text);
	bool is_foreign = is_in(foreign, w->text);

	if (near || is_foreign)
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no scheduler", w->text);
	else
		report_add(rd->report, CONF_WARNING, &w->at,
			"'%s' is no scheduler of Linux: it needs a module ip_vs_%s", w->text, w->text);
	if (near)
		report_hint(rd->report, "did you mean '%s'?", near);
	else
		report_hint(rd->report, "Linux has rr wrr lc wlc lblc lblcr sh mh dh fo ovf sed nq twos");
}

static void resolve_name(struct conf_read *rd, const struct vs_conf *vs, struct vs_how *how)
{
	const struct conf_word *w = name_word(vs);

	if (!w || is_in(names, w->text))
		return;
	if (strlen(w->text) >= IPVS_SCHED_MAX) {
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is too long for a scheduler's name", w->text);
		return;
	}
	for (const char *const *n = names; *n; n++) {
		if (strcasecmp(*n, w->text))
			continue;
		report_add(rd->report, CONF_WARNING, &w->at, "'%s' is read as '%s'", w->text, *n);
		how->scheduler = *n;
		return;
	}
	report_unknown(rd, w);
}

/* A flag counts for its own scheduler alone: for another one, the kernel gives the bit another meaning, or none. */
static void add_flag(struct conf_read *rd, const struct vs_conf *vs, struct vs_how *how, const char *keyword,
	uint32_t bit)
{
	const struct conf_word *w = word_of(vs, keyword);
	bool is_own = !strncmp(keyword, how->scheduler, 2) && !how->scheduler[2];

	if (is_own) {
		how->sched_flags |= bit;
		return;
	}
	report_add(rd->report, CONF_WARNING, &w->at, "'%s' has no effect: the scheduler is %s", keyword,
		how->scheduler);
	report_hint(rd->report, "it belongs to 'lvs_sched %.2s'", keyword);
}

void scheduler_resolve(struct conf_read *rd, const struct vs_conf *vs, struct vs_how *how)
{
	resolve_name(rd, vs, how);
	how->sched_flags = (how->flag_1 ? IPVS_SCHED1 : 0U) | (how->flag_2 ? IPVS_SCHED2 : 0U) |
		(how->flag_3 ? IPVS_SCHED3 : 0U);
	if (how->sh_fallback)
		add_flag(rd, vs, how, "sh-fallback", IPVS_SCHED1);
	if (how->sh_port)
		add_flag(rd, vs, how, "sh-port", IPVS_SCHED2);
	if (how->mh_fallback)
		add_flag(rd, vs, how, "mh-fallback", IPVS_SCHED1);
	if (how->mh_port)
		add_flag(rd, vs, how, "mh-port", IPVS_SCHED2);
}
