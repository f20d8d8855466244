/* requests.c - see requests.h. */
#include "daemon/requests.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/control.h"
#include "daemon/drill.h"
#include "daemon/output.h"
#include "daemon/overlay_ask.h"
#include "daemon/overlay_store.h"
#include "daemon/query.h"
#include "daemon/reload.h"
#include "daemon/restart.h"
#include "daemon/state.h"

struct request {
	const char *name;
	bool needs_admin;
	void (*handle)(struct daemon *d, struct control_client *c);
	void (*handle_words)(struct daemon *d, struct control_client *c,
		const char *words); /* for those with arguments */
};

/* A client that waits for a status; it may be gone when the answer comes. */
struct waiting {
	struct daemon *daemon;
	struct control_client *client;
};

static void reply(struct control_client *c, struct writer *w)
{
	size_t len;
	char *text = writer_text(w, &len);

	control_reply(c, text, len);
	free(text);
	writer_free(w);
}

static void reply_error(struct control_client *c, const char *error)
{
	struct writer *w = writer_new();

	writer_str(w, "error", error);
	reply(c, w);
}

static void on_status(void *ctx, const char *text, size_t len)
{
	struct waiting *wait = ctx;

	if (wait->daemon->control && control_is_open(wait->daemon->control, wait->client))
		control_reply(wait->client, text, len);
	free(wait);
}

static void ask(struct daemon *d, struct control_client *c, unsigned roles, enum query_scope scope)
{
	struct waiting *wait = x_calloc(1, sizeof(*wait));

	*wait = (struct waiting){ d, c };
	query_ask(d->query, roles, scope, on_status, wait);
}

static void handle_status(struct daemon *d, struct control_client *c)
{
	ask(d, c, QUERY_EVERYBODY, QUERY_ALL);
}

/* What `vipctl check` looks at. */
static void handle_check(struct daemon *d, struct control_client *c)
{
	ask(d, c, QUERY_EVERYBODY, QUERY_WRONG);
}

/* What `vipctl why` looks at. */
static void handle_instances(struct daemon *d, struct control_client *c)
{
	ask(d, c, 1u << ROLE_VRRP, QUERY_ALL);
}

static void handle_events(struct daemon *d, struct control_client *c)
{
	struct writer *w = writer_new();

	output_write_events(d->output, w);
	reply(c, w);
}

static void handle_reload(struct daemon *d, struct control_client *c)
{
	struct writer *w = writer_new();
	uint32_t before = d->generation;

	if (reload_now(d, "vipctl")) {
		writer_str(w, "result",
			d->generation == before ? "reload accepted: nothing has changed" : "reload accepted");
		reload_write(d, w);
	} else {
		writer_fmt(w, "error", "reload refused, the running configuration stays: %s", d->reload_error);
		reload_write_refused(d, w);
	}
	reply(c, w);
}

static void handle_plan(struct daemon *d, struct control_client *c)
{
	struct writer *w = writer_new();

	reload_plan(d, w);
	reply(c, w);
}

static void handle_drill(struct daemon *d, struct control_client *c)
{
	struct writer *w = writer_new();
	char refused[128];

	if (drill_now(d, "vipctl", refused, sizeof(refused)))
		writer_str(w, "result", "drill started: every MASTER instance hands over");
	else
		writer_str(w, "error", refused);
	reply(c, w);
}

/* The program that comes answers; only a refusal comes back here. */
static void handle_restart(struct daemon *d, struct control_client *c)
{
	char why[512];

	if (!restart_now(d, control_client_fd(c), why, sizeof(why)))
		reply_error(c, why);
}

static void handle_overlay(struct daemon *d, struct control_client *c)
{
	struct writer *w = writer_new();

	overlay_store_write(d->overlay, w);
	reply(c, w);
}

static void handle_overlay_save(struct daemon *d, struct control_client *c)
{
	struct writer *w = writer_new();

	overlay_ask_save(d, w);
	reply(c, w);
}

static void handle_overlay_saving(struct daemon *d, struct control_client *c)
{
	struct writer *w = writer_new();

	overlay_ask_saving(d, control_client_uid(c), w);
	reply(c, w);
}

static void handle_overlay_saved(struct daemon *d, struct control_client *c)
{
	struct writer *w = writer_new();

	overlay_ask_saved(d, control_client_uid(c), w);
	reply(c, w);
}

static void handle_overlay_apply(struct daemon *d, struct control_client *c, const char *words)
{
	struct writer *w = writer_new();

	overlay_ask_apply(d, words, control_client_uid(c), w);
	reply(c, w);
}

static void handle_overlay_drop(struct daemon *d, struct control_client *c, const char *words)
{
	struct writer *w = writer_new();

	overlay_ask_drop(d, words, control_client_uid(c), w);
	reply(c, w);
}

static const struct request requests[] = {
	{ "status", false, handle_status, NULL },
	{ "check", false, handle_check, NULL },
	{ "instances", false, handle_instances, NULL },
	{ "events", false, handle_events, NULL },
	{ "reload", true, handle_reload, NULL },
	{ "reload --plan", true, handle_plan, NULL },
	{ "drill", true, handle_drill, NULL },
	{ "restart", true, handle_restart, NULL },
	{ "overlay", false, handle_overlay, NULL },
	{ "overlay save", true, handle_overlay_save, NULL },
	{ "overlay saving", true, handle_overlay_saving, NULL },
	{ "overlay saved", true, handle_overlay_saved, NULL },
	{ "overlay apply", true, NULL, handle_overlay_apply },
	{ "overlay drop", true, NULL, handle_overlay_drop },
};

/* What stands behind the name of `r` in `request`; NULL: another request. */
static const char *words_of(const struct request *r, const char *request)
{
	size_t len = strlen(r->name);

	if (strncmp(r->name, request, len) != 0)
		return NULL;
	if (!request[len])
		return request + len;
	return r->handle_words && request[len] == ' ' ? request + len + 1 : NULL;
}

void requests_handle(void *daemon, struct control_client *c, const char *request, bool is_admin)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		const struct request *r = &requests[i];
		const char *words = words_of(r, request);

		if (!words)
			continue;
		if (r->needs_admin && !is_admin)
			reply_error(c, "only root may do this");
		else if (r->handle_words)
			r->handle_words(daemon, c, words);
		else
			r->handle(daemon, c);
		return;
	}
	reply_error(c, "unknown request");
}
