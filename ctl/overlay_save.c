/* overlay_save.c - see overlay_save.h. */
#include "ctl/overlay_save.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/edit.h"
#include "base/text.h"
#include "ctl/ask.h"
#include "ctl/ctl.h"
#include "ctl/reader.h"
#include "ctl/say.h"
#include "ctl/writer.h"

static const char none[] = "there are no changes over the configuration";

enum { ROUNDS = 8 /* what depends on other changes is saved after these */ };

/* A file on its way. */
struct saved_file {
	const char *path; /* the answer's */
	struct text before, after;
	struct stat st;
	bool is_written;
};

static int read_file(const char *path, struct text *t, struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r = 0;
	char buf[8192];
	ssize_t n = -1;

	if (fd < 0)
		return -errno;
	if (fstat(fd, st) == 0)
		while ((n = read(fd, buf, sizeof(buf))) > 0)
			text_add_bytes(t, buf, (size_t)n);
	if (n < 0)
		r = -errno;
	close(fd);
	return r;
}

static int write_all(int fd, const struct text *t)
{
	for (size_t done = 0; done < t->len;) {
		ssize_t n = write(fd, t->s + done, t->len - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* A reader sees the old file or the new one; mode and owner stay, and a symbolic link does. 0 or -errno. */
static int replace(const char *name, const struct stat *st, const struct text *bytes)
{
	char *real = realpath(name, NULL), *tmp = x_asprintf("%s.XXXXXX", real ? real : name);
	const char *path = real ? real : name;
	int fd = mkostemp(tmp, O_CLOEXEC), r = fd < 0 ? -errno : write_all(fd, bytes);

	if (r == 0 && (fchown(fd, st->st_uid, st->st_gid) < 0 || fchmod(fd, st->st_mode & 07777) < 0 || fsync(fd) < 0))
		r = -errno;
	if (fd >= 0)
		close(fd);
	if (r == 0 && rename(tmp, path) < 0)
		r = -errno;
	if (r < 0 && fd >= 0)
		unlink(tmp);
	free(tmp);
	free(real);
	return r;
}

/* Whether it is the file that the daemon has looked at. */
static bool is_same(const struct saved_file *f, const struct jvalue *said)
{
	return (int64_t)f->before.len == reader_int(said, "size", -1) &&
		(int64_t)f->st.st_ino == reader_int(said, "inode", -1) &&
		f->st.st_mtim.tv_sec == reader_int(said, "mtime_sec", -1) &&
		f->st.st_mtim.tv_nsec == reader_int(said, "mtime_nsec", -1);
}

static int prepare(struct saved_file *f, const struct jvalue *said)
{
	const struct jvalue *all = reader_get(said, "edits");
	struct edited bytes;
	struct edits edits = { 0 };
	int r;

	f->path = reader_str(said, "path", "");
	r = read_file(f->path, &f->before, &f->st);
	if (r == 0 && !is_same(f, said))
		r = -ESTALE;
	for (size_t i = 0; r == 0 && i < reader_count(all); i++) {
		const struct jvalue *e = reader_at(all, i);
		size_t at = (size_t)reader_int(e, "at", 0), len = (size_t)reader_int(e, "len", 0);

		if (at > f->before.len || len > f->before.len - at ||
			!text_edits_add(&edits, at, len, reader_str(e, "text", "")))
			r = -EINVAL;
	}
	bytes = (struct edited){ text_str(&f->before), f->before.len };
	if (r == 0)
		text_edits_apply(&edits, &bytes, &f->after);
	text_edits_done(&edits);
	return r;
}

/* An order to save: what was written, and in how many changes, is told at its end. */
struct order {
	const struct ctl *ctl;
	struct writer *w; /* owned; its array "written" is open */
	int64_t saved;
};

/* What could not be is added to `t`. */
static void put_back(struct saved_file *f, size_t n, struct text *t)
{
	for (size_t i = 0; i < n; i++) {
		int r = f[i].is_written ? replace(f[i].path, &f[i].st, &f[i].before) : 0;

		if (r < 0)
			text_printf(t, "; %s could not be put back: %s", f[i].path, strerror(-r));
	}
}

/* Says why not, once all is as it was; returns the exit code. */
static int give_up(const struct order *o, struct saved_file *f, size_t n, const char *why)
{
	struct text t = { 0 };
	int code;

	text_printf(&t, "nothing is saved: %s", why);
	put_back(f, n, &t);
	code = say_failed(o->ctl, CTL_EXIT_FAILED, "%s", text_str(&t));
	text_done(&t);
	return code;
}

/* What would count twice once the file says it, and until the daemon has taken the file: it is told before. The exit code. */
static int announce(const struct order *o, struct saved_file *f, size_t n)
{
	struct reader *doc = NULL;
	int code = ask_reader(o->ctl, "overlay saving", &doc);
	const char *error = doc ? reader_str(reader_top(doc), "error", NULL) : NULL;

	if (error)
		code = give_up(o, f, n, error);
	reader_free(doc);
	return code;
}

/* All files, or none; the exit code. */
static int write_files(const struct order *o, struct saved_file *f, size_t n, const struct jvalue *said)
{
	char why[PATH_MAX + 256];
	int r = 0;
	size_t i;

	for (i = 0; r == 0 && i < n; i++)
		r = prepare(&f[i], reader_at(said, i));
	if (r == 0) {
		const int code = announce(o, f, n);

		if (code != CTL_EXIT_OK)
			return code;
	}
	for (size_t k = 0; r == 0 && k < n; k++) {
		r = replace(f[k].path, &f[k].st, &f[k].after);
		f[k].is_written = r == 0;
		i = k + 1;
	}
	if (r == 0)
		return CTL_EXIT_OK;
	snprintf(why, sizeof(why), "%s: %s", f[i - 1].path, r == -ESTALE ? "it has changed this moment" : strerror(-r));
	return give_up(o, f, n, why);
}

static void show_kept(const struct jvalue *doc, FILE *out)
{
	const struct jvalue *all = reader_get(doc, "kept");

	for (size_t i = 0; i < reader_count(all); i++) {
		const struct jvalue *k = reader_at(all, i);

		fprintf(out, "stays in the overlay: %s: ", reader_str(k, "change", "?"));
		if (reader_get(k, "line"))
			fprintf(out, "%s:%" PRId64 ": ", reader_str(k, "file", "?"), reader_int(k, "line", 0));
		fprintf(out, "%s - %s\n", reader_str(k, "why", "?"), reader_str(k, "cure", ""));
	}
}

/* The daemon takes the files as they are now, or says why not. */
static int confirm(const struct order *o, struct saved_file *f, size_t n)
{
	struct reader *doc = NULL;
	struct text t = { 0 };
	int code = ask_reader(o->ctl, "overlay saved", &doc);
	const char *error = doc ? reader_str(reader_top(doc), "error", NULL) : NULL;

	if (error)
		code = give_up(o, f, n, error);
	else if (code != CTL_EXIT_OK)
		put_back(f, n, &t);
	if (t.len)
		fprintf(stderr, "vipctl: nothing is saved%s\n", t.s);
	text_done(&t);
	reader_free(doc);
	return code;
}

static int save_files(struct order *o, const struct jvalue *doc)
{
	const struct jvalue *said = reader_get(doc, "files");
	size_t n = reader_count(said);
	struct saved_file *f = x_calloc(n + 1, sizeof(*f));
	int code = write_files(o, f, n, said);

	if (code == CTL_EXIT_OK)
		code = confirm(o, f, n);
	for (size_t i = 0; i < n; i++) {
		if (code == CTL_EXIT_OK)
			writer_str(o->w, NULL, f[i].path);
		if (code == CTL_EXIT_OK && !o->ctl->is_json)
			printf("%s written\n", f[i].path);
		text_done(&f[i].before);
		text_done(&f[i].after);
	}
	free(f);
	return code;
}

/* A file for an include, whole. */
static int export_block(struct order *o, const struct jvalue *doc, const char *path)
{
	const char *text = reader_str(doc, "text", "");
	FILE *out = *text ? fopen(path, "we") : NULL;
	bool is_fine = out && fputs(text, out) >= 0;

	if (out && fclose(out) != 0)
		is_fine = false;
	if (!*text)
		return say_failed(o->ctl, CTL_EXIT_FAILED, "%s", none);
	if (!is_fine)
		return say_failed(o->ctl, CTL_EXIT_FAILED, "%s: %s", path, strerror(errno));
	writer_str(o->w, NULL, path);
	if (!o->ctl->is_json)
		printf("%s written: `include %s` at the end of the configuration, `vipctl overlay drop all`, reload\n",
			path, path);
	return CTL_EXIT_OK;
}

static void show(const struct order *o, const struct jvalue *doc, bool is_diff)
{
	if (is_diff)
		fputs(reader_str(doc, "patch", ""), stdout);
	else if (o->saved)
		printf("%" PRId64 " change%s saved\n", o->saved, o->saved == 1 ? "" : "s");
	else if (reader_count(reader_get(doc, "overlay")))
		puts("nothing is saved");
	show_kept(doc, is_diff ? stderr : stdout);
	if (!reader_count(reader_get(doc, "overlay")) && !o->saved)
		fprintf(stderr, "vipctl: %s\n", none);
}

/* What was written, how many changes it were, and what stays; the order's document is used up. */
static void tell(struct order *o, const struct jvalue *doc)
{
	char *kept = reader_pretty(reader_get(doc, "kept"));

	writer_end(o->w);
	writer_int(o->w, "saved", o->saved);
	if (kept)
		writer_json(o->w, "kept", kept, strlen(kept));
	free(kept);
	say_document(o->w);
	o->w = NULL;
}

/* What the daemon says; NULL once it was said why there is nothing: the code is at *ret. */
static struct reader *ask(const struct order *o, bool may_fail, int *ret)
{
	struct reader *doc = NULL;
	const char *error;

	*ret = ask_reader(o->ctl, "overlay save", &doc);
	error = doc ? reader_str(reader_top(doc), "error", NULL) : NULL;
	if (!error || !may_fail)
		return doc;
	*ret = say_failed(o->ctl, CTL_EXIT_FAILED, "nothing is saved: %s", error);
	reader_free(doc);
	return NULL;
}

/* Asks and writes until nothing is left that waits for another change; the last answer in *doc. */
static int save_rounds(struct order *o, struct reader **doc)
{
	int code = CTL_EXIT_OK;
	bool again = true;

	for (int round = 0; again && round < ROUNDS && code == CTL_EXIT_OK; round++) {
		int64_t now;

		reader_free(*doc);
		*doc = ask(o, true, &code);
		now = reader_int(*doc ? reader_top(*doc) : NULL, "saved", 0);
		if (now)
			code = save_files(o, reader_top(*doc));
		again = now && reader_bool(reader_top(*doc), "again");
		o->saved += now;
	}
	return code;
}

int overlay_save_run(const struct ctl *ctl, const char *what)
{
	const bool is_diff = what && (!strcmp(what, "--diff") || !strcmp(what, "-n"));
	struct order o = { .ctl = ctl, .w = writer_new() };
	struct reader *doc = NULL;
	int code;

	writer_array(o.w, "written");
	if (!what)
		code = save_rounds(&o, &doc);
	else
		doc = ask(&o, is_diff, &code);
	if (doc && code == CTL_EXIT_OK && what && !is_diff)
		code = export_block(&o, reader_top(doc), what);
	else if (doc && code == CTL_EXIT_OK && !ctl->is_json)
		show(&o, reader_top(doc), is_diff);
	if (doc && code == CTL_EXIT_OK && ctl->is_json && is_diff)
		ask_print_json(reader_top(doc));
	else if (doc && code == CTL_EXIT_OK && ctl->is_json)
		tell(&o, reader_top(doc));
	writer_free(o.w);
	reader_free(doc);
	return code;
}
