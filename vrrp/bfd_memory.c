/* bfd_memory.c - see bfd_memory.h. */
#include "vrrp/bfd_memory.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

struct bfd_memory_item {
	struct bfd_past past;
	char *text; /* owned: name and reason, each with its NUL */
};

/* A number of struct bfd_past, at most `max`. */
struct number {
	size_t offset, size;
	uint64_t max;
};

#define NUMBER(field, most)                                                                   \
	{                                                                                     \
		offsetof(struct bfd_past, field), sizeof(((struct bfd_past *)0)->field), most \
	}

static const struct number numbers[] = {
	NUMBER(is_multihop, 1),
	NUMBER(is_settled, 1),
	NUMBER(is_excused, 1),
	NUMBER(port, UINT16_MAX),
	NUMBER(rx, UINT64_MAX),
	NUMBER(tx, UINT64_MAX),
	NUMBER(up, UINT64_MAX),
	NUMBER(down, UINT64_MAX),
	NUMBER(since.usec, INT64_MAX),
	NUMBER(bfd.state, BFD_STATE_MAX - 1),
	NUMBER(bfd.diag, BFD_DIAG_MAX - 1),
	NUMBER(bfd.discriminator, UINT32_MAX),
	NUMBER(bfd.remote.discriminator, UINT32_MAX),
	NUMBER(bfd.remote.state, BFD_STATE_MAX - 1),
	NUMBER(bfd.remote.diag, UINT8_MAX),
	NUMBER(bfd.remote.multiplier, UINT8_MAX),
	NUMBER(bfd.remote.is_demand, 1),
	NUMBER(bfd.remote.desired_tx, UINT32_MAX),
	NUMBER(bfd.remote.required_rx, UINT32_MAX),
	NUMBER(bfd.desired_tx, UINT32_MAX),
	NUMBER(bfd.required_rx, UINT32_MAX),
	NUMBER(bfd.used_tx, UINT32_MAX),
	NUMBER(bfd.used_rx, UINT32_MAX),
	NUMBER(bfd.is_polling, 1),
};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static uint64_t load(const struct bfd_past *p, const struct number *n)
{
	const char *at = (const char *)p + n->offset;
	uint64_t wide;
	uint32_t middle;
	uint16_t narrow;

	switch (n->size) {
	case sizeof(wide):
		memcpy(&wide, at, sizeof(wide));
		return wide;
	case sizeof(middle):
		memcpy(&middle, at, sizeof(middle));
		return middle;
	case sizeof(narrow):
		memcpy(&narrow, at, sizeof(narrow));
		return narrow;
	}
	return *(const uint8_t *)at;
}

static void store(struct bfd_past *p, const struct number *n, uint64_t value)
{
	char *at = (char *)p + n->offset;
	const uint32_t middle = (uint32_t)value;
	const uint16_t narrow = (uint16_t)value;

	switch (n->size) {
	case sizeof(value):
		memcpy(at, &value, sizeof(value));
		return;
	case sizeof(middle):
		memcpy(at, &middle, sizeof(middle));
		return;
	case sizeof(narrow):
		memcpy(at, &narrow, sizeof(narrow));
		return;
	}
	*(uint8_t *)at = (uint8_t)value;
}

void bfd_memory_write(struct text *t, const struct bfd_past *p)
{
	char neighbor[ADDR_STRLEN], source[ADDR_STRLEN];

	text_printf(t, "bfd %s %s", addr_str(&p->neighbor, neighbor), addr_str(&p->source, source));
	for (size_t i = 0; i < NUMBERS; i++)
		text_printf(t, " %" PRIu64, load(p, &numbers[i]));
	text_printf(t, " %zu %s %s\n", strlen(p->name), p->name, p->reason);
}

/* The numbers; what stands behind them, NULL when one is missing or too great. */
static const char *read_numbers(struct bfd_past *p, const char *rest)
{
	for (size_t i = 0; i < NUMBERS; i++) {
		char *end;
		const uint64_t value = strtoull(rest, &end, 10);

		if (end == rest || *end != ' ' || value > numbers[i].max)
			return NULL;
		store(p, &numbers[i], value);
		rest = end;
	}
	return rest;
}

/* "LENGTH NAME REASON": name and reason become two strings in one piece of memory, which is returned; NULL: not so. */
static char *read_names(struct bfd_past *p, const char *rest)
{
	char *end, *text;
	const size_t len = strtoul(rest, &end, 10);

	if (end == rest || *end != ' ' || len == 0 || strlen(end + 1) <= len || end[1 + len] != ' ')
		return NULL;
	text = x_strdup(end + 1);
	text[len] = '\0';
	p->name = text;
	p->reason = text + len + 1;
	return text;
}

/* Of the state variables those that fit together. */
static bool is_possible(struct bfd_past *p)
{
	p->bfd.is_started = p->bfd.state != BFD_ADMIN_DOWN;
	p->bfd.detect_at = p->bfd.remote.discriminator ? p->since : MONO_NEVER;
	p->bfd.send_at = MONO_NEVER;
	return p->bfd.is_started && p->bfd.discriminator != 0 && bfd_is_sane(&p->bfd);
}

void bfd_memory_read(struct bfd_memory *m, const char *line)
{
	char neighbor[ADDR_STRLEN] = "", source[ADDR_STRLEN] = "", *text;
	struct bfd_past p = { .is_multihop = false };
	int at = 0;

	_Static_assert(ADDR_STRLEN == 46, "the widths below are one less");
	if (sscanf(line, "bfd %45s %45s%n", neighbor, source, &at) != 2 || at == 0)
		return;
	if (addr_parse(neighbor, &p.neighbor) < 0 || (strcmp(source, "-") != 0 && addr_parse(source, &p.source) < 0))
		return;
	line = read_numbers(&p, line + at);
	text = line ? read_names(&p, line) : NULL;
	if (!text || !is_possible(&p)) {
		free(text);
		return;
	}
	m->item = x_realloc(m->item, m->n + 1, sizeof(*m->item));
	m->item[m->n++] = (struct bfd_memory_item){ p, text };
}

const struct bfd_past *bfd_memory_find(const struct bfd_memory *m, const char *name)
{
	for (unsigned i = 0; i < m->n; i++)
		if (!strcmp(m->item[i].past.name, name))
			return &m->item[i].past;
	return NULL;
}

void bfd_memory_done(struct bfd_memory *m)
{
	for (unsigned i = 0; i < m->n; i++)
		free(m->item[i].text);
	free(m->item);
	*m = (struct bfd_memory){ 0 };
}
