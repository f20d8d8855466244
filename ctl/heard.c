/* heard.c - see heard.h. */
#include "ctl/heard.h"

#include <inttypes.h>

#include "ctl/reader.h"

static void show_sender(const struct jvalue *s, FILE *out)
{
	const int64_t behind = reader_int(s, "clock_behind_usec", 0);

	fprintf(out, "      %s key %" PRId64 " %s, its clock is %.3f s %s ours\n", reader_str(s, "address", "?"),
		reader_int(s, "key", 0), reader_str(s, "result", "?"), (double)(behind < 0 ? -behind : behind) / 1e6,
		behind < 0 ? "ahead of" : "behind");
}

static void show_auth(const struct jvalue *auth, FILE *out)
{
	const struct jvalue *senders = reader_get(auth, "senders");
	const char *mode = reader_str(auth, "mode", NULL);

	if (!mode)
		return;
	fprintf(out, "    auth_hmac %s, key %" PRId64 "%s\n", mode, reader_int(auth, "key", 0),
		reader_count(senders) ? ":" : ", nobody heard with a valid signature yet");
	for (size_t i = 0; i < reader_count(senders); i++)
		show_sender(reader_at(senders, i), out);
}

void heard_show(const struct jvalue *vi, FILE *out)
{
	const struct jvalue *auth = reader_get(vi, "auth"), *offenders = reader_get(vi, "offenders");

	if (reader_bool(reader_get(vi, "peer"), "first_not_link_local"))
		fputs("    NOTE the other router's list begins with an address that is not link-local (RFC 9568 5.2.9)\n",
			out);
	if (auth)
		show_auth(auth, out);
	for (size_t i = 0; i < reader_count(offenders); i++) {
		const struct jvalue *o = reader_at(offenders, i);

		fprintf(out, "    dropped %" PRId64 " adverts of %s: %s, the last %" PRId64 " s ago\n",
			reader_int(o, "count", 0), reader_str(o, "address", "others"),
			reader_str(o, "cause", "various"), reader_int(o, "last_usec", 0) / 1000000);
	}
}
