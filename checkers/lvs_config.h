/* lvs_config.h - one accepted configuration in the lvs process: the structs, and the bytes that they were read from. */
#ifndef CHECKERS_LVS_CONFIG_H
#define CHECKERS_LVS_CONFIG_H
#include "checkers/conf.h"

struct arena;
struct message;
struct weight_edits;

struct lvs_config {
	struct arena *arena; /* owned */
	struct checkers_config conf;
	int fd; /* owned: sealed, what it was read from; -1: not kept */
};

/* Reads main's sealed bytes; `fd` is borrowed. NULL once it was logged why not. */
struct lvs_config *lvs_config_read(int fd);
/*
 * Where MSG_CONFIG has the bytes that it was read from (`generation`), or others in weights alone: it is what reading them would
 * make, and `ret` tells what was changed in it; weights_done(). False: nothing was.
 */
bool lvs_config_edit(struct lvs_config *c, uint32_t generation, const struct message *m, struct weight_edits *ret);
/* Accepts NULL. */
void lvs_config_free(struct lvs_config *c);
#endif
