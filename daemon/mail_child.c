/* mail_child.c - see mail_child.h. */
#include "daemon/mail_child.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mono.h"
#include "daemon/mail_smtp.h"
#include "daemon/mail_text.h"
#include "io/memfd.h"
#include "io/sandbox.h"

enum { WHOLE_USEC = 60 * 1000000 /* beside the connection */ };

int64_t mail_child_limit(int64_t timeout_usec)
{
	return timeout_usec + WHOLE_USEC;
}

const char *mail_end_str(int code)
{
	static const char *const words[MAIL_ENDS] = { "sent", "the mail process could not begin",
		"the relay's name is not found", "the relay does not answer in time", "the relay refused the connection",
		"the relay's greeting was no welcome", "the relay refused our name", "the relay refused the sender",
		"the relay refused all recipients", "the relay refused the mail", "sendmail cannot be run" };

	return code >= 0 && code < MAIL_ENDS ? words[code] : "sendmail failed";
}

/* It reads the recipients from the headers. It may have to become somebody else (a setgid postdrop): the user changes, no more. */
static int run_sendmail(const char *mail)
{
	static char *const argv[] = { (char *)(uintptr_t) "sendmail", (char *)(uintptr_t) "-t", (char *)(uintptr_t) "-i",
		NULL };
	static char *const env[] = { (char *)(uintptr_t) "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		(char *)(uintptr_t) "LANG=C", NULL };
	int fd = memfd_of("mail", mail, strlen(mail)), null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0 || null < 0 || lseek(fd, 0, SEEK_SET) < 0 || sandbox_become(sandbox_user()) < 0)
		return MAIL_BROKEN;
	dup2(fd, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	execve(MAIL_SENDMAIL, argv, env);
	return MAIL_NO_SENDMAIL;
}

static int deliver(const char *data, size_t len)
{
	struct mail_envelope e;
	const char *mail;

	if (mail_text_unpack(data, len, &e, &mail) < 0)
		return MAIL_BROKEN;
	alarm((unsigned)(mail_child_limit(e.timeout_usec) / MONO_SEC) + 1); /* nobody here catches it; exec keeps it */
	if (!*e.host)
		return run_sendmail(mail);
	if (sandbox_enter(0, sandbox_user()) < 0)
		return MAIL_BROKEN;
	return (int)mail_smtp_send(&e, mail);
}

int mail_main(int fd)
{
	char *data;
	size_t len;
	int code = MAIL_BROKEN;

	if (memfd_read(fd, &data, &len) < 0)
		return code;
	close(fd);
	code = deliver(data, len);
	free(data);
	return code;
}
