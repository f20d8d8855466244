/*
 * pattern.h - private to lib/conf: the names that the pattern of an include line stands for. Braces as in csh, then wildcards as in
 * glob(7); both are bounded, so that no pattern takes memory or time without end.
 */
#ifndef CONF_PATTERN_H
#define CONF_PATTERN_H
#include <stdbool.h>

enum {
	PATTERN_LENGTH = 4095,       /* bytes */
	PATTERN_ALTERNATIVES = 1024, /* of the braces of one pattern */
	PATTERN_NAMES = 10000,       /* that fit one pattern */
	PATTERN_ENTRIES = 200000,    /* of directories that are looked through */
};

/* A growing list of names; done with pattern_done(). */
struct pattern_list {
	char **name; /* owned, as its strings */
	unsigned n, cap;
};

void pattern_done(struct pattern_list *l);
/* The alternatives of "{foo/{,cat,dog},bar}", in order; without braces the pattern itself. 0 or -E2BIG. */
int pattern_braces(const char *pattern, struct pattern_list *ret);
/* Whether it has one of * ? [ that is not escaped. */
bool pattern_is_wild(const char *pattern);
/*
 * Appends the existing files that fit a pattern without braces, sorted by their bytes; relative ones start at `directory`, which is
 * no pattern. A leading dot must be written. 0 or -E2BIG.
 */
int pattern_files(const char *directory, const char *pattern, struct pattern_list *ret);
#endif
