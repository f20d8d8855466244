/*
 * view_watch.h - reads what the kernel says of interfaces and addresses whenever it does, and again, ever later, while it
 * cannot.
 */
#ifndef VRRP_VIEW_WATCH_H
#define VRRP_VIEW_WATCH_H
#include <stdbool.h>

struct link;
struct loop;
struct view_watch;

/* Something was read; is_changed: something that matters here. */
typedef void view_fn(void *ctx, bool is_changed);

/* Reads at once, from the loop. The loop and the link outlive it; free with view_watch_free(). */
struct view_watch *view_watch_new(struct loop *loop, struct link *link, view_fn *fn, void *ctx);
/* Accepts NULL. */
void view_watch_free(struct view_watch *w);
#endif
