/* mail_smtp.h - one mail to one relay in plain SMTP (RFC 5321): in the mail process alone, it blocks. */
#ifndef DAEMON_MAIL_SMTP_H
#define DAEMON_MAIL_SMTP_H
struct mail_envelope;

/* Exit codes. Those of sendmail (sysexits.h) are 64 and above. */
enum mail_end {
	MAIL_SENT,
	MAIL_BROKEN, /* a mistake of ours: nothing to read, no rights to give away */
	MAIL_NO_HOST,
	MAIL_NO_ANSWER, /* no connection in time, or the relay fell silent */
	MAIL_REFUSED_CONNECTION,
	MAIL_REFUSED_GREETING,
	MAIL_REFUSED_HELO,
	MAIL_REFUSED_SENDER,
	MAIL_REFUSED_RECIPIENT,
	MAIL_REFUSED_DATA,
	MAIL_NO_SENDMAIL,
	MAIL_ENDS
};

/* Connects to each address of the relay in turn; the first that answers takes the mail. */
enum mail_end mail_smtp_send(const struct mail_envelope *e, const char *mail);
#endif
