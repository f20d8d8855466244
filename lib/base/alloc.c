/* alloc.c - see alloc.h. */
#include "base/alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

/*
 * Chunks double from 64 KiB to 256 KiB and are faulted in at once: a page fault for every page costs more than the parsing. Larger
 * ones would be no faster, and what is left of the last one is lost for as long as a configuration lives.
 */
enum { ARENA_CHUNK = 64 * 1024, ARENA_CHUNK_MAX = 256 * 1024, ARENA_ALIGN = sizeof(uint64_t), TEXT_ALIGN = 1 };

struct chunk {
	struct chunk *next;
	size_t mapped; /* bytes of the mapping, this head included */
	size_t size, used;
	uint64_t data[];
};

struct arena {
	struct chunk *chunks; /* owned; the first one is being filled */
	struct chunk *spare;  /* owned: cleared */
	size_t used;
};

static void out_of_memory(void)
{
	fputs("vipd: out of memory\n", stderr);
	abort();
}

void *x_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *x_array(size_t n, size_t size)
{
	return n ? x_calloc(n, size) : NULL;
}

void *x_realloc(void *p, size_t n, size_t size)
{
	void *q = reallocarray(p, n ? n : 1, size ? size : 1);

	if (!q)
		out_of_memory();
	return q;
}

char *x_strdup(const char *s)
{
	char *p = strdup(s);

	if (!p)
		out_of_memory();
	return p;
}

char *x_asprintf(const char *fmt, ...)
{
	char *p;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&p, fmt, ap) < 0)
		out_of_memory();
	va_end(ap);
	return p;
}

struct arena *arena_new(void)
{
	return x_calloc(1, sizeof(struct arena));
}

static void free_chunks(struct chunk *chunks)
{
	for (struct chunk *c = chunks, *next; c; c = next) {
		next = c->next;
		munmap(c, c->mapped);
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_chunks(a->chunks);
	free_chunks(a->spare);
	free(a);
}

void arena_clear(struct arena *a)
{
	for (struct chunk *c = a->chunks, *next; c; c = next) {
		next = c->next;
		memset(c->data, 0, c->used < c->size ? c->used : c->size);
		c->used = 0;
		c->next = a->spare;
		a->spare = c;
	}
	a->chunks = NULL;
	a->used = 0;
}

static size_t whole_pages(size_t size)
{
	return (size + PAGE - 1) / PAGE * PAGE;
}

void arena_fit(struct arena *a)
{
	struct chunk *c = a->chunks;
	const size_t kept = c ? whole_pages(sizeof(*c) + c->used) : 0;

	free_chunks(a->spare);
	a->spare = NULL;
	if (!c || kept >= c->mapped || munmap((char *)c + kept, c->mapped - kept) < 0)
		return;
	c->mapped = kept;
	c->size = kept - sizeof(*c);
}

/* Zeroed memory of at least `size` bytes behind its head. */
static struct chunk *chunk_map(size_t size)
{
	const size_t mapped = whole_pages(sizeof(struct chunk) + size);
	struct chunk *c = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (c == MAP_FAILED)
		out_of_memory();
	c->mapped = mapped;
	c->size = mapped - sizeof(*c);
	return c;
}

/* A spare chunk with room for `size` bytes, or NULL. */
static struct chunk *take_spare(struct arena *a, size_t size)
{
	struct chunk **at = &a->spare, *c;

	while (*at && (*at)->size < size)
		at = &(*at)->next;
	c = *at;
	if (c)
		*at = c->next;
	return c;
}

static struct chunk *chunk_for(struct arena *a, size_t size)
{
	struct chunk *c = a->chunks;
	size_t room = c ? c->mapped * 2 : ARENA_CHUNK;

	if (c && c->used <= c->size && c->size - c->used >= size)
		return c;
	if (room > ARENA_CHUNK_MAX)
		room = ARENA_CHUNK_MAX;
	c = take_spare(a, size);
	c = c ? c : chunk_map(size > room ? size : room);
	c->next = a->chunks;
	a->chunks = c;
	return c;
}

static void *alloc_aligned(struct arena *a, size_t size, size_t align)
{
	struct chunk *c = a->chunks;
	char *p;

	if (c)
		c->used = (c->used + align - 1) / align * align;
	c = chunk_for(a, size);
	p = (char *)c->data + c->used;
	c->used += size;
	a->used += size;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return alloc_aligned(a, (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN, ARENA_ALIGN);
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *p = alloc_aligned(a, len + 1, TEXT_ALIGN);

	memcpy(p, s, len);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p, *tmp;

	va_start(ap, fmt);
	if (vasprintf(&tmp, fmt, ap) < 0)
		out_of_memory();
	va_end(ap);
	p = arena_strdup(a, tmp);
	free(tmp);
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
