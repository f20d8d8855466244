/* overlay_store.c - see overlay_store.h. */
#include "daemon/overlay_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/file.h"
#include "daemon/options.h"
#include "daemon/overlay_list.h"
#include "daemon/overlay_save.h"
#include "daemon/reload.h"
#include "daemon/state.h"
#include "io/loop.h"

enum {
	LOOK_USEC = 60 * 1000000, /* the clock of the day may be set: ends are looked at again after this */
	RETRY_USEC = 10 * 1000000
};

struct overlay_store {
	struct daemon *daemon;
	struct overlay_list list; /* owned */
	char *path, *text;        /* owned; text: of the list; NULL: empty */
	struct loop_timer *timer; /* owned; NULL: not started */
	struct overlay_list kept; /* owned: what stays of a save that is under way */
	uint32_t planned;         /* the generation of that save; 0: of none */
};

uint32_t overlay_store_clock(void)
{
	return (uint32_t)(mono_utc() / MONO_SEC);
}

/* Takes over the text. */
static void set_text(struct overlay_store *s, char *text)
{
	free(s->text);
	s->text = text;
	s->daemon->overlay_text = text;
}

const struct overlay_list *overlay_store_list(const struct overlay_store *s)
{
	return &s->list;
}

/* The block, malloc'ed; NULL: nothing. */
static char *text_of(const struct overlay_list *l)
{
	struct text t = { 0 };

	overlay_list_write(l, &t);
	return t.s;
}

static void make_dir(const char *path)
{
	char *dir = x_strdup(path), *slash = strrchr(dir, '/');

	if (slash && slash > dir) {
		*slash = '\0';
		(void)mkdir(dir, 0755);
	}
	free(dir);
}

/* 0 or -errno. */
static int save(const struct overlay_store *s, const char *text)
{
	if (!text)
		return unlink(s->path) < 0 && errno != ENOENT ? -errno : 0;
	make_dir(s->path);
	return file_replace(s->path, text, strlen(text));
}

static void log_over(const struct overlay_entry *e)
{
	struct text what = { 0 };

	overlay_entry_what(e, &what);
	log_notice(LOG_CTL, "overlay: %s: its time is over, as %s said", text_str(&what), e->by ? e->by : "somebody");
	text_done(&what);
}

/* With a service goes what was said about its servers. */
static void del_over(struct overlay_list *l, unsigned i)
{
	char *service = l->entry[i].block ? x_strdup(l->entry[i].vs) : NULL;

	if (service)
		(void)overlay_list_forget(l, service);
	else
		overlay_list_del(l, i);
	free(service);
}

/* How many were taken out. */
static unsigned take_over(struct overlay_list *l, bool is_logged)
{
	unsigned n = 0, i = 0;

	while ((i = overlay_list_over(l, i, overlay_store_clock())) < l->n) {
		if (is_logged)
			log_over(&l->entry[i]);
		del_over(l, i);
		i = 0;
		n++;
	}
	return n;
}

/* Waiting for ends. */

static void arm(struct overlay_store *s, int64_t least_usec)
{
	uint32_t next = overlay_list_next(&s->list);
	int64_t left = (int64_t)next * MONO_SEC - mono_utc();

	if (!s->timer)
		return;
	loop_timer_stop(s->timer);
	if (!next)
		return;
	left = left < LOOK_USEC ? left : LOOK_USEC;
	loop_timer_at(s->timer, mono_add(mono_now(), left > least_usec ? left : least_usec));
}

static void on_timer(void *ctx, mono_t now)
{
	struct overlay_store *s = ctx;
	struct overlay_list next = { 0 };
	struct text why = { 0 };
	int r = 0;

	(void)now;
	overlay_list_copy(&s->list, &next);
	if (!s->daemon->is_stopping && take_over(&next, false)) {
		struct overlay_list before = { 0 };

		overlay_list_copy(&s->list, &before);
		r = overlay_store_commit(s, &next, &why);
		if (r == 0)
			(void)take_over(&before, true);
		else
			log_error(LOG_CTL, "overlay: changes whose time is over stay: %s", text_str(&why));
		overlay_list_done(&before);
	}
	overlay_list_done(&next);
	text_done(&why);
	arm(s, r < 0 ? RETRY_USEC : 0);
}

/* A generation. */

static bool is_overlay(void *ctx, const struct finding *f)
{
	const struct overlay_store *s = ctx;

	return !strcmp(f->at.file, s->path);
}

/* What the file itself made people read stays; what the overlay says is new. */
static void carry_findings(struct overlay_store *s, struct config *from, struct config *to)
{
	struct report *file = from->report, *now = to->report;
	const struct finding *f;

	(void)report_take(file, is_overlay, s);
	for (unsigned i = 0; (f = report_get(now, i)); i++) {
		if (!is_overlay(s, f))
			continue;
		report_add(file, f->class, &f->at, "%s", f->text);
		if (f->hint)
			report_hint(file, "%s", f->hint);
	}
	to->report = file;
	from->report = now;
}

