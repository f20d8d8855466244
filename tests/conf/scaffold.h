/*
 * scaffold.h - the least that has to stand around a line so that it can be read: the blocks it stands in with their arguments and
 * required lines, and the definitions that examples name.
 */
#ifndef TESTS_SCAFFOLD_H
#define TESTS_SCAFFOLD_H

struct config;
struct keyword;

/* Which of a row's values a line has: some need other lines beside them. */
enum scaffold_value { SCAFFOLD_ANY, SCAFFOLD_SMALLEST, SCAFFOLD_LARGEST };

/*
 * A configuration with `line` (which may have several lines) in the block of the keyword; the caller frees. *ret_line is the number
 * of its first line. `line` NULL: the block alone.
 */
char *scaffold_text(const struct keyword *k, const char *line, enum scaffold_value value, unsigned *ret_line);
/* The arguments and needed lines of a block, as one line: "vrrp_instance I { ... }". The caller frees. */
char *scaffold_block(const char *path, const char *name);
/* Reads a configuration with the tables of all floors; the caller frees with config_free(). */
struct config *scaffold_read(const char *text);
#endif
