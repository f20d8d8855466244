/* auth_memory.c - see auth_memory.h. */
#include "vrrp/auth_memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "vrrp/auth.h"

struct auth_memory_item {
	char *name;       /* owned */
	struct addr addr; /* AF_UNSPEC: our own sequence */
	uint64_t number;
};

void auth_memory_write(struct text *t, const char *name, const struct auth *a)
{
	if (!a)
		return;
	if (a->sent)
		text_printf(t, "sequence %" PRIu64 " %s\n", a->sent, name);
	for (unsigned i = 0; i < a->n_senders; i++) {
		const struct auth_sender *s = &a->sender[i];
		char addr[ADDR_STRLEN];

		if (s->has_mark)
			text_printf(t, "mark %" PRIu64 " %s %s\n", s->mark, addr_str(&s->addr, addr), name);
	}
}

static void add(struct auth_memory *m, const char *name, const struct addr *addr, uint64_t number)
{
	m->item = x_realloc(m->item, m->n + 1, sizeof(*m->item));
	m->item[m->n++] = (struct auth_memory_item){ x_strdup(name), *addr, number };
}

void auth_memory_read(struct auth_memory *m, const char *line)
{
	const bool is_mark = !strncmp(line, "mark ", 5);
	struct addr addr = { 0 };
	char text[ADDR_STRLEN];
	uint64_t number;
	char *rest;
	int used = 0;

	if (!is_mark && strncmp(line, "sequence ", 9) != 0)
		return;
	number = strtoull(strchr(line, ' ') + 1, &rest, 10);
	if (*rest++ != ' ')
		return;
	if (is_mark && (sscanf(rest, "%45s %n", text, &used) != 1 || used == 0 || addr_parse(text, &addr) < 0))
		return;
	if (rest[used])
		add(m, rest + used, &addr, number);
}

bool auth_memory_knows(const struct auth_memory *m, const char *name)
{
	for (unsigned i = 0; i < m->n; i++)
		if (!strcmp(m->item[i].name, name))
			return true;
	return false;
}

void auth_memory_apply(const struct auth_memory *m, const char *name, struct auth *a)
{
	for (unsigned i = 0; i < m->n; i++) {
		const struct auth_memory_item *it = &m->item[i];

		if (strcmp(it->name, name) != 0)
			continue;
		if (addr_is_set(&it->addr))
			auth_restore(a, &it->addr, it->number);
		else
			a->sent = it->number;
	}
}

void auth_memory_done(struct auth_memory *m)
{
	for (unsigned i = 0; i < m->n; i++)
		free(m->item[i].name);
	free(m->item);
	*m = (struct auth_memory){ 0 };
}
