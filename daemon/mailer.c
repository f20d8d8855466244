/* mailer.c - see mailer.h. */
#include "daemon/mailer.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/mail_child.h"
#include "daemon/mail_plan.h"
#include "daemon/mail_smtp.h"
#include "daemon/mail_text.h"
#include "io/loop.h"
#include "io/memfd.h"
#include "io/spawn.h"

enum {
	HOST_LEN = 256,
	FROM_LEN = HOST_LEN + 16,
	KILL_USEC = 5000000 /* after the limit that it has set itself */,
	SMTP_PORT = 25
};

struct mailer {
	struct loop *loop;
	const struct main_globals *globals; /* borrowed */
	struct mail_plan plan;
	struct loop_timer *timer;    /* owned: the next mail, or the end of what runs */
	pid_t pid;                   /* 0: none */
	uint64_t sent, failed, told; /* mails, tries, events in mails that were sent */
	char error[160];             /* "": the last try was good */
};

/* Whom to, and from: what the configuration leaves out is said here. `host`, `from`: buffers that must outlive it. */
static void fill_envelope(const struct mail_conf *c, struct mail_envelope *e, char *host, char *from)
{
	const bool is_local = !c->host && access(MAIL_SENDMAIL, X_OK) == 0;

	if (gethostname(host, HOST_LEN) < 0 || !*host)
		snprintf(host, HOST_LEN, "localhost");
	host[HOST_LEN - 1] = '\0';
	snprintf(from, FROM_LEN, "keepalived@%s", host);
	*e = (struct mail_envelope){ .host = c->host ? c->host
			: is_local                   ? ""
						     : "127.0.0.1",
		.port = c->host ? c->port : SMTP_PORT,
		.timeout_usec = c->timeout,
		.helo = c->helo ? c->helo : host,
		.from = c->from ? c->from : from };
	while (e->n_to < c->to.n && e->n_to < MAIL_TO_MAX) {
		e->to[e->n_to] = c->to.item[e->n_to];
		e->n_to++;
	}
}

/* The process that delivers it: its pid, or -errno. */
static pid_t start(const struct mailer *m, const struct mail_batch *b)
{
	char host[HOST_LEN], from[FROM_LEN];
	const struct main_globals *g = m->globals;
	struct text mail = { 0 }, all = { 0 };
	struct mail_envelope e;
	pid_t pid;
	int fd;

	fill_envelope(&g->mail, &e, host, from);
	mail_text_compose(&mail, &e, b, g->router_id ? g->router_id : host, mono_utc());
	mail_text_pack(&all, &e, text_str(&mail));
	fd = memfd_of("mail", all.s, all.len);
	text_done(&mail);
	text_done(&all);
	if (fd < 0)
		return fd;
	pid = spawn_role(MAIL_ROLE, fd);
	close(fd);
	return pid;
}

static void ended(struct mailer *m, const char *error)
{
	const unsigned n = m->plan.flying.n + m->plan.flying.lost;

	mail_plan_sent(&m->plan, mono_now(), !*error);
	if (*error) {
		m->failed++;
		log_warn(LOG_SCRIPT, "mail of %u events is not delivered: %s; tried again in %lld s", n, error,
			(long long)(mono_diff(m->plan.not_before, mono_now()) / MONO_SEC) + 1);
	} else {
		m->sent++;
		m->told += n;
		log_debug(LOG_SCRIPT, "mail of %u events is delivered", n);
	}
	snprintf(m->error, sizeof(m->error), "%s", error);
	loop_timer_at(m->timer, mail_plan_due(&m->plan));
}

static void on_timer(void *ctx, mono_t now)
{
	struct mailer *m = ctx;

	if (m->pid) { /* its own alarm should have ended it: reaping does the rest */
		kill(m->pid, SIGKILL);
		return;
	}
	if (!m->globals->mail.to.n) /* a reload took them away */
		mail_plan_done(&m->plan);
	if (mono_before(now, mail_plan_due(&m->plan)))
		return;
	m->pid = start(m, mail_plan_take(&m->plan, now));
	if (m->pid > 0) {
		loop_timer_at(m->timer, mono_add(now, mail_child_limit(m->globals->mail.timeout) + KILL_USEC));
		return;
	}
	ended(m, strerror(-m->pid));
	m->pid = 0;
}

struct mailer *mailer_new(struct loop *l)
{
	struct mailer *m = x_calloc(1, sizeof(*m));

	m->loop = l;
	mail_plan_init(&m->plan);
	m->timer = loop_timer_new(l, on_timer, m);
	return m;
}

void mailer_free(struct mailer *m)
{
	if (!m)
		return;
	if (!m->pid && m->plan.waiting.n)
		(void)start(m, mail_plan_take(&m->plan, mono_now()));
	loop_timer_free(m->timer);
	mail_plan_done(&m->plan);
	free(m);
}

void mailer_config(struct mailer *m, const struct main_globals *g)
{
	m->globals = g;
	if (g->mail.to.n || m->pid)
		return;
	loop_timer_stop(m->timer);
	mail_plan_done(&m->plan);
}

void mailer_add(struct mailer *m, const char *text)
{
	if (!m->globals || !m->globals->mail.to.n)
		return;
	mail_plan_add(&m->plan, mono_now(), mono_utc(), text);
	if (!m->pid)
		loop_timer_at(m->timer, mail_plan_due(&m->plan));
}

bool mailer_reaped(struct mailer *m, pid_t pid, int status)
{
	char error[160] = "";

	if (!m->pid || m->pid != pid)
		return false;
	m->pid = 0;
	if (WIFSIGNALED(status))
		snprintf(error, sizeof(error), "it took too long, or was killed: signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) != MAIL_SENT)
		snprintf(error, sizeof(error), "%s (code %d)", mail_end_str(WEXITSTATUS(status)), WEXITSTATUS(status));
	ended(m, error);
	return true;
}

void mailer_show(const struct mailer *m, struct writer *w)
{
	writer_object(w, "mail");
	writer_int(w, "sent", (int64_t)m->sent);
	writer_int(w, "events", (int64_t)m->told);
	writer_int(w, "failed", (int64_t)m->failed);
	writer_int(w, "waiting", m->plan.waiting.n + m->plan.waiting.lost + m->plan.flying.n + m->plan.flying.lost);
	if (*m->error)
		writer_str(w, "last_error", m->error);
	writer_end(w);
}
