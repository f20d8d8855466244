/* mail_text.c - see mail_text.h. RFC 5322 (headers), RFC 5321 (transparency). */
#include "daemon/mail_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mono.h"
#include "base/text.h"
#include "daemon/mail_plan.h"

enum { HEADER_MAX = 400 /* characters of a value; a line may have 998 */ };

static void add_value(struct text *t, const char *s)
{
	for (unsigned i = 0; s[i] && i < HEADER_MAX; i++) {
		const char c = s[i] < ' ' || s[i] > '~' ? '?' : s[i];

		text_add_bytes(t, &c, 1);
	}
}

static void header(struct text *t, const char *name, const char *value)
{
	text_printf(t, "%s: ", name);
	add_value(t, value);
	text_add(t, "\n");
}

static void add_date(struct text *t, int64_t utc)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
		"Dec" };
	const time_t sec = utc / MONO_SEC;
	struct tm tm;

	gmtime_r(&sec, &tm);
	text_printf(t, "Date: %s, %d %s %d %02d:%02d:%02d +0000\n", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
		tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void add_recipients(struct text *t, const struct mail_envelope *e)
{
	for (unsigned i = 0; i < e->n_to; i++) {
		text_add(t, i ? ",\n " : "To: ");
		add_value(t, e->to[i]);
	}
	text_add(t, "\n");
}

static void add_subject(struct text *t, const struct mail_batch *b, const char *router)
{
	text_add(t, "Subject: [");
	add_value(t, router);
	text_add(t, "] ");
	if (b->n + b->lost == 1)
		add_value(t, b->line[0].text);
	else
		text_printf(t, "%u events", b->n + b->lost);
	text_add(t, "\n");
}

static void add_event(struct text *t, const struct mail_line *l)
{
	const time_t sec = l->utc / MONO_SEC;
	struct tm tm;

	gmtime_r(&sec, &tm);
	text_printf(t, "%04d-%02d-%02d %02d:%02d:%02d UTC  ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		tm.tm_min, tm.tm_sec);
	add_value(t, l->text);
	text_add(t, "\n");
}

void mail_text_compose(struct text *ret, const struct mail_envelope *e, const struct mail_batch *b, const char *router,
	int64_t utc)
{
	add_date(ret, utc);
	header(ret, "From", e->from);
	add_recipients(ret, e);
	add_subject(ret, b, router);
	text_printf(ret, "Message-ID: <%" PRId64 ".vipd@", utc);
	add_value(ret, e->helo);
	text_add(ret,
		">\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\n");
	if (b->lost)
		text_printf(ret, "%u older events are not listed.\n", b->lost);
	for (unsigned i = 0; i < b->n; i++)
		add_event(ret, &b->line[i]);
}

static void pack(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s) + 1);
}

void mail_text_pack(struct text *ret, const struct mail_envelope *e, const char *mail)
{
	char number[32];

	pack(ret, e->host);
	snprintf(number, sizeof(number), "%u", e->port);
	pack(ret, number);
	snprintf(number, sizeof(number), "%" PRId64, e->timeout_usec);
	pack(ret, number);
	pack(ret, e->helo);
	pack(ret, e->from);
	for (unsigned i = 0; i < e->n_to; i++)
		pack(ret, e->to[i]);
	pack(ret, "");
	pack(ret, mail);
}

/* The next string, NULL behind the end. */
static const char *unpack(const char **at, const char *end)
{
	const char *s = *at;

	if (s >= end)
		return NULL;
	*at = s + strlen(s) + 1;
	return s;
}

static int unpack_recipients(const char **at, const char *end, struct mail_envelope *ret)
{
	const char *s;

	while ((s = unpack(at, end)) && *s) {
		if (ret->n_to == MAIL_TO_MAX)
			return -EINVAL;
		ret->to[ret->n_to++] = s;
	}
	return s && ret->n_to ? 0 : -EINVAL;
}

int mail_text_unpack(const char *data, size_t len, struct mail_envelope *ret, const char **ret_mail)
{
	const char *at = data, *end = data + len, *port, *timeout;

	*ret = (struct mail_envelope){ 0 };
	ret->host = unpack(&at, end);
	port = unpack(&at, end);
	timeout = unpack(&at, end);
	ret->helo = unpack(&at, end);
	ret->from = unpack(&at, end);
	if (!ret->from || unpack_recipients(&at, end, ret) < 0)
		return -EINVAL;
	ret->port = (unsigned)strtoul(port, NULL, 10);
	ret->timeout_usec = strtoll(timeout, NULL, 10);
	*ret_mail = unpack(&at, end);
	return *ret_mail ? 0 : -EINVAL;
}

void mail_text_stuff(struct text *ret, const char *mail)
{
	while (*mail) {
		const size_t len = strcspn(mail, "\n");

		if (*mail == '.')
			text_add(ret, ".");
		text_add_bytes(ret, mail, len);
		text_add(ret, "\r\n");
		mail += len + (mail[len] == '\n');
	}
	text_add(ret, ".\r\n");
}
