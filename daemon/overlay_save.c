/* overlay_save.c - see overlay_save.h. */
#include "daemon/overlay_save.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/alloc.h"
#include "base/text.h"
#include "checkers/pool.h"
#include "conf/sources.h"
#include "conf/tree.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/options.h"
#include "daemon/overlay_lines.h"
#include "daemon/overlay_list.h"
#include "daemon/state.h"

static const char by_hand[] = "change it by hand and reload";

struct saving {
	const struct overlay_list *all;
	const struct config *file, *running; /* the file alone, as it is; what runs */
	const char *path;                    /* of the file */
	struct lines lines;
	struct overlay_list *keep;
	struct writer *w; /* in the array "kept" */
	bool *done;       /* owned, by entry */
	unsigned saved;
	bool again;
};

static int no(struct saving *s, const char *why, const char *cure)
{
	s->lines.why = why;
	s->lines.cure = cure;
	*s->lines.at = (struct place){ 0 };
	return -EINVAL;
}

static int later(struct saving *s, const char *why)
{
	s->again = true;
	return no(s, why, "`vipctl overlay save` once more");
}

static void keep(struct saving *s, unsigned i)
{
	const struct overlay_entry *e = &s->all->entry[i];
	struct text what = { 0 };

	s->done[i] = true;
	overlay_list_add(s->keep, e);
	overlay_entry_what(e, &what);
	writer_object(s->w, NULL);
	writer_str(s->w, "change", text_str(&what));
	writer_str(s->w, "why", s->lines.why);
	writer_str(s->w, "cure", s->lines.cure);
	if (s->lines.at->line) {
		writer_str(s->w, "file", s->lines.at->file);
		writer_int(s->w, "line", s->lines.at->line);
	}
	writer_end(s->w);
	text_done(&what);
}

/* What is said about one server. */
struct target {
	const char *vs, *rs;
	unsigned entry[4]; /* by enum overlay_kind: all->n where there is none */
	const struct vs_conf *in_file;
	const struct rs_conf *runs; /* NULL: it does not */
};

static const struct vs_conf *find_service(const struct checkers_config *c, const char *name, unsigned *ret_times)
{
	const struct vs_conf *hit = NULL;
	char buf[CONF_NAME_LEN];

	*ret_times = 0;
	for (unsigned i = 0; i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];

		if (strcmp(vs_name(vs, buf), name) != 0)
			continue;
		hit = vs;
		++*ret_times;
	}
	return hit;
}

/* From the i-th server on; NULL: none. */
static const struct rs_conf *next_server(const struct vs_conf *vs, const char *name, unsigned *i)
{
	char buf[CONF_NAME_LEN];

	while (vs && *i < vs->servers.n) {
		const struct rs_conf *rs = vs->servers.item[(*i)++];

		if (!strcmp(rs_name(rs, buf), name))
			return rs;
	}
	return NULL;
}

static const struct rs_conf *find_server(const struct checkers_config *c, const char *vs, const char *rs)
{
	unsigned times, i = 0;

	return next_server(find_service(c, vs, &times), rs, &i);
}

/* A check that moves the weight: what the file says is not what it is then. */
static bool moves_weight(const struct conf_node *block, unsigned depth)
{
	for (const struct conf_node *c = block->children; c; c = c->next)
		if ((depth && !strcmp(c->words[0].text, "weight")) || !strcmp(c->words[0].text, "misc_dynamic") ||
			moves_weight(c, depth + 1))
			return true;
	return false;
}

static int save_weight(struct saving *s, const struct target *t, const struct conf_node *block)
{
	if (!t->runs)
		return no(s, "the server does not run", "`vipctl overlay drop` takes it out");
	if (moves_weight(block, 0))
		return no(s, "a check of the server moves its weight: the line of the file would be another weight",
			by_hand);
	return lines_set(&s->lines, block, "weight", pool_weight(t->runs, NULL, 0));
}

