/* overlay.c - see overlay.h. */
#include "ctl/overlay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "ctl/age.h"
#include "ctl/ask.h"
#include "ctl/ctl.h"
#include "ctl/overlay_save.h"
#include "ctl/reader.h"
#include "ctl/say.h"

#define SEC INT64_C(1000000)

enum { SEPARATOR = 0x1e /* between two changes of a request */ };

/* A word as the daemon reads it: in quotes, with escapes. False: it has a control byte other than an end of a line or a tab. */
static bool add_word(struct text *t, const char *s)
{
	text_add(t, t->len ? " \"" : "\"");
	for (; *s; s++) {
		if (((unsigned char)*s < ' ' && !strchr("\n\t\r", *s)) || *s == 0x7f)
			return false;
		if (*s == '"' || *s == '\\')
			text_printf(t, "\\%c", *s);
		else if (*s == '$' || (unsigned char)*s < ' ')
			text_printf(t, "\\%03o", (unsigned)*s);
		else
			text_add_bytes(t, s, 1);
	}
	text_add(t, "\"");
	return true;
}

/* --for and --reason are words of the change. */
static const char *word_of(const char *arg)
{
	return !strcmp(arg, "--for") || !strcmp(arg, "--reason") || !strcmp(arg, "--like") || !strcmp(arg, "--weight")
		? arg + 2
		: arg;
}

static bool takes_json(struct ctl *ctl, const char *arg)
{
	if (strcmp(arg, "--json") != 0 && strcmp(arg, "-j") != 0)
		return false;
	ctl->is_json = true;
	return true;
}

static void show_since(const struct jvalue *e, FILE *out)
{
	time_t since = (time_t)reader_int(e, "since", 0);
	struct tm tm;
	char when[32];

	if (since && localtime_r(&since, &tm) && strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm))
		fprintf(out, " at %s", when);
}

static void show_entry(const struct jvalue *e, FILE *out)
{
	const char *reason = reader_str(e, "reason", NULL), *conflict = reader_str(e, "conflict", NULL);
	char buf[32];

	fprintf(out, "  %s\n    by %s", reader_str(e, "change", "?"), reader_str(e, "by", "somebody"));
	show_since(e, out);
	if (reader_get(e, "until"))
		fprintf(out, ", ends in %s", age_str(reader_int(e, "left_sec", 0) * SEC, buf, sizeof(buf)));
	if (reason)
		fprintf(out, ": %s", reason);
	fputs("\n", out);
	if (conflict)
		fprintf(out, "    CONFLICT, no effect: %s\n", conflict);
}

void overlay_show(const struct jvalue *doc, FILE *out)
{
	const struct jvalue *all = reader_get(doc, "overlay");

	if (!reader_count(all))
		return;
	fprintf(out, "overlay: %zu change%s over the configuration\n", reader_count(all),
		reader_count(all) == 1 ? "" : "s");
	for (size_t i = 0; i < reader_count(all); i++)
		show_entry(reader_at(all, i), out);
}

const char *overlay_mark(const struct jvalue *object, char *buf, size_t size)
{
	const char *admin = reader_str(object, "admin", "enabled"),
		   *weight = reader_str(object, "weight_override", NULL);
	bool is_added = reader_bool(object, "added"), is_admin = strcmp(admin, "enabled") != 0;

	if (!is_added && !is_admin && !weight)
		return "";
	snprintf(buf, size, " [%s%s%s%s%s%s]", is_added ? "added" : "", is_added && (is_admin || weight) ? ", " : "",
		is_admin ? admin : "", is_admin && weight ? ", " : "", weight ? "weight " : "", weight ? weight : "");
	return buf;
}

static void show_list(const struct jvalue *doc, FILE *out)
{
	if (!reader_count(reader_get(doc, "overlay")))
		fputs("no changes over the configuration\n", out);
	overlay_show(doc, out);
}

/* "error" is said by who asked. */
static void show_done(const struct jvalue *doc, FILE *out)
{
	if (reader_str(doc, "result", NULL))
		fprintf(out, "%s\n", reader_str(doc, "result", ""));
}

/* `usage`: for who says nothing. */
static int run_change(const struct ctl *ctl, const char *what, const char *usage, int argc, char **argv)
{
	struct ctl own = *ctl;
	struct text words = { 0 }, request = { 0 };
	bool is_fine = true;
	int code;

	for (int i = 0; i < argc; i++)
		if (!takes_json(&own, argv[i]))
			is_fine &= add_word(&words, word_of(argv[i]));
	if (!words.len) {
		code = say_usage(&own, usage);
	} else if (!is_fine) {
		code = say_failed(&own, CTL_EXIT_USAGE, "a word has a control character");
	} else {
		text_printf(&request, "overlay apply %s %s", what, words.s);
		code = ask_show(&own, request.s, show_done);
	}
	text_done(&words);
	text_done(&request);
	return code;
}

