/*
 * apart.c - schema_read_apart() of schema.h. A tree is three times as large as what is read out of it, so that of blocks that stand
 * for themselves only few are in memory at a time; all other lines are read last, as one tree.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "conf/fill.h"
#include "conf/part.h"
#include "conf/suggest.h"

#include <errno.h>
#include <string.h>

enum { PIECE_BYTES = 16 * 1024 /* of blocks that are read together, at least one */ };

/* Bytes of whole lines and blocks at the root. */
struct piece {
	const char *data;
	size_t len;
};

/* The length of the line or block at the root that `data` begins with: inside of a block all lines but the last are indented. */
static size_t root_len(const char *data, size_t len)
{
	const char *end = memchr(data, '\n', len), *at = end;

	if (!end || end == data || end[-1] != '{')
		return end ? (size_t)(end - data) + 1 : len;
	do {
		at++;
		end = memchr(at, '\n', len - (size_t)(at - data));
	} while (end && *at != '}' && (at = end));
	return end ? (size_t)(end - data) + 1 : len;
}

static bool is_apart(const struct conf_block *root, const char *data, size_t len)
{
	size_t n = 0;
	const struct conf_item *row;

	while (n < len && data[n] != ' ' && data[n] != '\n')
		n++;
	row = suggest_find(root, data, n);
	return row && row->type == CONF_BLOCK && row->block->is_apart;
}

/* The next blocks that may be read apart; all that is before them goes to `rest`. false: there are none. */
static bool next_piece(const struct conf_block *root, struct piece *left, struct text *rest, struct piece *ret)
{
	*ret = (struct piece){ 0 };
	while (left->len) {
		size_t n = root_len(left->data, left->len);
		bool taken = is_apart(root, left->data, n);

		if (ret->len && (!taken || ret->len + n > PIECE_BYTES))
			return true;
		if (!taken)
			text_add_bytes(rest, left->data, n);
		else if (!ret->len)
			*ret = (struct piece){ left->data, n };
		else
			ret->len += n;
		left->data += n;
		left->len -= n;
	}
	return ret->len > 0;
}

/* Reads one piece, with records and lines of its own. */
static void read_piece(struct reading *rg, const struct level *root, struct conf_tree *t, const struct piece *p)
{
	tree_add_bytes(t, "configuration", p->data, p->len, rg->rd->report);
	fill_children(rg, root, &t->root);
	finish_some(rg);
	finish_forget(rg);
	parts_share(rg->rd->parts);
	names_done(&rg->names);
	rg->names = (struct names){ 0 };
	rg->first = rg->last = NULL;
}

static void read_pieces(struct reading *rg, const struct level *root, struct piece *left, struct text *rest)
{
	struct arena *own = rg->arena;
	struct record *first = rg->first, *last = rg->last;
	struct conf_tree *t = tree_read_bytes("configuration", "", 0, true, rg->rd->report);
	struct piece p;

	rg->arena = arena_new();
	rg->first = rg->last = NULL;
	while (next_piece(rg->views->block, left, rest, &p)) {
		read_piece(rg, root, t, &p);
		arena_clear(rg->arena);
		t = tree_again(t);
	}
	arena_free(rg->arena);
	tree_free(t);
	rg->arena = own;
	rg->first = first;
	rg->last = last;
}

int schema_read_apart(struct conf_read *rd, const struct conf_view *view, const char *data, size_t len)
{
	struct reading rg = { .rd = rd, .arena = arena_new(), .views = view, .n_views = 1 };
	struct piece left = { data, len };
	struct text rest = { 0 };
	struct conf_tree *t;
	struct level root;
	unsigned errors = report_refused(rd->report);

	rd->parts = parts_new(rd->arena);
	fill_begin(&rg, &root, NULL);
	read_pieces(&rg, &root, &left, &rest);
	t = tree_read_bytes("configuration", text_str(&rest), rest.len, true, rd->report);
	fill_children(&rg, &root, &t->root);
	finish_settled(&rg);
	schema_forget(view->block, view->out);
	names_done(&rg.names);
	parts_free(rd->parts);
	rd->parts = NULL;
	arena_free(rg.arena);
	tree_free(t);
	text_done(&rest);
	return report_refused(rd->report) > errors ? -EINVAL : 0;
}