static bool says(const struct saving *s, const struct target *t, enum overlay_kind kind)
{
	return t->entry[kind] < s->all->n;
}

/* The server of the file: weight, state, gone. */
static int save_existing(struct saving *s, const struct target *t)
{
	const bool is_disabled = says(s, t, OVERLAY_STATE) &&
		s->all->entry[t->entry[OVERLAY_STATE]].admin == RS_DISABLED;
	const struct rs_conf *rs;
	unsigned i = 0, n = 0;
	int r = 0;

	for (; r == 0 && (rs = next_server(t->in_file, t->rs, &i)); n++) {
		if (says(s, t, OVERLAY_REMOVE))
			r = lines_remove(&s->lines, rs->head.node);
		else if (is_disabled)
			r = lines_comment(&s->lines, rs->head.node);
		else if (says(s, t, OVERLAY_WEIGHT))
			r = save_weight(s, t, rs->head.node);
	}
	return r < 0 || n ? r : no(s, "the file has no such server", "`vipctl overlay drop` takes it out");
}

/* The words of the server that it is like, with its own address and weight. */
static void write_server(const struct target *t, const struct conf_node *like, struct text *out)
{
	char host[ADDR_STRLEN];

	text_printf(out, "real_server %s", addr_str(&t->runs->addr, host));
	if (t->runs->port && t->runs->port <= UINT16_MAX)
		text_printf(out, " %" PRIu32, t->runs->port);
	text_printf(out, " {\n\tweight %" PRIu32 "\n", pool_weight(t->runs, NULL, 0));
	for (const struct conf_node *c = like ? like->children : NULL; c; c = c->next)
		if (strcmp(c->words[0].text, "weight") != 0)
			tree_write_node(c, 1, out);
	text_add(out, "}\n");
}

static int save_added(struct saving *s, const struct target *t)
{
	const char *like = s->all->entry[t->entry[OVERLAY_ADD]].like;
	const struct conf_node *node = NULL;
	const struct rs_conf *rs = NULL;
	struct text text = { 0 };
	unsigned i = 0;
	int r;

	if (!t->runs)
		return no(s, "the server does not run", "`vipctl overlay drop` takes it out");
	if (says(s, t, OVERLAY_STATE))
		return no(s, "the server is new, and drained or disabled", "enable it first, or remove it");
	if (like)
		rs = next_server(t->in_file, like, &i);
	else if (t->in_file->servers.n)
		rs = t->in_file->servers.item[0];
	if (like && !rs)
		return later(s, "the server that it is like is no line of the file yet");
	node = rs ? rs->head.node : NULL;
	if (node && moves_weight(node, 0))
		return no(s, "a check of the server that it is like moves weights", by_hand);
	write_server(t, node, &text);
	r = lines_insert(&s->lines, node ? node->parent : t->in_file->head.node, text_str(&text));
	text_done(&text);
	return r;
}

static int save_server(struct saving *s, struct target *t)
{
	unsigned times;

	t->in_file = find_service(&s->file->checkers, t->vs, &times);
	t->runs = find_server(&s->running->checkers, t->vs, t->rs);
	if (!t->in_file)
		return overlay_list_find(s->all, OVERLAY_ADD, t->vs, NULL) < s->all->n
			? later(s, "its service is no line of the file yet")
			: no(s, "the file has no such service", "`vipctl overlay drop` takes it out");
	if (times > 1)
		return no(s, "the file has this service more than once", by_hand);
	return says(s, t, OVERLAY_ADD) ? save_added(s, t) : save_existing(s, t);
}

/* Whether something about it ends by itself. */
static bool ends(const struct saving *s, const struct target *t)
{
	for (unsigned k = 0; k < 4; k++)
		if (t->entry[k] < s->all->n && s->all->entry[t->entry[k]].until)
			return true;
	return false;
}

static void finish(struct saving *s, unsigned i, int r)
{
	if (r < 0) {
		keep(s, i);
	} else {
		s->done[i] = true;
		s->saved++;
	}
}