int overlay_run_server(const struct ctl *ctl, int argc, char **argv)
{
	return run_change(ctl, "server",
		"server add|remove|weight|drain|undrain|enable|disable SERVICE SERVER [WEIGHT] [--for DURATION] [--reason TEXT]",
		argc, argv);
}

/* All that comes in, malloc'ed. */
static char *read_input(void)
{
	struct text t = { 0 };
	char buf[8192];
	size_t n;

	while ((n = fread(buf, 1, sizeof(buf), stdin)) > 0)
		text_add_bytes(&t, buf, n);
	text_add(&t, "\n");
	return t.s;
}

/* `service add -`: the block that comes in stands behind it. */
static int add_input(const struct ctl *ctl, const char *usage, int argc, char **argv)
{
	char **words = calloc((size_t)argc + 1, sizeof(*words)), *input = read_input();
	int code = CTL_EXIT_FAILED;

	if (words) {
		memcpy(words, argv, 2 * sizeof(*words));
		words[2] = input;
		memcpy(words + 3, argv + 2, (size_t)(argc - 2) * sizeof(*words));
		code = run_change(ctl, "service", usage, argc + 1, words);
	}
	free(words);
	free(input);
	return code;
}

int overlay_run_service(const struct ctl *ctl, int argc, char **argv)
{
	static const char
		usage[] = "service add NAME WORDS | service add - | service remove|drain|undrain|enable|disable SERVICE"
			  " [--for DURATION] [--reason TEXT]";

	if (argc >= 2 && !strcmp(argv[0], "add") && !strcmp(argv[1], "-"))
		return add_input(ctl, usage, argc, argv);
	return run_change(ctl, "service", usage, argc, argv);
}

/* A line of a file without what only people need; NULL: nothing is in it. */
static char *trimmed(char *line)
{
	size_t len;

	line += strspn(line, " \t");
	len = strcspn(line, "\r\n");
	line[len] = '\0';
	return *line && *line != '#' && *line != '!' ? line : NULL;
}

/* The number of changes, or -errno. */
static int read_changes(FILE *in, struct text *request)
{
	static const char separator[] = { SEPARATOR, '\0' };
	char *line = NULL, *s;
	size_t size = 0;
	int n = 0, r;

	while (getline(&line, &size, in) >= 0) {
		s = trimmed(line);
		if (!s)
			continue;
		if (n++)
			text_add(request, separator);
		text_add(request, s);
	}
	r = ferror(in) ? -errno : n;
	free(line);
	return r;
}

int overlay_run_apply(const struct ctl *ctl, int argc, char **argv)
{
	struct ctl own = *ctl;
	struct text request = { 0 };
	const char *path = NULL;
	FILE *in;
	int n, code;

	for (int i = 0; i < argc; i++)
		if (!takes_json(&own, argv[i]))
			path = path ? "" : argv[i];
	if (!path || !*path)
		return say_usage(&own, "apply FILE|-");
	in = strcmp(path, "-") ? fopen(path, "re") : stdin;
	if (!in)
		return say_failed(&own, CTL_EXIT_USAGE, "%s: %s", path, strerror(errno));
	text_add(&request, "overlay apply ");
	n = read_changes(in, &request);
	if (n > 0)
		code = ask_show(&own, request.s, show_done);
	else
		code = say_failed(&own, CTL_EXIT_USAGE, "%s: %s", path, n ? strerror(-n) : "there is no change in it");
	if (in != stdin)
		fclose(in);
	text_done(&request);
	return code;
}

static int run_drop(const struct ctl *ctl, int argc, char **argv)
{
	struct text words = { 0 }, request = { 0 };
	bool is_fine = argc > 0;
	int code;

	for (int i = 0; i < argc; i++)
		is_fine &= add_word(&words, argv[i]);
	text_printf(&request, "overlay drop %s", text_str(&words));
	if (is_fine)
		code = ask_show(ctl, request.s, show_done);
	else
		code = say_usage(ctl, "overlay drop all|SERVICE [SERVER]");
	text_done(&words);
	text_done(&request);
	return code;
}

int overlay_run(const struct ctl *ctl, int argc, char **argv)
{
	struct ctl own = *ctl;
	int n = 0;

	for (int i = 0; i < argc; i++)
		if (!takes_json(&own, argv[i]))
			argv[n++] = argv[i];
	if (!n)
		return ask_show(&own, "overlay", show_list);
	if (!strcmp(argv[0], "drop"))
		return run_drop(&own, n - 1, argv + 1);
	if (!strcmp(argv[0], "save") && n <= 2)
		return overlay_save_run(&own, n == 2 ? argv[1] : NULL);
	return say_usage(&own, "overlay [save [--diff|FILE] | drop all|SERVICE [SERVER]]");
}
