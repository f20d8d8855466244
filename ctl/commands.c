/* commands.c - see commands.h. */
#include "ctl/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ctl/client.h"
#include "ctl/reader.h"
#include "ctl/show.h"

enum { TIMEOUT_MS = 5000 };

typedef void show_fn(const struct jvalue *doc, FILE *out);

struct command {
	const char *name; /* also the request */
	const char *args;
	show_fn *show;
	const char *help;
};

static const struct command commands[] = {
	{ "status", "", show_status, "instances, services, servers, processes, configuration warnings" },
	{ "events", "", show_events, "the last transitions and warnings, oldest first" },
	{ "reload", "", show_result, "read the configuration file again; refused whole when it has an error" },
	{ "reload --plan", "", show_plan, "print what a reload would do, and do nothing" },
	{ "drill", "", show_result, "hand over every MASTER instance, as kill -USR1 does" },
};

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static const char *nearest(const char *name)
{
	const char *best = NULL;
	unsigned least = 3;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		unsigned d = text_distance(name, commands[i].name);

		if (d < least) {
			least = d;
			best = commands[i].name;
		}
	}
	return best;
}

void commands_help(FILE *out)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(out, "  %-14s %s\n", commands[i].name, commands[i].help);
}

static int no_answer(const struct ctl *ctl, int err)
{
	if (err == -ENOENT || err == -ECONNREFUSED)
		fprintf(stderr, "vipctl: no vipd at %s: is it running? (systemctl status vipd)\n", ctl->socket);
	else if (err == -EACCES)
		fprintf(stderr, "vipctl: %s: permission denied: run as root\n", ctl->socket);
	else if (err == -ETIMEDOUT)
		fprintf(stderr, "vipctl: vipd at %s does not answer within %d s: it is stopped or overloaded\n",
			ctl->socket, TIMEOUT_MS / 1000);
	else if (err == -EPROTO || err == -EPIPE || err == -ECONNRESET)
		fprintf(stderr, "vipctl: vipd at %s hung up: too many clients ask it, or it is stopping\n",
			ctl->socket);
	else
		fprintf(stderr, "vipctl: %s: %s\n", ctl->socket, strerror(-err));
	return CTL_EXIT_NO_DAEMON;
}

static int print(const struct ctl *ctl, const struct command *cmd, const struct reader *r)
{
	const struct jvalue *top = reader_top(r);
	char *pretty;

	if (ctl->is_json) {
		pretty = reader_pretty(r);
		puts(pretty ? pretty : "{}");
		free(pretty);
	} else if (reader_get(top, "error")) {
		fprintf(stderr, "vipctl: %s\n", reader_str(top, "error", ""));
		show_result(top, stderr);
	} else {
		cmd->show(top, stdout);
	}
	return reader_get(top, "error") ? CTL_EXIT_FAILED : CTL_EXIT_OK;
}

static int ask(const struct ctl *ctl, const struct command *cmd)
{
	struct reader *doc;
	char *reply;
	size_t len;
	int r = client_ask(ctl->socket, cmd->name, TIMEOUT_MS, &reply, &len);

	if (r < 0)
		return no_answer(ctl, r);
	doc = reader_new(reply, len);
	free(reply);
	if (!doc) {
		fputs("vipctl: the answer is not JSON: another version of vipd?\n", stderr);
		return CTL_EXIT_FAILED;
	}
	r = print(ctl, cmd, doc);
	reader_free(doc);
	return r;
}

int commands_run(const struct ctl *ctl, int argc, char **argv)
{
	char name[64];
	const struct command *cmd;
	const char *hint;

	snprintf(name, sizeof(name), "%s%s", argv[0], ctl->is_plan ? " --plan" : "");
	cmd = find(name);
	if (!cmd && ctl->is_plan && find(argv[0])) {
		fprintf(stderr, "vipctl: '%s' has no --plan\n", argv[0]);
		return CTL_EXIT_USAGE;
	}
	if (!cmd) {
		hint = nearest(argv[0]);
		fprintf(stderr, "vipctl: unknown command '%s'%s%s%s\n", argv[0], hint ? ": did you mean '" : "",
			hint ? hint : "", hint ? "'?" : "");
		return CTL_EXIT_USAGE;
	}
	if (argc > 1) {
		fprintf(stderr, "vipctl: '%s' takes no arguments\n", cmd->name);
		return CTL_EXIT_USAGE;
	}
	return ask(ctl, cmd);
}
