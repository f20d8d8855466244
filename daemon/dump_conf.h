/* dump_conf.h - `vipd --dump` and -d: the effective configuration, on standard output and in the log. */
#ifndef DAEMON_DUMP_CONF_H
#define DAEMON_DUMP_CONF_H

struct config;
struct options;

/*
 * Reads and checks the file as -t does and prints what it comes to; findings go to standard error. Returns the exit code: 0, or 4
 * where the file has an error (then nothing is printed).
 */
int dump_conf_run(const struct options *o);
/* Logs a configuration line by line, without its secrets. */
void dump_conf_log(const struct config *c);
#endif
