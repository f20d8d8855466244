/* doctor.c - see doctor.h. */
#include "ctl/doctor.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/doctor_facts.h"
#include "ctl/doctor_filter.h"
#include "ctl/doctor_host.h"
#include "ctl/doctor_net.h"
#include "ctl/doctor_path.h"
#include "ctl/doctor_print.h"
#include "ctl/doctor_rules.h"
#include "ctl/reader.h"
#include "ctl/say.h"

enum { TIMEOUT_MS = 5000, EXIT_WARNINGS = 1, EXIT_ERRORS = 2 };

struct order {
	struct ctl ctl;
	const char *service; /* NULL: all */
	bool and_gateways;
};

static void ask_daemon(struct doctor_facts *f, const char *socket)
{
	struct reader *r = NULL;
	char *reply = NULL;
	size_t len = 0;
	int err = client_ask(socket, "status", TIMEOUT_MS, &reply, &len);

	if (err == 0)
		r = reader_new(reply, len);
	f->is_absent = err == -ENOENT || err == -ECONNREFUSED;
	if (r)
		doctor_facts_status(f, reader_top(r));
	else
		doctor_facts_unseen(f, "instances and the services' names: no answer from vipd at %s (%s)", socket,
			err ? strerror(-err) : "not JSON");
	reader_free(r);
	free(reply);
}

/* False: there is no such service. */
static bool collect(struct doctor_facts *f, const struct order *o)
{
	doctor_host_links(f);
	ask_daemon(f, o->ctl.socket);
	doctor_host_services(f);
	doctor_facts_vips(f);
	if (o->service && !doctor_facts_limit(f, o->service))
		return false;
	doctor_host_addresses(f);
	doctor_net_ask(f);
	doctor_path_try(f, o->and_gateways);
	doctor_filter_look(f);
	return true;
}

static int unknown(const struct doctor_facts *f, const struct order *o)
{
	struct text names = { 0 };
	int code;

	for (unsigned i = 0; i < f->n_services; i++)
		text_printf(&names, "%s%s", i ? ", " : "; there are: ", f->services[i].name);
	code = say_failed(&o->ctl, CTL_EXIT_USAGE, "there is no service '%s'%s", o->service, text_str(&names));
	text_done(&names);
	return code;
}

static int report(struct doctor_facts *f, const struct order *o)
{
	struct doctor_findings all;
	char *json;

	doctor_judge(f, &all);
	if (o->ctl.is_json) {
		json = doctor_print_json(&all);
		fputs(json, stdout);
		free(json);
	} else {
		doctor_print(&all, stdout);
	}
	return doctor_count(&all, DOCTOR_ERROR)      ? EXIT_ERRORS
		: doctor_count(&all, DOCTOR_WARNING) ? EXIT_WARNINGS
						     : CTL_EXIT_OK;
}

/* -1: go on; else the exit code. */
static int read_words(struct order *o, int argc, char **argv)
{
	static const struct option options[] = { { "json", no_argument, NULL, 'j' },
		{ "socket", required_argument, NULL, 's' }, { "gateway", no_argument, NULL, 'g' }, { NULL, 0, NULL, 0 } };
	int c;

	optind = 0; /* getopt(3): begin anew, options may stand anywhere */
	while ((c = getopt_long(argc, argv, "gjs:", options, NULL)) != -1) {
		if (c == 'j')
			o->ctl.is_json = true;
		else if (c == 'g')
			o->and_gateways = true;
		else if (c == 's')
			o->ctl.socket = optarg;
		else
			break;
	}
	if (c == -1 && argc - optind <= 1) {
		o->service = argc > optind ? argv[optind] : NULL;
		return -1;
	}
	return say_usage(&o->ctl, "doctor [SERVICE] [--gateway] [--json]");
}

int doctor_run(const struct ctl *ctl, int argc, char **argv)
{
	struct order o = { .ctl = *ctl };
	struct doctor_facts f;
	int code = read_words(&o, argc + 1,
		argv - 1); /* the word before them is the program's name, as getopt(3) wants it */

	if (code >= 0)
		return code;
	doctor_facts_init(&f);
	code = collect(&f, &o) ? report(&f, &o) : unknown(&f, &o);
	doctor_facts_done(&f);
	return code;
}
