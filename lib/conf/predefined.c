/* predefined.c - see expand.h: ${_PWD}, ${_INSTANCE}, ${_RANDOM [MIN [MAX]]}, ${_ENV NAME}, ${_HASH}, ${_BANG}. */
#include "conf/expand.h"
#include "conf/sources.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { RANDOM_MAX_DEFAULT = 32767, ARGS_SIZE = 256 };

static bool is_called(const struct reference *ref, const char *name)
{
	return strlen(name) == ref->name_len && !memcmp(name, ref->name, ref->name_len);
}

/* splitmix64, from random_seed on; the kernel's numbers before. */
static uint64_t draw(struct expander *ex)
{
	uint64_t z;

	if (!ex->is_seeded)
		return getrandom(&z, sizeof(z), 0) == sizeof(z) ? z : 0;
	z = ex->random += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* The next number of `s`; false when something else stands there. */
static bool next_number(const char **s, unsigned long *ret)
{
	char *end;

	while (line_is_blank(**s))
		++*s;
	if (**s < '0' || **s > '9')
		return false;
	errno = 0;
	*ret = strtoul(*s, &end, 10);
	*s = end;
	return !errno && *ret <= UINT32_MAX && (!**s || line_is_blank(**s));
}

static const char *random_value(struct expander *ex, const char *args, const struct place *at, char *buf, size_t size)
{
	unsigned long low = 0, high = RANDOM_MAX_DEFAULT;

	sources_vary(ex->sources);
	if (*args &&
		(!next_number(&args, &low) || (*args && !next_number(&args, &high)) || args[strspn(args, " \t")])) {
		report_add(ex->report, CONF_ERROR, at, "the numbers of ${_RANDOM} cannot be read");
		report_hint(ex->report, "${_RANDOM [MIN [MAX]]}, 0 to 4294967295 each");
	} else if (low > high) {
		report_add(ex->report, CONF_ERROR, at, "the smallest number, %lu, is above the largest, %lu", low,
			high);
	} else {
		low += (unsigned long)(draw(ex) % (high - low + 1));
	}
	snprintf(buf, size, "%lu", low);
	return buf;
}

static const char *environment(struct expander *ex, const char *name, const struct place *at)
{
	const char *value = getenv(name);

	if (!value)
		report_add(ex->report, CONF_ENVIRONMENT, at, "the environment variable '%s' is not set", name);
	return value;
}

const char *expand_predefined(struct expander *ex, const struct reference *ref, const struct place *at, char *buf,
	size_t size)
{
	char args[ARGS_SIZE] = "";
	const char *arg = args;

	if (ref->name[0] != '_' || ref->args_len >= sizeof(args))
		return NULL;
	if (ref->args_len)
		memcpy(args, ref->args, ref->args_len);
	for (size_t n = ref->args_len; n && line_is_blank(args[n - 1]); n--)
		args[n - 1] = '\0';
	while (line_is_blank(*arg))
		arg++;
	if (is_called(ref, "_PWD"))
		return expand_directory(ex);
	if (is_called(ref, "_INSTANCE"))
		return ex->config_id;
	if (is_called(ref, "_HASH"))
		return "\\#";
	if (is_called(ref, "_BANG"))
		return "\\!";
	if (is_called(ref, "_ENV"))
		return environment(ex, arg, at);
	return is_called(ref, "_RANDOM") ? random_value(ex, arg, at, buf, size) : NULL;
}
