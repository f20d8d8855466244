/* view_watch.c - see view_watch.h. */
#include "vrrp/view_watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/mono.h"
#include "io/loop.h"
#include "net/link.h"

enum { LEAST_USEC = 50000, MOST_USEC = 5000000 };

struct view_watch {
	struct loop *loop;
	struct link *link;
	struct loop_watch *watch; /* owned */
	struct loop_timer *again; /* owned */
	view_fn *fn;
	void *ctx;
	int64_t pause; /* 0: the last time it could be read */
};

static void look(struct view_watch *w)
{
	int r = link_read(w->link);

	if (r >= 0 && w->pause)
		log_notice(LOG_VRRP, "interfaces and addresses could be read again");
	w->pause = r >= 0 ? 0 : w->pause ? w->pause * 2 : LEAST_USEC;
	if (w->pause > MOST_USEC)
		w->pause = MOST_USEC;
	if (r < 0) {
		log_error(LOG_VRRP, "cannot read interfaces and addresses: %s; once more in %d ms", strerror(-r),
			(int)(w->pause / MONO_MSEC));
		loop_timer_at(w->again, mono_add(mono_now(), w->pause));
	}
	w->fn(w->ctx, r > 0);
}

static void on_link(void *ctx, int fd, unsigned ready)
{
	(void)fd, (void)ready;
	look(ctx);
}

static void on_again(void *ctx, mono_t now)
{
	(void)now;
	look(ctx);
}

struct view_watch *view_watch_new(struct loop *loop, struct link *link, view_fn *fn, void *ctx)
{
	struct view_watch *w = x_calloc(1, sizeof(*w));

	w->loop = loop;
	w->link = link;
	w->fn = fn;
	w->ctx = ctx;
	w->watch = loop_watch_new(loop, link_fd(link), LOOP_READ, on_link, w);
	w->again = loop_timer_new(loop, on_again, w);
	loop_timer_at(w->again, mono_now());
	return w;
}

void view_watch_free(struct view_watch *w)
{
	if (!w)
		return;
	loop_watch_free(w->watch);
	loop_timer_free(w->again);
	free(w);
}
