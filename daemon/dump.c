/* dump.c - see dump.h. */
#include "daemon/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "daemon/options.h"
#include "daemon/query.h"
#include "daemon/state.h"

static int write_file(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, text, len);
	close(fd);
	return n == (ssize_t)len ? 0 : -EIO;
}

static void on_status(void *ctx, const char *text, size_t len)
{
	struct daemon *d = ctx;
	char *path = x_asprintf("%s/status.json", d->opt->run_dir), *tmp = x_asprintf("%s.new", path);
	int r = write_file(tmp, text, len);

	if (r == 0 && rename(tmp, path) < 0)
		r = -errno;
	if (r < 0)
		log_error(LOG_MAIN, "cannot write %s: %s", path, strerror(-r));
	else
		log_info(LOG_MAIN, "state and counters are in %s", path);
	free(path);
	free(tmp);
}

void dump_now(struct daemon *d, const char *asked_by)
{
	log_info(LOG_MAIN, "%s: writing state and counters", asked_by);
	query_ask(d->query, on_status, d);
}