/* A drained server: in the file there is no word for it; what is said about its weight is saved all the same. */
static bool keep_drain(struct saving *s, struct target *t)
{
	unsigned *i = &t->entry[OVERLAY_STATE];

	if (*i == s->all->n || s->all->entry[*i].admin != RS_DRAIN || says(s, t, OVERLAY_ADD))
		return false;
	(void)no(s, "draining is a state, no line of the file",
		"`vipctl server undrain`, or `server weight ... 0` or `server disable` instead, and save again");
	keep(s, *i);
	*i = s->all->n;
	return true;
}

static void do_server(struct saving *s, unsigned first)
{
	struct target t = { s->all->entry[first].vs, s->all->entry[first].rs, { 0 }, NULL, NULL };
	int r;

	for (unsigned k = 0; k < 4; k++)
		t.entry[k] = overlay_list_find(s->all, (enum overlay_kind)k, t.vs, t.rs);
	if (ends(s, &t)) {
		r = no(s, "it ends by itself", "say it again without --for");
	} else {
		if (keep_drain(s, &t) && !says(s, &t, OVERLAY_WEIGHT))
			return;
		r = save_server(s, &t);
		if (r == 0 && !lines_accept(&s->lines))
			r = later(s, "lines of it change already");
	}
	lines_forget(&s->lines);
	for (unsigned k = 0; k < 4; k++)
		if (t.entry[k] < s->all->n)
			finish(s, t.entry[k], r);
}

static int save_service(struct saving *s, const struct overlay_entry *e)
{
	unsigned times;
	const struct vs_conf *vs = find_service(&s->file->checkers, e->vs, &times);

	if (e->until)
		return no(s, "it ends by itself", "say it again without --for");
	if (e->kind == OVERLAY_STATE)
		return no(s, "the state of a whole service is no line of the file",
			"enable it, or `vipctl service remove`, and save again");
	if (e->kind == OVERLAY_ADD)
		return vs ? no(s, "the file has this service by itself", "`vipctl overlay drop` takes it out")
			  : lines_append(&s->lines, s->path, e->block);
	if (!vs)
		return no(s, "the file has no such service", "`vipctl overlay drop` takes it out");
	return times > 1 ? no(s, "the file has this service more than once", by_hand)
			 : lines_remove(&s->lines, vs->head.node);
}

static void do_service(struct saving *s, unsigned i)
{
	int r = save_service(s, &s->all->entry[i]);

	if (r == 0 && !lines_accept(&s->lines))
		r = later(s, "lines of it change already");
	lines_forget(&s->lines);
	finish(s, i, r);
}

static void write_edits(const struct lines_file *f, struct writer *w)
{
	writer_array(w, "edits");
	for (unsigned i = 0; i < f->edits.n; i++) {
		writer_object(w, NULL);
		writer_int(w, "at", (int64_t)f->edits.edit[i].at);
		writer_int(w, "len", (int64_t)f->edits.edit[i].len);
		writer_str(w, "text", f->edits.edit[i].text);
		writer_end(w);
	}
	writer_end(w);
}

static void write_files(const struct saving *s)
{
	struct text patch = { 0 };

	writer_array(s->w, "files");
	for (unsigned i = 0; i < s->lines.n; i++) {
		const struct lines_file *f = s->lines.file[i];
		const struct edited bytes = { f->bytes, f->len };

		if (!f->edits.n)
			continue;
		writer_object(s->w, NULL);
		writer_str(s->w, "path", f->path);
		writer_int(s->w, "size", (int64_t)f->len);
		writer_int(s->w, "inode", (int64_t)f->st.st_ino);
		writer_int(s->w, "mtime_sec", f->st.st_mtim.tv_sec);
		writer_int(s->w, "mtime_nsec", f->st.st_mtim.tv_nsec);
		write_edits(f, s->w);
		writer_end(s->w);
		text_edits_diff(&f->edits, f->path, &bytes, &patch);
	}
	writer_end(s->w);
	writer_str(s->w, "patch", text_str(&patch));
	text_done(&patch);
}

