/* overlay_drop.c - see overlay_change.h: what is taken out of the overlay. */
#include "daemon/overlay_change.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "checkers/conf.h"
#include "conf/tree.h"
#include "daemon/overlay_names.h"
#include "daemon/served.h"

static bool is_meant(const struct overlay_entry *e, const char *vs, const char *rs)
{
	return !strcmp(e->vs, vs) && (!rs || (e->rs && !strcmp(e->rs, rs)));
}

static int drop(struct overlay_list *l, const char *vs, const char *rs)
{
	int n = 0;

	for (unsigned i = l->n; i > 0; i--) {
		if (vs && !is_meant(&l->entry[i - 1], vs, rs))
			continue;
		overlay_list_del(l, i - 1);
		n++;
	}
	return n;
}

/* Of a service, or of one of its servers: the first word and the second, if there is one. */
static int drop_named(struct overlay_list *l, const struct overlay_world *w, const struct conf_node *node,
	struct text *reterr)
{
	const char *name = node->words[0].text, *rs = node->n_words == 2 ? node->words[1].text : NULL;
	struct served_service vs;
	const bool is_known = names_service(w->services, name, &vs);
	char vs_text[CONF_NAME_LEN], rs_text[CONF_NAME_LEN];
	int n;

	if (rs && is_known && names_endpoint(&vs, rs, rs_text) == 0)
		rs = rs_text;
	n = drop(l, is_known ? served_service_name(&vs, vs_text) : name, rs);
	if (n)
		return n;
	text_printf(reterr, "nothing is changed at %s%s%s: `vipctl overlay` lists what is", name, rs ? " " : "",
		rs ? rs : "");
	return -EINVAL;
}

/* One line of one or two words. */
static bool is_drop(const struct conf_node *node)
{
	return node && !node->next && !node->is_block && node->n_words <= 2;
}

int overlay_drop(struct overlay_list *l, const struct overlay_world *w, const char *words, struct text *reterr)
{
	struct report *report = report_new();
	struct conf_tree *t = tree_read_bytes("drop", words, strlen(words), true, report);
	const struct conf_node *node = t->root.children;
	int n = -EINVAL;

	if (!is_drop(node))
		text_add(reterr, "what: all, SERVICE or SERVICE SERVER?");
	else if (node->n_words == 1 && !strcmp(node->words[0].text, "all"))
		n = drop(l, NULL, NULL);
	else
		n = drop_named(l, w, node, reterr);
	tree_free(t);
	report_free(report);
	return n;
}
