/* realserver_check.c - see realserver_check.h. */
#include "ctl/realserver_check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "ctl/reader.h"
#include "ctl/realserver_host.h"
#include "ctl/realserver_judge.h"
#include "ctl/say.h"
#include "ctl/writer.h"
#include "net/link_ask.h"

enum { ROUTE_LOCAL = 2 /* rtnetlink(7), RTN_LOCAL */ };

/* Somewhere in the world, for the way there (RFC 5737, RFC 3849: nobody has them). */
static const char far_client[] = "203.0.113.1", far_client6[] = "2001:db8:ffff:ffff::1";

static const char *severity_str(enum realserver_severity s)
{
	switch (s) {
	case REALSERVER_NOTE:
		return "note";
	case REALSERVER_WARNING:
		return "warning";
	case REALSERVER_ERROR:
		return "error";
	}
	return "?";
}

/* True: the rules were seen. */
static bool look(const struct realserver_want *w, struct realserver_look *looks)
{
	struct text rules = { 0 };
	struct reader *r = realserver_host_rules(&rules) ? reader_new(text_str(&rules), rules.len) : NULL;
	bool is_seen = r != NULL;

	for (unsigned i = 0; i < w->n_vips; i++) {
		struct link_way way;

		looks[i].addr = w->vips[i];
		looks[i].is_routed = link_ask_way(&w->vips[i], &way) == 0 && way.type == ROUTE_LOCAL;
		if (r)
			realserver_ruled(reader_top(r), &w->vips[i], &looks[i].ruled);
	}
	reader_free(r);
	text_done(&rules);
	return is_seen;
}

/* By the family of the first address. */
static void look_outward(struct realserver_view *v)
{
	bool is_six = v->n_looks && v->looks[0].addr.family == AF_INET6;
	struct link_way way;
	struct addr far;

	if (addr_parse(is_six ? far_client6 : far_client, &far) < 0 || link_ask_way(&far, &way) < 0)
		return;
	v->has_outward = true;
	v->outward = way.index;
	v->gateway = way.via;
}

static void print_finding(const struct realserver_finding *f)
{
	static const char *const words[] = { "fine", "WARNING", "ERROR" };

	printf("%-7s [%s] %s\n", words[f->severity], f->id, f->what);
	if (*f->cure)
		printf("        cure: %s\n", f->cure);
}

static void print_text(const struct realserver_report *r, bool is_seen)
{
	for (int s = REALSERVER_ERROR; s >= REALSERVER_NOTE; s--)
		for (unsigned i = 0; i < r->n; i++)
			if (r->findings[i].severity == (enum realserver_severity)s)
				print_finding(&r->findings[i]);
	if (!is_seen)
		puts("not looked at: the packet filter: `nft -j list ruleset` gave no answer (no such program, or not root)");
}

static void print_json(const struct realserver_report *r, bool is_seen)
{
	struct writer *w = writer_new();

	writer_array(w, "findings");
	for (unsigned i = 0; i < r->n; i++) {
		writer_object(w, NULL);
		writer_str(w, "id", r->findings[i].id);
		writer_str(w, "severity", severity_str(r->findings[i].severity));
		writer_str(w, "what", r->findings[i].what);
		writer_str(w, "cure", *r->findings[i].cure ? r->findings[i].cure : NULL);
		writer_end(w);
	}
	writer_end(w);
	writer_bool(w, "filter_seen", is_seen);
	writer_str(w, "worst", severity_str(realserver_worst(r)));
	say_document(w);
}

int realserver_check(const struct realserver_facts *f, const struct realserver_want *w, bool is_json)
{
	struct realserver_look looks[REALSERVER_VIPS_MAX] = { 0 };
	struct realserver_view v = { .f = f, .looks = looks, .n_looks = w->n_vips };
	struct realserver_report report;
	bool is_seen = look(w, looks);
	int worst;

	look_outward(&v);
	realserver_judge(&v, &report);
	if (is_json)
		print_json(&report, is_seen);
	else
		print_text(&report, is_seen);
	worst = (int)realserver_worst(&report);
	realserver_report_done(&report);
	return worst;
}
