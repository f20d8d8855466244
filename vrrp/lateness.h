/*
 * lateness.h - TM-16: the protocol's timer fired so late that priorities could not be told apart. When the machine is
 * overloaded it is so for thousands of instances at once: they are gathered and said in one line. What became of one is in its
 * status.
 */
#ifndef VRRP_LATENESS_H
#define VRRP_LATENESS_H
#include <stddef.h>
#include <stdint.h>

struct lateness; /* of a process: gathers, and says it after a moment */
struct loop;

/* What one instance has to say. */
struct lateness_note {
	const char *name;
	int64_t late, spread; /* usec */
	uint8_t priority, peer;
};

enum { LATENESS_LEN = 320 };

/* What came together. Zero: nothing. */
struct lateness_sum {
	unsigned n;
	int64_t worst;
	char line[LATENESS_LEN]; /* of the worst */
};

void lateness_add(struct lateness_sum *s, const struct lateness_note *note);
/* The line into `buf`, which it returns. */
const char *lateness_str(const struct lateness_sum *s, char *buf, size_t size);

struct lateness *lateness_new(struct loop *l);
/* Says what is left to say; accepts NULL. */
void lateness_free(struct lateness *l);
void lateness_tell(struct lateness *l, const struct lateness_note *note);
#endif
