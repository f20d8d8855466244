/*
 * random.c - lives of directors, each decided by one number: `random [--seeds N] [--from K] [--world NAME] [--without MASK]
 * [--verbose]`. Seven seeds of ten are of the world "alone" (one virtual router on each director), three of "groups" (sync groups
 * on several networks); of those, three and one are "alone_full" and "groups_full", in which hooks, leases and suspicions take part
 * (lives.h). The first broken rule stops the run. Then orders of that seed are left out one by one, as long as it
 * fails all the same; what is left is shown with its trace and with the words that run it again. One seed in a hundred is run
 * twice, and the second time wall clocks stay right and nobody replays packets: that must be the same life.
 */
#include "lives.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AGAIN = 100 };

struct args {
	uint64_t from, seeds, without;
	const struct world *world; /* NULL: by seed */
	bool is_verbose;
};

static const struct world *const by_seed[10] = { &world_alone, &world_alone, &world_alone, &world_alone, &world_alone_full,
	&world_alone_full, &world_alone_full, &world_groups, &world_groups, &world_groups_full };

static const struct world *world_named(const char *name)
{
	unsigned i;

	for (i = 0; i < 10; i++)
		if (!strcmp(by_seed[i]->name, name))
			return by_seed[i];
	return NULL;
}

static const struct world *world_of(const struct args *a, uint64_t seed)
{
	if (a->world)
		return a->world;
	return by_seed[seed % 10];
}

static bool run(const struct world *w, struct life *l, uint64_t seed, uint64_t skip, bool is_verbose)
{
	memset(l, 0, w->size);
	l->skip = skip;
	l->is_verbose = is_verbose;
	l->is_full = w->is_full;
	w->run(l, seed);
	return !l->sim.failure[0];
}

/* Leaves out order after order, as long as it fails all the same; then shows what is left. */
static void show_failure(const struct world *w, struct life *l, uint64_t seed, uint64_t skip)
{
	unsigned i;

	(void)run(w, l, seed, skip, false);
	for (i = 0; i < l->n_orders; i++)
		if (!(skip >> i & 1) && !run(w, l, seed, skip | UINT64_C(1) << i, false))
			skip |= UINT64_C(1) << i;
	(void)run(w, l, seed, skip, true);
	w->print(l);
	printf("again: --world %s --from %" PRIu64 " --seeds 1 --without 0x%" PRIx64 "\n", w->name, seed, skip);
	printf("seed %" PRIu64 " at %.6f s: %s\n", seed, (double)l->sim.now.usec / 1e6, l->sim.failure);
}

/* S15: the same again gives the same. S12: so it does without those who have no key, and with right clocks. */
static bool is_same_again(const struct world *w, struct life *l, uint64_t seed, uint64_t skip)
{
	const uint64_t hash = l->hash, idle = l->idle;

	if (run(w, l, seed, skip | idle, false) && l->hash != hash)
		sim_fail(&l->sim, "S12, S15: seed %" PRIu64 " is not what it was, without 0x%" PRIx64, seed, idle);
	return !l->sim.failure[0];
}

static bool read_args(struct args *a, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--verbose"))
			a->is_verbose = true;
		else if (i + 1 == argc)
			return false;
		else if (!strcmp(argv[i], "--seeds"))
			a->seeds = strtoull(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--from"))
			a->from = strtoull(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--without"))
			a->without = strtoull(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--world"))
			a->world = world_named(argv[++i]);
		else
			return false;
	}
	return true;
}

static bool live(const struct args *a, struct life *l, uint64_t seed)
{
	const struct world *w = world_of(a, seed);

	if (!run(w, l, seed, a->without, a->is_verbose)) {
		show_failure(w, l, seed, a->without);
		return false;
	}
	if (seed % AGAIN == 0 && !is_same_again(w, l, seed, a->without)) {
		printf("%s\n", l->sim.failure);
		return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct args a = { .seeds = 1000 };
	bool is_good = read_args(&a, argc, argv);
	struct life *l = malloc(world_alone.size > world_groups.size ? world_alone.size : world_groups.size);
	uint64_t i;

	if (!is_good)
		fprintf(stderr,
			"usage: random [--seeds N] [--from K] [--world alone|groups|alone_full|groups_full] "
			"[--without MASK] [--verbose]\n");
	for (i = 0; l && is_good && i < a.seeds; i++)
		is_good = live(&a, l, a.from + i);
	if (is_good)
		printf("%" PRIu64 " schedules, from seed %" PRIu64 "\n", a.seeds, a.from);
	free(l);
	return is_good ? 0 : 1;
}
