/* phase_script.h - startup_script and shutdown_script: one that main waits for, before its processes begin or after they ended. */
#ifndef DAEMON_PHASE_SCRIPT_H
#define DAEMON_PHASE_SCRIPT_H
#include <stdint.h>

struct main_globals;
struct script_conf;

/*
 * Runs it, if there is one, and waits for its end, for `seconds` at most: then its process group is killed. What came of it is
 * logged under `keyword`; nothing depends on it.
 */
void phase_script_run(const char *keyword, const struct script_conf *script, uint32_t seconds,
	const struct main_globals *g);
#endif
