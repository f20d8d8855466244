/*
 * inherit.h - what is not written: a real_server takes it from its virtual_server, that from the default (a check
 * from its server: see schema_check.c). These are conf_block.inherit of the blocks; the one of a block runs before
 * those of the blocks inside it.
 */
#ifndef CHECKERS_INHERIT_H
#define CHECKERS_INHERIT_H

struct conf_read;

void inherit_server(struct conf_read *rd, void *out, const void *parent);
/* Also drops servers that are written twice, with a warning. */
void inherit_service(struct conf_read *rd, void *out, const void *parent);
#endif
