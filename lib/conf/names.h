/* names.h - named blocks, found by name: of two with one name the first one counts; what goes on over a reload is matched. */
#ifndef CONF_NAMES_H
#define CONF_NAMES_H
#include "conf/schema.h"

struct named {
	const struct conf_vec *vec;
	const char *name;
	const struct conf_node *node;
	unsigned index; /* in vec */
	void *user;
};

struct names {
	struct named *slot; /* owned; vec NULL: empty */
	unsigned n, cap;
};

/* The entry of that name in `vec`; a new one (node NULL) when there was none. Valid until the next call. */
struct named *names_get(struct names *t, const struct conf_vec *vec, const char *name);
/* The same without making one: NULL when there is none. */
struct named *names_find(const struct names *t, const struct conf_vec *vec, const char *name);
void names_done(struct names *t);
#endif
