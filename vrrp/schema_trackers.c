/* schema_trackers.c - see schema_trackers.h. */
#include "vrrp/schema_trackers.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "vrrp/conf.h"
#include "vrrp/schema_words.h"

enum { WEIGHT_MAX = 253, VALUE_WEIGHT_MAX = 254 };

static int read_weight(struct words *l, const struct conf_word *w, int32_t max, int32_t *ret)
{
	bool is_minus = w && *w->text == '-';
	struct conf_word digits;
	uint32_t value;

	if (!w)
		return -EINVAL;
	digits = *w;
	digits.text += is_minus || *w->text == '+';
	if (conf_read_uint(l->rd, &digits, 0, max, &value) < 0)
		return -EINVAL;
	*ret = is_minus ? -(int32_t)value : (int32_t)value;
	return 0;
}

static int read_tracker(struct words *l, int32_t max, int32_t *ret_weight, bool *ret_reverse)
{
	const struct conf_word *w;
	int r = 0;

	while (r == 0 && (w = words_next(l))) {
		if (!strcmp(w->text, "weight"))
			r = read_weight(l, words_value(l, "a number"), max, ret_weight);
		else if (!strcmp(w->text, "reverse") || !strcmp(w->text, "noreverse"))
			*ret_reverse = *w->text == 'r';
		else
			words_unknown(l, w, "trackers");
	}
	return r;
}

/* Lines of an instance. */

int schema_track_interface(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = { rd, node, 0 };
	struct vrrp_track_if *t = arena_alloc(rd->arena, sizeof(*t));

	(void)item;
	t->interface = words_keep(&l, words_next(&l));
	if (read_tracker(&l, WEIGHT_MAX, &t->weight, &t->is_reverse) < 0)
		return -EINVAL;
	conf_vec_add(rd->arena, &((struct vrrp_conf *)out)->track_interfaces, t);
	return 0;
}

/* item->offset is the vec's, item->max the greatest weight. */
int schema_track_ref(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = { rd, node, 0 };
	struct vrrp_track_ref *t = arena_alloc(rd->arena, sizeof(*t));
	const struct conf_word *name = words_next(&l);

	t->name = words_keep(&l, name);
	t->at = name->at;
	t->weight = INT32_MIN;
	if (read_tracker(&l, (int32_t)item->max, &t->weight, &t->is_reverse) < 0)
		return -EINVAL;
	conf_vec_add(rd->arena, (struct conf_vec *)(void *)((char *)out + item->offset), t);
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

int schema_script_user(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a user");
	struct vrrp_script_conf *c = out;
	const char *group;

	(void)item;
	if (!w)
		return -EINVAL;
	c->script.user = arena_strdup(rd->arena, w->text);
	if (node->n_words < 3)
		return 0;
	group = node->words[2].text;
	c->script.group = arena_strdup(rd->arena, *group == ':' ? group + 1 : group);
	return 0;
}

/* weight N [reverse], of every tracked thing: item->offset is that of its struct vrrp_weight. */
int schema_track_weight(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = { rd, node, 1 };
	struct vrrp_weight *weight = (struct vrrp_weight *)(void *)((char *)out + item->offset);
	const struct conf_word *w = conf_need_word(rd, node, 1, "a number");

	if (!w || read_weight(&l, words_next(&l), (int32_t)item->max, &weight->value) < 0)
		return -EINVAL;
	return read_tracker(&l, (int32_t)item->max, &weight->value, &weight->is_reverse);
}

/* A number that may be negative, of a track_file. */
static int read_value(struct conf_read *rd, const struct conf_word *w, int32_t *ret)
{
	bool is_minus = *w->text == '-';
	struct conf_word digits = *w;
	uint32_t value;

	digits.text += is_minus || *w->text == '+';
	if (conf_read_uint(rd, &digits, 0, INT32_MAX, &value) < 0)
		return -EINVAL;
	*ret = is_minus ? -(int32_t)value : (int32_t)value;
	return 0;
}

/* init_file [VALUE] [overwrite]. */
int schema_init_file(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = { rd, node, 1 };
	struct vrrp_file_conf *c = out;
	const struct conf_word *w;

	c->init = true;
	while ((w = words_next(&l))) {
		if (!strcmp(w->text, "overwrite"))
			c->init_overwrite = true;
		else if (read_value(rd, w, &c->init_value) < 0)
			return -EINVAL;
	}
	(void)item;
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
	}
	return NULL;
}

static int index_of(const struct vrrp_config *all, enum track_kind kind, const char *name)
{
	const char *one;

	for (unsigned i = 0; (one = vrrp_tracked_name(all, kind, i)); i++)
		if (!strcmp(one, name))
			return (int)i;
	return -1;
}

static void resolve(struct conf_read *rd, const struct vrrp_config *all, enum track_kind kind, struct conf_vec *refs)
{
	static const char *const words[] = {
		[TRACK_INTERFACE] = "", [TRACK_SCRIPT] = "vrrp_script", [TRACK_FILE] = "track_file",
		[TRACK_PROCESS] = "vrrp_track_process"
	};
	unsigned kept = 0;

	for (unsigned i = 0; i < refs->n; i++) {
		struct vrrp_track_ref *t = refs->item[i];
		int index = index_of(all, kind, t->name);

		if (index < 0) {
			report_add(rd->report, CONF_WARNING, &t->at, "there is no %s '%s'; it is not tracked",
				words[kind], t->name);
			continue;
		}
		t->index = (uint32_t)index;
		refs->item[kept++] = t;
	}
	refs->n = kept;
}

void schema_resolve_trackers(struct conf_read *rd, const struct vrrp_config *all, struct vrrp_conf *c)
{
	resolve(rd, all, TRACK_SCRIPT, &c->track_scripts);
	resolve(rd, all, TRACK_FILE, &c->track_files);
	resolve(rd, all, TRACK_PROCESS, &c->track_processes);
}
