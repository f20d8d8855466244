/*
 * inherit.h - what is not written: a check takes it from its real_server, that from its virtual_server, that from the
 * default. These are conf_block.inherit of the blocks; the one of a block runs before
 * those of the blocks inside it.
 */
#ifndef CHECKERS_INHERIT_H
#define CHECKERS_INHERIT_H

struct checkers_config;
struct conf_read;

/* Gives each service by group the lines of its group. */
void inherit_root(struct conf_read *rd, void *out, const void *parent);
void inherit_server(struct conf_read *rd, void *out, const void *parent);
/* The same for a server of a backup_pool: from the virtual_server around that. */
void inherit_backup_server(struct conf_read *rd, void *out, const void *parent);
/* Also drops servers that are written twice in a tier, with a warning, and puts those of all tiers together. */
void inherit_service(struct conf_read *rd, void *out, const void *parent);
/* Any check whose struct begins with a struct check_conf; the second one is that of MISC_CHECK. */
void inherit_check(struct conf_read *rd, void *out, const void *parent);
void inherit_misc(struct conf_read *rd, void *out, const void *parent);
/* Once all is read: checker_log_all_failures, for checks that do not say it themselves. */
void settle_failures(struct conf_read *rd, const struct checkers_config *c);
#endif
