/* commands.c - see commands.h. */
#include "ctl/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ctl/ask.h"
#include "ctl/check.h"
#include "ctl/doctor.h"
#include "ctl/overlay.h"
#include "ctl/reader.h"
#include "ctl/realserver.h"
#include "ctl/say.h"
#include "ctl/show.h"
#include "ctl/why.h"
#include "ctl/writer.h"

enum { HELP_WIDTH = 18 };

typedef void show_fn(const struct jvalue *doc, FILE *out);

struct command {
	const char *name; /* also the request, but see request_of() */
	const char *args; /* "": none; else one word: an instance, whose part of the status is shown */
	show_fn *show;
	const char *help;
	int (*run)(const struct ctl *ctl, int argc,
		char **argv); /* reads its own words and does it all; NULL: ask and show */
};

/* A question, and what becomes of the answer. */
struct call {
	const char *request;
	show_fn *show;
	const char *arg; /* of what is shown, the part with this name; NULL: all */
};

static int help_run(const struct ctl *ctl, int argc, char **argv);

static const struct command commands[] = {
	{ "status", "", show_status, "instances, services, servers, processes, configuration warnings", NULL },
	{ "why", "INSTANCE", why_show, "why an instance is MASTER or not: priority, trackers, peer, rule", NULL },
	{ "check", "", check_show, "what is wrong now, one line each, for monitoring: exit 0 OK, 1 WARNING, 2 CRITICAL", NULL },
	{ "events", "", show_events, "the last transitions and warnings, oldest first", NULL },
	{ "reload", "", show_result, "read the configuration file again; refused whole when it has an error", NULL },
	{ "reload --plan", "", show_plan, "print what a reload would do, and do nothing", NULL },
	{ "restart", "", show_result, "replace the daemon by the program on disk; nobody notices", NULL },
	{ "doctor", "[SERVICE]", NULL, "what is wrong with the director, its addresses and servers, and what helps", doctor_run },
	{ "server", "CHANGE", NULL, "change a server: add, remove, weight, drain, undrain, enable, disable", overlay_run_server },
	{ "service", "CHANGE", NULL, "change a service: add, remove, drain, undrain, enable, disable", overlay_run_service },
	{ "apply", "FILE", NULL, "make the changes that stand in the lines of FILE (-: what comes in), all or none", overlay_run_apply },
	{ "overlay", "[save|drop]", NULL, "list the changes made over the configuration, save or drop them", overlay_run },
	{ "realserver", "VERB", NULL, "make this host a real server: apply VIP..., check, undo", realserver_run },
	{ "drill", "", show_result, "hand over every MASTER instance, as kill -USR1 does", NULL },
	{ "help", "[COMMAND]", NULL, "print the commands, or one of them", help_run },
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

/* What the arguments may take of the column of commands. */
static int width_left(const struct command *cmd)
{
	return HELP_WIDTH - (int)strlen(cmd->name) - (*cmd->args ? 1 : 0);
}

static void print_help(const struct command *cmd, FILE *out)
{
	fprintf(out, "  %s%s%-*s %s\n", cmd->name, *cmd->args ? " " : "", width_left(cmd), cmd->args, cmd->help);
}

void commands_help(FILE *out)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		print_help(&commands[i], out);
}

static int print(const struct ctl *ctl, const struct call *call, const struct reader *r)
{
	const struct jvalue *top = reader_top(r), *part = top;
	bool has_failed = reader_get(top, "error") != NULL;

	if (call->arg && !has_failed)
		part = why_find(top, call->arg);
	if (!part) {
		struct text t = { 0 };
		int code;

		why_unknown(top, call->arg, &t);
		code = say_failed(ctl, CTL_EXIT_FAILED, "%s", text_str(&t));
		text_done(&t);
		return code;
	}
	if (ctl->is_json && call->show == check_show && !has_failed) {
		say_document(check_document(part));
	} else if (ctl->is_json) {
		ask_print_json(part);
	} else if (has_failed) {
		fprintf(stderr, "vipctl: %s\n", reader_str(top, "error", ""));
		show_result(top, stderr);
	} else if (call->show == why_show) {
		why_show_in(top, part, stdout);
	} else {
		call->show(part, stdout);
	}
	if (call->show == check_show && !has_failed)
		return (int)check_judge(part);
	return has_failed ? CTL_EXIT_FAILED : CTL_EXIT_OK;
}

static int ask(const struct ctl *ctl, const struct call *call)
{
	struct reader *doc;
	int r = ask_reader(ctl, call->request, &doc);

	if (r != CTL_EXIT_OK)
		return r;
	r = print(ctl, call, doc);
	reader_free(doc);
	return r;
}

bool commands_reads_options(const char *name)
{
	const struct command *cmd = find(name);

	return cmd && cmd->run;
}

/* As many words as the command takes. */
static bool has_words(const struct command *cmd, int n)
{
	return *cmd->args ? n == 1 : n == 0;
}

static int wrong_words(const struct ctl *ctl, const struct command *cmd)
{
	char words[64];

	if (!*cmd->args)
		return say_failed(ctl, CTL_EXIT_USAGE, "'%s' takes no arguments", cmd->name);
	snprintf(words, sizeof(words), "%s %s", cmd->name, cmd->args);
	return say_usage(ctl, words);
}

/* Who takes an argument looks at that one of the instances. */
static const char *request_of(const struct command *cmd)
{
	return *cmd->args ? "instances" : cmd->name;
}

static int unknown(const struct ctl *ctl, const char *name)
{
	const char *hint = nearest(name);

	return say_failed(ctl, CTL_EXIT_USAGE, "unknown command '%s'%s%s%s", name, hint ? ": did you mean '" : "",
		hint ? hint : "", hint ? "'?" : "");
}

static void write_help(const struct command *only)
{
	struct writer *w = writer_new();

	writer_array(w, "commands");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (only && only != &commands[i])
			continue;
		writer_object(w, NULL);
		writer_str(w, "name", commands[i].name);
		writer_str(w, "arguments", commands[i].args);
		writer_str(w, "help", commands[i].help);
		writer_end(w);
	}
	writer_end(w);
	say_document(w);
}

static void show_help(const struct command *only)
{
	if (only)
		print_help(only, stdout);
	else
		commands_help(stdout);
	puts("options and exit codes: vipctl --help, man vipctl");
}

static int help_run(const struct ctl *ctl, int argc, char **argv)
{
	const struct command *cmd;

	while (argc && (!strcmp(argv[0], "--json") || !strcmp(argv[0], "-j")))
		argc--, argv++;
	cmd = argc ? find(argv[0]) : NULL;
	if (argc && !cmd)
		return unknown(ctl, argv[0]);
	if (ctl->is_json)
		write_help(cmd);
	else
		show_help(cmd);
	return CTL_EXIT_OK;
}

int commands_run(const struct ctl *ctl, const char *name, int argc, char **argv)
{
	char full[64];
	const struct command *cmd;

	snprintf(full, sizeof(full), "%s%s", name, ctl->is_plan ? " --plan" : "");
	cmd = find(full);
	if (!cmd && ctl->is_plan && find(name))
		return say_failed(ctl, CTL_EXIT_USAGE, "'%s' has no --plan", name);
	if (!cmd)
		return unknown(ctl, name);
	if (cmd->run)
		return cmd->run(ctl, argc, argv);
	if (!has_words(cmd, argc))
		return wrong_words(ctl, cmd);
	return ask(ctl, &(struct call){ request_of(cmd), cmd->show, argc ? argv[0] : NULL });
}