static void save_all(struct saving *s)
{
	s->done = x_calloc(s->all->n + 1, sizeof(*s->done));
	lines_init(&s->lines, s->file->tree);
	writer_array(s->w, "kept");
	for (unsigned i = 0; i < s->all->n; i++)
		if (!s->done[i] && s->all->entry[i].rs)
			do_server(s, i);
		else if (!s->done[i])
			do_service(s, i);
	writer_end(s->w);
	write_files(s);
	writer_int(s->w, "saved", s->saved);
	writer_bool(s->w, "again", s->again && s->saved);
	lines_done(&s->lines);
	free(s->done);
}

void overlay_save(const struct daemon *d, const struct overlay_list *all, struct overlay_list *keep_list,
	struct writer *w)
{
	const struct config_source from = { .path = options_config_file(d->opt), .config_id = d->opt->config_id };
	struct config *file = config_read_source(&from), *running = config_recall(d->config);
	struct saving s = {
		.all = all, .file = file, .running = running, .path = from.path, .keep = keep_list, .w = w
	};

	if (!running)
		writer_str(w, "error", "the running configuration cannot be read again");
	else if (!sources_untouched(d->config->sources))
		writer_fmt(w, "error",
			"%s, or what it includes, has changed since the last accepted reload: `vipctl reload` first",
			from.path);
	else
		save_all(&s);
	config_free(running);
	config_free(file);
}

unsigned overlay_save_shares(const struct checkers_config *c, const struct overlay_list *kept, struct overlay_list *all)
{
	unsigned n = 0;

	for (unsigned i = 0; i < all->n; i++) {
		struct overlay_entry *e = &all->entry[i];
		const struct rs_conf *rs;

		if (e->kind != OVERLAY_WEIGHT || !e->is_percent ||
			overlay_list_find(kept, e->kind, e->vs, e->rs) < kept->n)
			continue;
		rs = find_server(c, e->vs, e->rs);
		if (!rs)
			continue;
		e->weight = pool_weight(rs, NULL, 0);
		e->is_percent = false;
		n++;
	}
	return n;
}

/* What it does. */

static int by_str(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Takes the lines; in order of their bytes. */
static void add_sorted(char **line, unsigned n, struct text *out)
{
	qsort(line, n, sizeof(*line), by_str);
	for (unsigned i = 0; i < n; i++) {
		text_add(out, line[i]);
		free(line[i]);
	}
	free(line);
}

static char *effect_of_server(const struct rs_conf *rs)
{
	char name[CONF_NAME_LEN];

	if (rs->how->admin == RS_DISABLED)
		return x_strdup("");
	return x_asprintf("  %" PRIu32 "/%s=%" PRIu32 "%s,%u,%u\n", rs->tier, rs_name(rs, name),
		pool_weight(rs, NULL, 0), rs->how->admin == RS_DRAIN ? " drain" : "", rs->how->forward, rs->checks.n);
}

static char *effect_of(const struct vs_conf *vs)
{
	char name[CONF_NAME_LEN], **line = x_calloc(vs->servers.n + 1, sizeof(*line));
	struct text t = { 0 };

	for (unsigned i = 0; i < vs->servers.n; i++)
		line[i] = effect_of_server(vs->servers.item[i]);
	text_printf(&t, "%s %u %u:\n", vs_name(vs, name), (unsigned)vs->admin, vs->lines.n);
	add_sorted(line, vs->servers.n, &t);
	return t.s;
}

void overlay_save_effect(const struct checkers_config *c, struct text *out)
{
	char **line = x_calloc(c->services.n + 1, sizeof(*line));

	for (unsigned i = 0; i < c->services.n; i++)
		line[i] = effect_of(c->services.item[i]);
	add_sorted(line, c->services.n, out);
}
