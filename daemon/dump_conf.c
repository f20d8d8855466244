/* dump_conf.c - see dump_conf.h. */
#include "daemon/dump_conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "conf/dump.h"
#include "conf/report.h"
#include "daemon/conf.h"
#include "daemon/findings.h"
#include "daemon/options.h"

static void write_config(const struct config *c, const struct dump_style *style, struct text *ret)
{
	struct conf_view views[] = {
		{ &main_root, (void *)(uintptr_t)&c->main },
		{ &vrrp_root, (void *)(uintptr_t)&c->vrrp },
		{ &checkers_root, (void *)(uintptr_t)&c->checkers },
	};

	dump_write(c->tree, views, sizeof(views) / sizeof(views[0]), style, ret);
}

static bool print(const struct text *t)
{
	return fputs(text_str(t), stdout) >= 0 && fflush(stdout) == 0;
}

int dump_conf_run(const struct options *o)
{
	struct config *c = config_read(options_config_file(o), o->config_id);
	struct dump_style style = { .origin = o->dump_plain ? DUMP_PLAIN : DUMP_ORIGIN };
	int code = report_count(c->report, CONF_ERROR) ? report_exit_code(c->report) : EXIT_SUCCESS;
	struct text t = { 0 };

	findings_print_text(c->report, stderr);
	if (code == EXIT_SUCCESS) {
		write_config(c, &style, &t);
		if (!print(&t)) {
			perror("vipd: cannot write the configuration");
			code = EXIT_FAILURE;
		}
	}
	text_done(&t);
	config_free(c);
	return code;
}

void dump_conf_log(const struct config *c)
{
	struct dump_style style = { .origin = DUMP_ORIGIN, .secret = "(not logged)" };
	struct text t = { 0 };
	char *rest;

	write_config(c, &style, &t);
	for (char *line = t.s ? strtok_r(t.s, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest))
		log_info(LOG_CONF, "%s", line);
	text_done(&t);
}
