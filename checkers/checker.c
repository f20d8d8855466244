/* checker.c - the registry of all kinds of checks, and the one way to fill a result. */
#include "checkers/checker.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "checkers/conf.h"

/* A deadline seen later than this says that we slept, not that the server did. */
static const int64_t STALL = MONO_SEC;

const struct checker *const checker_registry[] = { &tcp_checker, &http_checker, &bfd_checker, NULL };

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

bool check_deadline(bool *is_late)
{
	bool is_over = *is_late;

	*is_late = true;
	return is_over;
}

void check_result_late(struct check_result *r, const struct check_run *run, enum check_reason reason, const char *what)
{
	int64_t late = mono_diff(mono_now(), run->deadline);

	if (late > STALL)
		check_result_set(r, CHECK_LOCAL, "this process was held up for %.1f s", (double)late / 1e6);
	else
		check_result_set(r, reason, "%s: no answer within %.3g s", what,
			(double)run->conf->how->connect_timeout / 1e6);
}
