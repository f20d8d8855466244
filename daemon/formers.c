/* formers.c - see formers.h. */
#include "daemon/formers.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "daemon/conf.h"
#include "io/memfd.h"

enum { FORMERS_MAX = 16 };

struct former {
	STAILQ_ENTRY(former) link;
	struct config *config; /* owned */
	uint32_t since, generation;
};

void formers_init(struct formers *f)
{
	*f = (struct formers){ .fd = -1 };
	STAILQ_INIT(&f->all);
}

static void forget_oldest(struct formers *f)
{
	struct former *e = STAILQ_FIRST(&f->all);

	STAILQ_REMOVE_HEAD(&f->all, link);
	f->n--;
	config_free(e->config);
	free(e);
}

static void drop_inherited(struct formers *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

void formers_done(struct formers *f)
{
	while (!STAILQ_EMPTY(&f->all))
		forget_oldest(f);
	drop_inherited(f);
}

void formers_add(struct formers *f, struct config *c, uint32_t since, uint32_t generation)
{
	struct former *e = x_calloc(1, sizeof(*e));

	*e = (struct former){ .config = c, .since = since, .generation = generation };
	STAILQ_INSERT_TAIL(&f->all, e, link);
	if (++f->n > FORMERS_MAX)
		forget_oldest(f);
}

void formers_inherit(struct formers *f, int fd, uint32_t generation)
{
	drop_inherited(f);
	f->fd = fd;
	f->fd_generation = generation;
}

void formers_forget(struct formers *f, uint32_t generation)
{
	while (!STAILQ_EMPTY(&f->all) && STAILQ_FIRST(&f->all)->generation < generation)
		forget_oldest(f);
	if (f->fd_generation < generation)
		drop_inherited(f);
}

static bool is_same(int fd, const struct config *c)
{
	int other = config_whole(c);
	bool same = other >= 0 && memfd_same(fd, other);

	if (other >= 0)
		close(other);
	return same;
}

/* Most often the file is what it was: then nothing is read. */
static const struct config *find_inherited(struct formers *f, const struct config *running)
{
	struct config *c;

	if (running->kept && is_same(f->fd, running))
		return running;
	c = config_read_whole(f->fd);
	drop_inherited(f);
	if (c)
		formers_add(f, c, f->fd_generation, f->fd_generation);
	return c;
}

const struct config *formers_find(struct formers *f, uint32_t generation, const struct config *running)
{
	const struct former *e;

	STAILQ_FOREACH(e, &f->all, link)
		if (generation >= e->since && generation <= e->generation)
			return e->config;
	return f->fd >= 0 && generation == f->fd_generation ? find_inherited(f, running) : NULL;
}
