/*
 * script_identity.h - as whom a script runs: its own words, else script_user, else keepalived_script, else root
 * (keepalived.conf(5)).
 */
#ifndef DAEMON_SCRIPT_IDENTITY_H
#define DAEMON_SCRIPT_IDENTITY_H

struct job_ask;
struct main_globals;
struct script_conf;

/* Fills user, group, all_groups, must_be_safe and written of `ask`, which borrows of `script`. */
void script_identity(struct job_ask *ask, const struct script_conf *script, const struct main_globals *globals);
#endif
