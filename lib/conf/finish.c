/* finish.c - see fill.h: what follows from the lines once all are read: required, inherit, settle, check. */
#include "base/alloc.h"
#include "base/text.h"
#include "conf/fill.h"
#include "conf/part.h"
#include "conf/suggest.h"

#include <stdlib.h>
#include <string.h>

/* What was written is known: heads say so before any block asks. */
static void tell_heads(struct reading *rg)
{
	for (struct record *rec = rg->first; rec; rec = rec->next) {
		struct conf_head *head = rec->out;

		if (rec->owns_head && (rec->node || !rec->item || !rec->item->part))
			written_share(rg->rd->arena, head, &rg->sets, &rec->seen);
	}
}

static const char *joint(unsigned k, unsigned n)
{
	if (k == 0)
		return "";
	return k + 1 == n ? " and " : ", ";
}

static bool is_missing(const struct record *rec, size_t i)
{
	return rec->block->items[i].is_required && !(rec->seen.bits[i / 64] >> i % 64 & 1);
}

/* All that is missing in a block is one finding: they have one place. */
static void report_required(struct reading *rg, const struct record *rec, unsigned n)
{
	const struct conf_item *it = rec->block->items;
	struct text names = { 0 }, hint = { 0 };
	unsigned k = 0;

	for (size_t i = 0; it[i].name; i++) {
		if (!is_missing(rec, i))
			continue;
		text_printf(&names, "%s'%s'", joint(k, n), it[i].name);
		text_printf(&hint, "%s%s %s", k ? "; " : "", it[i].name, it[i].args ? it[i].args : "");
		if (n == 1 && it[i].doc)
			text_printf(&hint, ": %s", it[i].doc);
		k++;
	}
	report_add(rg->rd->report, CONF_ERROR, &rec->node->words[0].at, "%s %s missing in this %s", text_str(&names),
		n == 1 ? "is" : "are", rec->node->words[0].text);
	report_hint(rg->rd->report, "%s", text_str(&hint));
	text_done(&names);
	text_done(&hint);
}

static void check_required(struct reading *rg, struct record *rec)
{
	const struct conf_item *it = rec->block->items;
	bool is_typo = false;
	unsigned n = 0;

	if (!rec->node || !rec->node->n_words)
		return;
	for (size_t i = 0; it && it[i].name; i++) {
		const struct conf_node *typo = is_missing(rec, i) ? suggest_meant(rec->node, rec->block, it[i].name)
								  : NULL;

		n += is_missing(rec, i);
		if (typo)
			report_add(rg->rd->report, CONF_ERROR, &typo->words[0].at, "'%s' is missing", it[i].name);
		is_typo |= typo != NULL;
	}
	if (n && !is_typo)
		report_required(rg, rec, n);
	rec->has_errors |= n > 0;
}

static void inherit(struct reading *rg, struct record *rec)
{
	if (rec->block->inherit && !rec->is_dropped)
		rec->block->inherit(rg->rd, rec->out, rec->parent);
}

void finish_some(struct reading *rg)
{
	tell_heads(rg);
	for (struct record *rec = rg->first; rec; rec = rec->next)
		inherit(rg, rec);
}

static void settle(struct reading *rg)
{
	parts_share(rg->rd->parts); /* blocks are copied from here on, with the pointers to their parts */
	for (struct record *rec = rg->first; rec; rec = rec->next)
		if (rec->block->settle && !rec->is_dropped)
			rec->block->settle(rg->rd, rec->out);
}

/* No part changes any more: merged blocks in them are where the shared ones are now. */
static void share(struct reading *rg)
{
	parts_share(rg->rd->parts);
	for (struct record *rec = rg->first; rec; rec = rec->next)
		for (struct record *sub = rec->merged; sub; sub = sub->next_merged)
			sub->out = record_inside(rec, sub->item);
}

void finish_settled(struct reading *rg)
{
	finish_some(rg);
	settle(rg);
	share(rg);
}

void finish_all(struct reading *rg)
{
	tell_heads(rg);
	for (struct record *rec = rg->first; rec; rec = rec->next) {
		check_required(rg, rec);
		inherit(rg, rec);
	}
	settle(rg);
	share(rg);
	for (struct record *rec = rg->first; rec; rec = rec->next)
		if (rec->block->check && !rec->is_dropped && !rec->has_errors)
			rec->block->check(rec->out, rg->rd->report);
}

void finish_forget(struct reading *rg)
{
	for (struct record *rec = rg->first; rec; rec = rec->next) {
		struct conf_head *head = rec->out;

		if (rec->owns_head)
			head->node = NULL;
	}
}
