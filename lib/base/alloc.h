/*
 * alloc.h - memory that is there or the process is not: x_ functions abort when memory is out, the parent
 * restarts the child. `struct arena`: many small allocations, freed as one (one configuration = one arena).
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H
#include <stddef.h>

struct arena;

/* Zeroed memory for n objects of `size` bytes; the caller frees with free(). Never NULL. */
void *x_calloc(size_t n, size_t size);
/* As x_calloc(), and NULL where there are none: thousands of empty arrays are not nothing. */
void *x_array(size_t n, size_t size);
/* realloc() for n objects of `size` bytes, overflow checked. Never NULL. New bytes are not zeroed. */
void *x_realloc(void *p, size_t n, size_t size);
char *x_strdup(const char *s);
/* printf into fresh memory; the caller frees. */
char *x_asprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* An empty arena; freed with everything in it by arena_free(). */
struct arena *arena_new(void);
void arena_free(struct arena *a);
/* Takes back all that was handed out; the memory is kept for what comes next: new pages cost more than what is done with them. */
void arena_clear(struct arena *a);
/*
 * Gives back what is free at the end: nothing more will come soon. It is up to a chunk of 256 KiB, in each of the processes that
 * hold a configuration for months. What comes all the same gets a new chunk.
 */
void arena_fit(struct arena *a);
/* Zeroed, aligned for pointers and integers of 64 bits, lives as long as the arena. Never NULL. */
void *arena_alloc(struct arena *a, size_t size);
/* The first `len` bytes of `s` and a NUL. */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Bytes handed out so far (for tests and benchmarks). */
size_t arena_used(const struct arena *a);
#endif
