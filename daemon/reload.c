/* reload.c - see reload.h. */
#include "daemon/reload.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "conf/report.h"
#include "conf/sources.h"
#include "conf/tree.h"
#include "ctl/writer.h"
#include "daemon/accept.h"
#include "daemon/broker.h"
#include "daemon/conf.h"
#include "daemon/handover.h"
#include "daemon/igmp.h"
#include "daemon/notify.h"
#include "daemon/options.h"
#include "daemon/preview.h"
#include "daemon/realtime.h"
#include "daemon/reweigh.h"
#include "daemon/roles.h"
#include "daemon/routers.h"
#include "daemon/state.h"
#include "daemon/supervise.h"
#include "daemon/watches.h"
#include "io/memory.h"
#include "io/message.h"

enum { LOGGED_MAX = 100 /* findings */ };

/* Whether the file gives it anything to do; what the overlay adds to it is no sign of a file. */
static bool serves(const struct config *c)
{
	if (c->vrrp.instances.n || c->vrrp.bfds.n)
		return true;
	for (unsigned i = 0; i < c->checkers.services.n; i++)
		if (!((const struct vs_conf *)c->checkers.services.item[i])->is_added)
			return true;
	return false;
}

/* A file that was written half, or is empty, must not end what runs. */
static void check_serves(const struct daemon *d, const struct config *c)
{
	const struct place file = { .file = options_config_file(d->opt) };

	if (!d->serves || serves(c) || report_count(c->report, CONF_ERROR))
		return;
	report_add(c->report, CONF_ERROR, &file,
		"nothing is configured in it any more: no vrrp_instance, no virtual_server");
	report_hint(c->report, "is the file complete? To end all service, stop vipd");
}

/* An error that the overlay brings into a file that has none by itself. */
static const struct finding *overlay_error(const struct daemon *d, struct config *c)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(c->report, i)); i++)
		if (f->class == CONF_ERROR && !strcmp(f->at.file, d->overlay_path))
			break;
	return f;
}

/* The file with the overlay; where that is an error, it is a warning and the file alone. */
static struct config *read_layers(const struct daemon *d)
{
	struct config_source from = { .path = options_config_file(d->opt),
		.config_id = d->opt->config_id,
		.overlay_name = d->overlay_path,
		.overlay_text = d->overlay_text };
	struct config *c = config_read_source(&from), *alone;
	const struct finding *f = from.overlay_text ? overlay_error(d, c) : NULL;

	if (!f)
		return c;
	from.overlay_text = NULL;
	alone = config_read_source(&from);
	sources_vary(alone->sources);
	report_add(alone->report, CONF_WARNING, &f->at, "the whole overlay has no effect: %s", f->text);
	report_hint(alone->report, "`vipctl overlay drop` takes lines out");
	config_free(c);
	return alone;
}

struct config *reload_read(const struct daemon *d)
{
	struct config *c = read_layers(d);

	config_check_environment(c);
	check_serves(d, c);
	return c;
}

/* "FILE:LINE:COLUMN", the file alone when the finding is about all of it. */
static const char *where(const struct finding *f, char *buf, size_t size)
{
	if (f->at.line)
		snprintf(buf, size, "%s:%u:%u", f->at.file, f->at.line, f->at.column);
	else
		snprintf(buf, size, "%s", f->at.file);
	return buf;
}

void reload_log_findings(struct config *c)
{
	const struct finding *f;
	char at[512];

	for (unsigned i = 0; (f = report_get(c->report, i)); i++) {
		const char *hint = f->hint ? f->hint : "", *dash = f->hint ? " - " : "";

		if (i == LOGGED_MAX) {
			log_warn(LOG_CONF, "more findings are not logged: vipd -t shows all of them");
			return;
		}

		if (f->class == CONF_ERROR)
			log_error(LOG_CONF, "%s: %s%s%s", where(f, at, sizeof(at)), f->text, dash, hint);
		else
			log_warn(LOG_CONF, "%s: %s%s%s", where(f, at, sizeof(at)), f->text, dash, hint);
	}
}

int reload_accept(struct daemon *d, struct config *c)
{
	const unsigned roles = roles_of(d->opt, c);
	const bool is_serving = serves(c);
	struct handover_child vrrp;
	int fd[ROLE_MAX], r = config_keep(c);

	if (r < 0)
		return r;
	d->roles = roles;
	d->serves = is_serving;
	for (enum role role = 0; role < ROLE_MAX; role++)
		fd[role] = config_part(c, role);
	d->config = c;
	d->generation++;
	igmp_config(d->opt->run_dir, c->main.globals.disable_local_igmp);
	if (supervise_child(d->sup, ROLE_VRRP, &vrrp.pid, &vrrp.fd, &vrrp.state_fd))
		realtime_apply(&c->vrrp.globals, vrrp.pid);
	supervise_config(d->sup, fd, d->generation, d->roles, NULL);
	broker_config(d->broker, c, d->generation);
	watches_config(d->watches, c, d->generation);
	accept_config(d->accept, c->closed);
	memory_trim();
	return 0;
}