static void say_error(struct config *c, struct text *out)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(c->report, i)); i++)
		if (f->class == CONF_ERROR)
			break;
	if (f)
		text_printf(out, "%s%s%s", f->text, f->hint ? ": " : "", f->hint ? f->hint : "");
}

/* The configuration that runs with another block behind it; NULL once the reason was appended. */
static struct config *read_with(struct overlay_store *s, const char *text, struct text *reterr)
{
	const struct daemon *d = s->daemon;
	const struct config_source from = { .path = options_config_file(d->opt), .config_id = d->opt->config_id,
		.accepted = d->config, .overlay_name = s->path, .overlay_text = text };
	struct config *c = config_read_source(&from);

	if (!report_count(c->report, CONF_ERROR))
		return c;
	say_error(c, reterr);
	config_free(c);
	return NULL;
}

/* A line that is new and would have no effect is a mistake of who says it. */
static int refuse_conflict(const struct overlay_store *s, const struct config *c, const struct overlay_list *next,
	struct text *reterr)
{
	const struct conf_vec *all = &c->checkers.overlay;

	for (unsigned i = 0; i < next->n && all->n >= next->n; i++) {
		const struct overlay_entry *e = all->item[all->n - next->n + i];

		if (!e->conflict || overlay_list_find(&s->list, e->kind, e->vs, e->rs) < s->list.n)
			continue;
		overlay_entry_what(e, reterr);
		text_printf(reterr, ": %s", e->conflict);
		return -EINVAL;
	}
	return 0;
}

static int hand_out(struct overlay_store *s, struct config *c, struct text *reterr)
{
	struct config *before = s->daemon->config;
	int r;

	carry_findings(s, before, c);
	r = reload_accept(s->daemon, c);
	if (r == 0)
		return 0;
	carry_findings(s, c, before);
	config_free(c);
	text_printf(reterr, "it cannot be handed out: %s", strerror(-r));
	(void)save(s, s->text);
	return r;
}

/* What was written and handed out is what counts. */
static void settled(struct overlay_store *s, struct overlay_list *next, char *text)
{
	set_text(s, text);
	overlay_list_done(&s->list);
	s->list = *next;
	*next = (struct overlay_list){ 0 };
	s->planned = 0;
	arm(s, 0);
}

int overlay_store_commit(struct overlay_store *s, struct overlay_list *next, struct text *reterr)
{
	char *text = text_of(next);
	struct config *c;
	int r = -EINVAL;

	if (!s->daemon->config || s->daemon->is_stopping) {
		text_add(reterr, "vipd is starting or stopping");
		free(text);
		return -EAGAIN;
	}
	c = read_with(s, text, reterr);
	if (c)
		r = refuse_conflict(s, c, next, reterr);
	if (c && r == 0) {
		r = save(s, text);
		if (r < 0)
			text_printf(reterr, "cannot write %s: %s", s->path, strerror(-r));
	}
	if (c && r == 0)
		r = hand_out(s, c, reterr);
	else
		config_free(c);
	if (r < 0) {
		free(text);
		return r;
	}
	settled(s, next, text);
	return 0;
}

void overlay_store_plan(struct overlay_store *s, struct overlay_list *keep)
{
	overlay_list_done(&s->kept);
	s->kept = *keep;
	*keep = (struct overlay_list){ 0 };
	s->planned = s->daemon->generation;
}

int overlay_store_saving(struct overlay_store *s, struct text *reterr)
{
	struct overlay_list next = { 0 };
	struct config *running;
	int r = 0;

	if (!s->planned || s->planned != s->daemon->generation || s->daemon->is_stopping) {
		text_add(reterr, "something else has changed meanwhile");
		return -EAGAIN;
	}
	running = config_recall(s->daemon->config);
	overlay_list_copy(&s->list, &next);
	if (running && overlay_save_shares(&running->checkers, &s->kept, &next)) {
		r = overlay_store_commit(s, &next, reterr);
		s->planned = r == 0 ? s->daemon->generation : 0;
	}
	overlay_list_done(&next);
	config_free(running);
	return r;
}

/* The file as it is now, with what stays over it; NULL once the reason was appended. */
static struct config *read_saved(struct overlay_store *s, const char *text, struct text *reterr)
{
	const struct daemon *d = s->daemon;
	const struct config_source from = { .path = options_config_file(d->opt), .config_id = d->opt->config_id,
		.overlay_name = s->path, .overlay_text = text };
	struct config *c = config_read_source(&from), *running = config_recall(d->config);
	struct text now = { 0 }, then = { 0 };
	bool is_fine = !report_count(c->report, CONF_ERROR);

