/* conf.h - what the fuzz targets of lib/conf share. */
#ifndef FUZZ_CONF_H
#define FUZZ_CONF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf_tree;
struct report;

/* Ends the program when something that must hold does not. */
void fuzz_check(bool is_fine);
/* Reads bytes as tree_read_file() reads a file, with limits that end quickly. */
struct conf_tree *fuzz_read(const uint8_t *data, size_t size, struct report *r);
/* Every place lies in its line, all the way along place.used; the canonical form reads back to itself. */
void fuzz_check_tree(const struct conf_tree *t, struct report *r);
#endif