static void refuse(struct daemon *d, struct config *c, const char *asked_by)
{
	const struct finding *f = NULL;
	unsigned errors = report_count(c->report, CONF_ERROR);
	char at[512];

	for (unsigned i = 0; (f = report_get(c->report, i)); i++)
		if (f->class == CONF_ERROR)
			break;
	d->reload_ok = false;
	snprintf(d->reload_error, sizeof(d->reload_error), "%u error%s, the first at %.255s: %.200s", errors,
		errors == 1 ? "" : "s", f ? where(f, at, sizeof(at)) : "?", f ? f->text : "?");
	log_error(LOG_CONF, "reload asked for by %s refused, the running configuration stays: %s", asked_by,
		d->reload_error);
}

/* systemd hears of reloads only once the start is over: its READY=1 is on_ready()'s to say. */
static void tell_begin(const struct daemon *d)
{
	if (d->is_ready)
		notify_send("RELOADING=1\nMONOTONIC_USEC=%" PRId64 "\nSTATUS=reloading", mono_now().usec);
}

static void tell_end(const struct daemon *d)
{
	if (d->is_ready && d->reload_ok)
		notify_send("READY=1\nSTATUS=running");
	else if (d->is_ready)
		notify_send("READY=1\nSTATUS=reload refused: %s", d->reload_error);
}

/* Whether some instance has a notify_ensure: a reload asks for it again where it failed. */
static bool has_ensure(const struct config *c)
{
	struct router vi;

	for (uint32_t i = 0; routers_instance(c->routers, i, &vi); i++)
		if (vi.hooks->notify_ensure)
			return true;
	return false;
}

/* Whether something of a reload is to happen with the same file, too. */
static bool is_always_whole(const struct config *c)
{
	return c->main.globals.fifo_states_on_reload || has_ensure(c);
}

/* What costs nothing and looks at the machine anew. */
static void refresh(struct daemon *d, const char *asked_by)
{
	watches_config(d->watches, d->config, d->generation);
	accept_config(d->accept, d->config->closed);
	memory_trim();
	d->reload_ok = true;
	d->reload_error[0] = '\0';
	log_notice(LOG_CONF, "reload asked for by %s accepted: nothing has changed, generation %" PRIu32 " goes on",
		asked_by, d->generation);
}

static void accepted(struct daemon *d, const char *asked_by)
{
	d->reload_ok = true;
	d->reload_error[0] = '\0';
	log_notice(LOG_CONF, "reload asked for by %s accepted: generation %" PRIu32, asked_by, d->generation);
}

/* What was found when these lines were read stands, and was said then. */
static void say_standing(const struct config *c)
{
	const unsigned n = report_count(c->report, CONF_WARNING) + report_count(c->report, CONF_ENVIRONMENT);

	if (n)
		log_info(LOG_CONF, "%u finding%s as before, not logged again: vipd -t shows them", n,
			n == 1 ? "" : "s");
}

/* What runs with other weights, as the next generation. False: all is to be read. */
static bool reload_weights(struct daemon *d, const struct source_edits *edits)
{
	struct config *c = d->config;
	struct reweighed *w = reweigh(c, edits);
	int fd[ROLE_MAX];

	if (!w)
		return false;
	reweigh_take(w, c);
	for (enum role role = 0; role < ROLE_MAX; role++)
		fd[role] = config_part(c, role);
	d->generation++;
	supervise_config(d->sup, fd, d->generation, d->roles, reweigh_edits(w));
	broker_renumber(d->broker, d->generation);
	reweigh_done(w);
	watches_config(d->watches, c, d->generation);
	accept_config(d->accept, c->closed);
	say_standing(c);
	return true;
}

/* Where nothing has changed, or weights alone, nothing is read by anybody. Whether that was all. */
static bool reload_little(struct daemon *d, const char *asked_by)
{
	struct source_edits e = { 0 };
	bool is_done = !is_always_whole(d->config) && config_edits(d->config, d->overlay_text, &e), is_same = !e.n;

	if (!is_done)
		return false;
	is_done = is_same || (!d->overlay_text && reload_weights(d, &e));
	sources_settle(d->config->sources, is_done);
	sources_edits_done(&e);
	if (is_done && is_same)
		refresh(d, asked_by);
	else if (is_done)
		accepted(d, asked_by);
	return is_done;
}

