/*
 * inherit.h - what is not written: a check takes it from its real_server, that from its virtual_server, that from the default. The
 * functions are conf_block.inherit of these blocks and may run in any order and more than once: only what was written counts.
 */
#ifndef CHECKERS_INHERIT_H
#define CHECKERS_INHERIT_H

struct conf_read;

void inherit_check(struct conf_read *rd, void *out, const void *parent);
void inherit_server(struct conf_read *rd, void *out, const void *parent);
/* Also of all servers and checks in it: it runs when the whole block was read. */
void inherit_service(struct conf_read *rd, void *out, const void *parent);
#endif
