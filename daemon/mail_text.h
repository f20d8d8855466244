/*
 * mail_text.h - a mail and its envelope as bytes, and back: what main writes into a memfd and the mail process reads. Pure. Nothing
 * in a header can begin another one: control characters and what is not ASCII become '?'.
 */
#ifndef DAEMON_MAIL_TEXT_H
#define DAEMON_MAIL_TEXT_H
#include <stddef.h>
#include <stdint.h>

struct mail_batch;
struct text;

enum { MAIL_TO_MAX = 64 /* recipients */ };

/* Where a mail goes. Strings are borrowed. */
struct mail_envelope {
	const char *host; /* "": the local sendmail */
	unsigned port;
	int64_t timeout_usec;
	const char *helo, *from;
	const char *to[MAIL_TO_MAX];
	unsigned n_to;
};

/* The mail itself, lines ending in \n. `router` names this director, `host` is for the Message-ID, `utc` usec since 1970. */
void mail_text_compose(struct text *ret, const struct mail_envelope *e, const struct mail_batch *b, const char *router,
	int64_t utc);
/* Envelope and mail as one run of bytes. */
void mail_text_pack(struct text *ret, const struct mail_envelope *e, const char *mail);
/* The other way: strings point into `data`, which has a NUL behind its end. 0, or -EINVAL. */
int mail_text_unpack(const char *data, size_t len, struct mail_envelope *ret, const char **ret_mail);
/* A mail as SMTP's DATA wants it: CRLF, dots doubled at the beginning of a line, and the dot that ends it (RFC 5321 4.5.2). */
void mail_text_stuff(struct text *ret, const char *mail);
#endif
