/* dump.c - see dump.h. */
#include "daemon/dump.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "daemon/file.h"
#include "daemon/options.h"
#include "daemon/query.h"
#include "daemon/state.h"

static void on_status(void *ctx, const char *text, size_t len)
{
	struct daemon *d = ctx;
	char *path = x_asprintf("%s/status.json", d->opt->run_dir);
	int r = file_replace(path, text, len);

	if (r < 0)
		log_error(LOG_MAIN, "cannot write %s: %s", path, strerror(-r));
	else
		log_info(LOG_MAIN, "state and counters are in %s", path);
	free(path);
}

void dump_now(struct daemon *d, const char *asked_by)
{
	log_info(LOG_MAIN, "%s: writing state and counters", asked_by);
	query_ask(d->query, QUERY_EVERYBODY, QUERY_ALL, on_status, d);
}
