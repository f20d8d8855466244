/* checker.c - the registry of all kinds of checks, and the one way to fill a result. */
#include "checkers/checker.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct checker *const checker_registry[] = { &tcp_checker, &http_checker, NULL };

const struct checker *checker_find(const char *name)
{
	for (const struct checker *const *c = checker_registry; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

void check_result_set(struct check_result *r, enum check_reason reason, const char *fmt, ...)
{
	va_list ap;

	r->reason = reason;
	r->ended = mono_now();
	va_start(ap, fmt);
	vsnprintf(r->detail, sizeof(r->detail), fmt, ap);
	va_end(ap);
}