bool reload_now(struct daemon *d, const char *asked_by)
{
	struct config *c;
	int r;

	if (d->is_stopping) {
		snprintf(d->reload_error, sizeof(d->reload_error), "vipd is stopping");
		return false;
	}
	tell_begin(d);
	d->last_reload = mono_now();
	if (reload_little(d, asked_by)) {
		tell_end(d);
		return true;
	}
	c = reload_read(d);
	reload_log_findings(c);
	if (report_count(c->report, CONF_ERROR)) {
		refuse(d, c, asked_by);
		config_free(c);
		tell_end(d);
		return false;
	}
	r = reload_accept(d, c);
	if (r < 0) {
		config_free(c);
		d->reload_ok = false;
		snprintf(d->reload_error, sizeof(d->reload_error), "%s", strerror(-r));
		log_error(LOG_CONF, "reload failed, the running configuration stays: %s", strerror(-r));
	} else {
		accepted(d, asked_by);
	}
	tell_end(d);
	return r == 0;
}

static void write_finding(const struct finding *f, struct writer *w)
{
	writer_object(w, NULL);
	writer_str(w, "class", report_class_str(f->class));
	writer_str(w, "file", f->at.file);
	writer_int(w, "line", f->at.line);
	writer_int(w, "column", f->at.column);
	writer_str(w, "text", f->text);
	writer_str(w, "hint", f->hint);
	writer_end(w);
}

/* What depends on the machine is looked at anew: an interface that appeared since is no finding any more. */
static struct report *environment_now(struct config *c)
{
	struct report *kept = c->report, *now = report_new();

	c->report = now;
	config_check_environment(c);
	c->report = kept;
	return now;
}

static bool depends_on_machine(const struct finding *f)
{
	return f->class == CONF_ENVIRONMENT || f->is_security;
}

static bool has_environment(struct report *r)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r, i)); i++)
		if (depends_on_machine(f))
			return true;
	return false;
}

/* With nothing to complain of at the start there is nothing to look at anew: what goes later is FAULT, not a finding. */
static void write_findings(const struct config *c, struct writer *w)
{
	struct config *again = has_environment(c->report) ? config_recall(c) : NULL;
	struct report *now = again ? environment_now(again) : report_new();
	const struct finding *f;

	writer_array(w, "findings");
	for (unsigned i = 0; (f = report_get(c->report, i)); i++)
		if (!depends_on_machine(f))
			write_finding(f, w);
	for (unsigned i = 0; (f = report_get(now, i)); i++)
		write_finding(f, w);
	writer_end(w);
	report_free(now);
	config_free(again);
}

static void write_report(struct report *r, struct writer *w)
{
	const struct finding *f;

	writer_array(w, "findings");
	for (unsigned i = 0; (f = report_get(r, i)); i++)
		write_finding(f, w);
	writer_end(w);
}

void reload_write_last(const struct daemon *d, struct writer *w)
{
	if (!d->last_reload.usec)
		return;
	writer_object(w, "last_reload");
	writer_bool(w, "ok", d->reload_ok);
	writer_str(w, "error", d->reload_ok ? NULL : d->reload_error);
	writer_int(w, "age_usec", mono_diff(mono_now(), d->last_reload));
	writer_end(w);
}

static void write_plan(const struct daemon *d, const struct config *next, struct writer *w)
{
	struct config *running = config_recall(d->config);
	struct preview *p = running ? preview_new(running, next, d->opt) : NULL;
	struct text t = { 0 };

	if (!p) {
		writer_str(w, "error", "the running configuration cannot be read again");
		return;
	}
	preview_write(p, w);
	preview_text(p, &t);
	writer_str(w, "text", text_str(&t));
	text_done(&t);
	preview_free(p);
	config_free(running);
}

void reload_plan(const struct daemon *d, struct writer *w)
{
	struct config *next = reload_read(d);
	unsigned errors = report_count(next->report, CONF_ERROR);

	if (errors)
		writer_fmt(w, "error", "%u error%s: a reload would be refused, the running configuration would stay",
			errors, errors == 1 ? "" : "s");
	else
		write_plan(d, next, w);
	write_report(next->report, w);
	config_free(next);
}

void reload_write_refused(const struct daemon *d, struct writer *w)
{
	struct config *next = reload_read(d);

	write_report(next->report, w);
	reload_write_last(d, w);
	config_free(next);
}

void reload_write(const struct daemon *d, struct writer *w)
{
	write_findings(d->config, w);
	reload_write_last(d, w);
}
