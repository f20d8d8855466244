/* ask.c - see ask.h. */
#include "ctl/ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/reader.h"
#include "ctl/say.h"

enum { TIMEOUT_MS = 5000, SLOW_MS = 30000 };

/* What reads a configuration, or starts a program, may take its time on a machine that is busy. */
static int patience_ms(const char *request)
{
	static const char *const slow[] = { "restart", "reload", "overlay " };

	for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++)
		if (!strncmp(request, slow[i], strlen(slow[i])))
			return SLOW_MS;
	return TIMEOUT_MS;
}

static int no_answer(const struct ctl *ctl, int err, int waited_ms)
{
	const int code = CTL_EXIT_NO_DAEMON;

	if (err == -ENOENT || err == -ECONNREFUSED)
		return say_failed(ctl, code, "no vipd at %s: is it running? (systemctl status vipd)", ctl->socket);
	if (err == -EACCES)
		return say_failed(ctl, code, "%s: permission denied: run as root", ctl->socket);
	if (err == -ETIMEDOUT)
		return say_failed(ctl, code, "vipd at %s does not answer within %d s: it is stopped or overloaded",
			ctl->socket, waited_ms / 1000);
	if (err == -EPROTO || err == -EPIPE || err == -ECONNRESET)
		return say_failed(ctl, code, "vipd at %s hung up: too many clients ask it, or it is stopping",
			ctl->socket);
	return say_failed(ctl, code, "%s: %s", ctl->socket, strerror(-err));
}

void ask_print_json(const struct jvalue *v)
{
	char *pretty = reader_pretty(v);

	puts(pretty ? pretty : "{}");
	free(pretty);
}

int ask_reader(const struct ctl *ctl, const char *request, struct reader **ret)
{
	char *reply;
	size_t len;
	int wait_ms = patience_ms(request), r = client_ask(ctl->socket, request, wait_ms, &reply, &len);

	if (r < 0)
		return no_answer(ctl, r, wait_ms);
	*ret = reader_new(reply, len);
	free(reply);
	if (*ret)
		return CTL_EXIT_OK;
	return say_failed(ctl, CTL_EXIT_FAILED, "the answer is not JSON: another version of vipd?");
}

int ask_show(const struct ctl *ctl, const char *request, void (*show)(const struct jvalue *doc, FILE *out))
{
	struct reader *doc;
	const char *error;
	int r = ask_reader(ctl, request, &doc);

	if (r != CTL_EXIT_OK)
		return r;
	error = reader_str(reader_top(doc), "error", NULL);
	if (ctl->is_json)
		ask_print_json(reader_top(doc));
	else if (error)
		fprintf(stderr, "vipctl: %s\n", error);
	else
		show(reader_top(doc), stdout);
	reader_free(doc);
	return error ? CTL_EXIT_FAILED : CTL_EXIT_OK;
}
