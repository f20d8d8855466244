/* schema_trackers.c - see schema_trackers.h. */
#include "vrrp/schema_trackers.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "vrrp/conf.h"
#include "vrrp/schema_words.h"

/* The words behind a tracked name. */
struct line {
	int32_t weight;
	bool is_reverse;
};

/* The row's max is the greatest weight, above and below zero. */
static int read_weight(struct words *l, const struct conf_word *w, int32_t *ret)
{
	uint32_t value;

	if (!w || conf_read_uint(l->rd, w, -l->item->max, l->item->max, &value) < 0)
		return -EINVAL;
	*ret = (int32_t)value;
	return 0;
}

static int line_weight(struct words *l, const struct line_word *word, void *out)
{
	(void)word;
	return read_weight(l, words_value(l, "a number"), &((struct line *)out)->weight);
}

static int line_noreverse(struct words *l, const struct line_word *word, void *out)
{
	(void)l, (void)word;
	((struct line *)out)->is_reverse = false;
	return 0;
}

static const struct line_word tracker_words[] = {
	{ .name = "weight", .read = line_weight },
	{ .name = "reverse", .read = line_flag, .offset = offsetof(struct line, is_reverse) },
	{ .name = "noreverse", .read = line_noreverse },
	{ .name = NULL },
};

static const struct line_grammar tracker_line = { "a tracker", tracker_words, NULL };

/* Lines of an instance or a group. */

int schema_track_interface(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 0);
	struct vrrp_track_if *t = arena_alloc(rd->arena, sizeof(*t));
	struct line line = { .weight = 0 };

	t->interface = words_keep(&l, words_next(&l));
	if (words_line(&l, &tracker_line, &line) < 0)
		return -EINVAL;
	t->weight = line.weight;
	t->is_reverse = line.is_reverse;
	conf_vec_add(rd->arena, conf_field(rd, item, out), t);
	return 0;
}

int schema_track_ref(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 0);
	struct vrrp_track_ref *t = arena_alloc(rd->arena, sizeof(*t));
	const struct conf_word *name = words_next(&l);
	struct line line = { .weight = INT32_MIN };

	t->name = words_keep(&l, name);
	t->at = name->at;
	if (words_line(&l, &tracker_line, &line) < 0)
		return -EINVAL;
	t->weight = line.weight;
	t->is_reverse = line.is_reverse;
	conf_vec_add(rd->arena, conf_field(rd, item, out), t);
	return 0;
}

/* Words of a vrrp_script. */

/* The user written on a line of its own stays when the command names none. */
int schema_script(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct vrrp_script_conf *c = out;
	struct script_conf before = c->script;

	(void)item;
	if (script_conf_read(rd, node, &c->script) < 0)
		return -EINVAL;
	if (!c->script.user) {
		c->script.user = before.user;
		c->script.group = before.group;
	}
	return 0;
}

/* USER [[:]GROUP] */
int schema_script_user(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a user");
	struct vrrp_script_conf *c = out;
	const char *group;
	size_t len;

	(void)item;
	if (!w)
		return -EINVAL;
	len = strcspn(w->text, ":");
	if (len == 0) {
		report_add(rd->report, CONF_ERROR, &w->at, "the user is empty");
		return -EINVAL;
	}
	c->script.user = arena_strndup(rd->arena, w->text, len);
	group = node->n_words > 2 ? node->words[2].text : w->text + len;
	c->script.group = *group ? arena_strdup(rd->arena, group + (*group == ':')) : NULL;
	words_extra(rd, node, 3);
	return 0;
}

static const struct line_word reverse_words[] = {
	{ .name = "reverse", .read = line_flag, .offset = offsetof(struct line, is_reverse) },
	{ .name = NULL },
};

static const struct line_grammar weight_line = { "a weight", reverse_words, NULL };

/* weight N [reverse], of every tracked thing: item->offset is that of its struct vrrp_weight. */
int schema_track_weight(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 1);
	struct vrrp_weight *weight = (struct vrrp_weight *)(void *)((char *)out + item->offset);
	struct line line = { .is_reverse = false };
	const struct conf_word *w = conf_need_word(rd, node, 1, "a number");

	if (!w || read_weight(&l, words_next(&l), &line.weight) < 0 || words_line(&l, &weight_line, &line) < 0)
		return -EINVAL;
	*weight = (struct vrrp_weight){ line.weight, line.is_reverse };
	return 0;
}

/* init_file [VALUE] [overwrite]. */
int schema_init_file(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 1);
	struct vrrp_file_conf *c = out;
	const struct conf_word *w;
	uint32_t value = 0;

	c->init = true;
	while ((w = words_next(&l))) {
		if (!strcmp(w->text, "overwrite"))
			c->init_overwrite = true;
		else if (conf_read_uint(rd, w, INT32_MIN + 1, INT32_MAX, &value) < 0)
			return -EINVAL;
	}
	c->init_value = (int32_t)value;
	return 0;
}

/* file PATH, which must be absolute: the daemon has no folder of its own. */
int schema_file_path(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a path");

	(void)item;
	if (!w)
		return -EINVAL;
	if (*w->text != '/' || strlen(w->text) >= VRRP_PATH_MAX) {
		report_add(rd->report, CONF_ERROR, &w->at, "a tracked file is named by its absolute path");
		report_hint(rd->report, "file /run/NAME");
		return -EINVAL;
	}
	words_extra(rd, node, 2);
	((struct vrrp_file_conf *)out)->path = arena_strdup(rd->arena, w->text);
	return 0;
}

/* process COMMAND [PARAMETER ...]. */
int schema_process(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct vrrp_process_conf *c = out;
	const char **argv = arena_alloc(rd->arena, (node->n_words + 1) * sizeof(*argv));

	(void)item;
	if (!conf_need_word(rd, node, 1, "a command"))
		return -EINVAL;
	for (unsigned i = 1; i < node->n_words; i++)
		argv[i - 1] = arena_strdup(rd->arena, node->words[i].text);
	c->argv = argv;
	return 0;
}

/* delay SECONDS: both of them. */
int schema_process_delay(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct vrrp_process_conf *c = out;
	const struct conf_word *w = conf_need_word(rd, node, 1, "a time");

	if (!w || conf_read_time(rd, w, 0, item->max, &c->fork_delay) < 0)
		return -EINVAL;
	c->terminate_delay = c->fork_delay;
	words_extra(rd, node, 2);
	return 0;
}

/* What they mean. */

const char *vrrp_tracked_name(const struct vrrp_config *c, enum track_kind kind, unsigned index)
{
	switch (kind) {
	case TRACK_INTERFACE:
		break;
	case TRACK_SCRIPT:
		return index < c->scripts.n ? ((const struct vrrp_script_conf *)c->scripts.item[index])->name : NULL;
	case TRACK_FILE:
		return index < c->files.n ? ((const struct vrrp_file_conf *)c->files.item[index])->name : NULL;
	case TRACK_PROCESS:
		return index < c->processes.n ? ((const struct vrrp_process_conf *)c->processes.item[index])->name
					      : NULL;
	case TRACK_BFD:
		return index < c->bfds.n ? ((const struct vrrp_bfd_conf *)c->bfds.item[index])->name : NULL;
	case TRACK_SERVICE:
	case TRACK_GATEWAY:
		break; /* reported by their names */
	}
	return NULL;
}
