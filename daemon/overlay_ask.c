/* overlay_ask.c - see overlay_ask.h. */
#include "daemon/overlay_ask.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/overlay_change.h"
#include "daemon/overlay_save.h"
#include "daemon/overlay_store.h"
#include "daemon/state.h"

enum { WHO_LEN = 64 };

static const char *who(uint32_t uid, char *buf)
{
	const struct passwd *p = getpwuid(uid);

	snprintf(buf, WHO_LEN, "%.32s (uid %" PRIu32 ")", p ? p->pw_name : "?", uid);
	return buf;
}

/* The lines of a request, each without blanks around it; the array is the caller's, they live in `bytes`. */
static char **split(char *bytes, unsigned *ret_n)
{
	static const char separators[] = { OVERLAY_ASK_SEPARATOR, '\0' };
	char **line = NULL, *s;
	unsigned n = 0;

	while ((s = strsep(&bytes, separators))) {
		if (!*s)
			continue;
		line = x_realloc(line, n + 1, sizeof(*line));
		line[n++] = s;
	}
	*ret_n = n;
	return line;
}

/* The lines of one request. */
struct asked {
	char **line;  /* owned; they live in `bytes` */
	bool *is_new; /* owned: which had an effect */
	char *bytes;  /* owned */
	unsigned n;
};

/* All of them into `next`: how many had an effect; -EINVAL and the reason of the first that is wrong. */
static int change_all(struct daemon *d, struct overlay_list *next, const struct overlay_asker *asker, struct asked *a,
	struct text *reterr)
{
	const struct overlay_world world = { d->config->served, overlay_store_list(d->overlay) };
	int changed = 0;

	for (unsigned i = 0; i < a->n; i++) {
		struct text why = { 0 };
		int r = overlay_change(next, &world, asker, a->line[i], &why);

		if (r < 0 && a->n > 1)
			text_printf(reterr, "change %u of %u (%s): ", i + 1, a->n, a->line[i]);
		if (r < 0)
			text_add(reterr, text_str(&why));
		text_done(&why);
		if (r < 0)
			return r;
		a->is_new[i] = r > 0;
		changed += r;
	}
	return changed;
}

static void answer(const struct daemon *d, int changed, struct writer *w)
{
	if (changed)
		writer_fmt(w, "result", "%d change%s, generation %" PRIu32, changed, changed == 1 ? "" : "s",
			d->generation);
	else
		writer_str(w, "result", "nothing to change: it is so already");
	writer_int(w, "changed", changed);
	overlay_store_write(d->overlay, w);
}

static void refuse(const char *by, const struct text *why, struct writer *w)
{
	log_warn(LOG_CTL, "overlay: %s: refused: %s", by, text_str(why));
	writer_fmt(w, "error", "nothing has changed: %s", text_str(why));
}

static void audit(const char *by, const struct asked *a, uint32_t generation)
{
	for (unsigned i = 0; i < a->n; i++)
		if (a->is_new[i])
			log_notice(LOG_CTL, "overlay: %s: %s (generation %" PRIu32 ")", by, a->line[i], generation);
}

void overlay_ask_apply(struct daemon *d, const char *changes, uint32_t uid, struct writer *w)
{
	char by[WHO_LEN];
	const struct overlay_asker asker = { who(uid, by), overlay_store_clock() };
	struct asked a = { .bytes = x_strdup(changes) };
	struct overlay_list next = { 0 };
	struct text why = { 0 };
	int changed;

	a.line = split(a.bytes, &a.n);
	a.is_new = x_calloc(a.n + 1, sizeof(*a.is_new));
	overlay_list_copy(overlay_store_list(d->overlay), &next);
	changed = change_all(d, &next, &asker, &a, &why);
	if (changed < 0 || (changed && overlay_store_commit(d->overlay, &next, &why) < 0)) {
		refuse(by, &why, w);
	} else {
		audit(by, &a, d->generation);
		answer(d, changed, w);
	}
	overlay_list_done(&next);
	text_done(&why);
	free(a.is_new);
	free(a.line);
	free(a.bytes);
}

void overlay_ask_drop(struct daemon *d, const char *words, uint32_t uid, struct writer *w)
{
	const struct overlay_world world = { d->config->served, overlay_store_list(d->overlay) };
	struct overlay_list next = { 0 };
	struct text why = { 0 };
	char by[WHO_LEN];
	int dropped;

	who(uid, by);
	overlay_list_copy(overlay_store_list(d->overlay), &next);
	dropped = overlay_drop(&next, &world, words, &why);
	if (dropped < 0 || (dropped && overlay_store_commit(d->overlay, &next, &why) < 0)) {
		refuse(by, &why, w);
	} else {
		if (dropped)
			log_notice(LOG_CTL, "overlay: %s: drop %s: %d change%s (generation %" PRIu32 ")", by, words,
				dropped, dropped == 1 ? "" : "s", d->generation);
		answer(d, dropped, w);
	}
	overlay_list_done(&next);
	text_done(&why);
}

void overlay_ask_save(struct daemon *d, struct writer *w)
{
	struct overlay_list keep = { 0 };

	overlay_save(d, overlay_store_list(d->overlay), &keep, w);
	overlay_store_plan(d->overlay, &keep);
	overlay_list_done(&keep);
	writer_str(w, "text", d->overlay_text ? d->overlay_text : "");
	overlay_store_write(d->overlay, w);
}

void overlay_ask_saving(struct daemon *d, uint32_t uid, struct writer *w)
{
	struct text why = { 0 };
	char by[WHO_LEN];

	if (overlay_store_saving(d->overlay, &why) < 0)
		refuse(who(uid, by), &why, w);
	text_done(&why);
}

void overlay_ask_saved(struct daemon *d, uint32_t uid, struct writer *w)
{
	const unsigned before = overlay_store_list(d->overlay)->n;
	struct text why = { 0 };
	char by[WHO_LEN];
	unsigned n;

	who(uid, by);
	if (overlay_store_saved(d->overlay, &why) < 0) {
		refuse(by, &why, w);
	} else {
		n = before - overlay_store_list(d->overlay)->n;
		log_notice(LOG_CTL, "overlay: %s: save: %u change%s into the file (generation %" PRIu32 ")", by, n,
			n == 1 ? "" : "s", d->generation);
		answer(d, (int)n, w);
	}
	text_done(&why);
}