	if (running)
		overlay_save_effect(&running->checkers, &now);
	overlay_save_effect(&c->checkers, &then);
	if (!is_fine)
		say_error(c, reterr);
	else if (!running || strcmp(text_str(&now), text_str(&then)) != 0)
		text_add(reterr, "the file would not say what runs now");
	is_fine = is_fine && !reterr->len;
	text_done(&now);
	text_done(&then);
	config_free(running);
	if (is_fine) {
		config_check_environment(c);
		return c;
	}
	config_free(c);
	return NULL;
}

int overlay_store_saved(struct overlay_store *s, struct text *reterr)
{
	char *text;
	struct config *c;
	int r;

	if (!s->planned || s->planned != s->daemon->generation || s->daemon->is_stopping) {
		text_add(reterr, "something else has changed meanwhile");
		return -EAGAIN;
	}
	text = text_of(&s->kept);
	c = read_saved(s, text, reterr);
	r = c ? save(s, text) : -EINVAL;
	if (c && r < 0)
		text_printf(reterr, "cannot write %s: %s", s->path, strerror(-r));
	if (r == 0) {
		r = reload_accept(s->daemon, c);
		if (r < 0)
			text_printf(reterr, "it cannot be handed out: %s", strerror(-r));
		if (r < 0)
			(void)save(s, s->text);
	}
	if (r == 0) {
		settled(s, &s->kept, text);
		return 0;
	}
	config_free(c);
	free(text);
	return r;
}

/* The start. */

static void read_file(struct overlay_store *s)
{
	struct text bytes = { 0 };
	int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct report *report;
	const struct finding *f;
	char buf[8192];
	ssize_t n;

	if (fd < 0 && errno != ENOENT)
		log_error(LOG_CTL, "overlay: cannot read %s: %s: no change of it has an effect", s->path,
			strerror(errno));
	if (fd < 0)
		return;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		text_add_bytes(&bytes, buf, (size_t)n);
	close(fd);
	report = report_new();
	overlay_list_read(&s->list, s->path, text_str(&bytes), report);
	for (unsigned i = 0; (f = report_get(report, i)); i++)
		log_error(LOG_CTL, "overlay: %s:%u: %s: it has no effect", f->at.file, f->at.line, f->text);
	report_free(report);
	text_done(&bytes);
}

struct overlay_store *overlay_store_new(struct daemon *d)
{
	struct overlay_store *s = x_calloc(1, sizeof(*s));
	bool is_over;
	int r;

	s->daemon = d;
	s->path = x_asprintf("%s/overlay.conf", d->opt->state_dir);
	read_file(s);
	d->overlay_path = s->path;
	is_over = take_over(&s->list, true) > 0;
	set_text(s, text_of(&s->list));
	r = is_over ? save(s, s->text) : 0;
	if (r < 0)
		log_warn(LOG_CTL, "overlay: cannot write %s: %s", s->path, strerror(-r));
	return s;
}

void overlay_store_start(struct overlay_store *s)
{
	s->timer = loop_timer_new(s->daemon->loop, on_timer, s);
	arm(s, 0);
}

void overlay_store_free(struct overlay_store *s)
{
	if (!s)
		return;
	loop_timer_free(s->timer);
	overlay_list_done(&s->list);
	overlay_list_done(&s->kept);
	free(s->path);
	free(s->text);
	free(s);
}

/* The status. */

/* Of the same line in the configuration that runs: the block of the store is the last. */
static const char *conflict_of(const struct overlay_store *s, unsigned i)
{
	const struct conf_vec *all = s->daemon->config ? &s->daemon->config->conflicts : NULL;

	return all && all->n >= s->list.n ? all->item[all->n - s->list.n + i] : NULL;
}

static void write_entry(const struct overlay_store *s, unsigned i, struct writer *w)
{
	const struct overlay_entry *e = &s->list.entry[i];
	struct text what = { 0 };

	overlay_entry_what(e, &what);
	writer_object(w, NULL);
	writer_str(w, "change", text_str(&what));
	writer_str(w, "service", e->vs);
	writer_str(w, "server", e->rs);
	writer_str(w, "by", e->by);
	writer_int(w, "since", e->since);
	if (e->until) {
		writer_int(w, "until", e->until);
		writer_int(w, "left_sec", (int64_t)e->until - overlay_store_clock());
	}
	writer_str(w, "reason", e->reason);
	writer_str(w, "block", e->block);
	writer_str(w, "conflict", conflict_of(s, i));
	writer_end(w);
	text_done(&what);
}

void overlay_store_write(const struct overlay_store *s, struct writer *w)
{
	writer_str(w, "overlay_file", s->path);
	writer_array(w, "overlay");
	for (unsigned i = 0; i < s->list.n; i++)
		write_entry(s, i, w);
	writer_end(w);
}
