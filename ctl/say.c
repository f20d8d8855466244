/* say.c - see say.h. */
#include "ctl/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "ctl/ctl.h"
#include "ctl/writer.h"

void say_document(struct writer *w)
{
	char *text = writer_text(w, NULL);

	fputs(text, stdout);
	free(text);
	writer_free(w);
}

static void say(const struct ctl *ctl, const char *prefix, const char *text)
{
	struct writer *w;

	if (!ctl->is_json) {
		fprintf(stderr, "%s%s\n", prefix, text);
		return;
	}
	w = writer_new();
	writer_str(w, "error", text);
	say_document(w);
}

int say_failed(const struct ctl *ctl, int code, const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_vprintf(&t, fmt, ap);
	va_end(ap);
	say(ctl, "vipctl: ", text_str(&t));
	text_done(&t);
	return code;
}

int say_usage(const struct ctl *ctl, const char *words)
{
	struct text t = { 0 };

	text_printf(&t, "usage: vipctl %s", words);
	say(ctl, "", text_str(&t));
	text_done(&t);
	return CTL_EXIT_USAGE;
}
