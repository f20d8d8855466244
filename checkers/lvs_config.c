/* lvs_config.c - see lvs_config.h. */
#include "checkers/lvs_config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "checkers/weights.h"
#include "conf/report.h"
#include "io/memfd.h"
#include "io/message.h"

/* 0, or -EINVAL. The lines are for the reading alone: configurations are compared by what their services are. */
static int read_bytes(struct lvs_config *c, const char *data, size_t len)
{
	struct report *report = report_new();
	struct conf_view view = { &checkers_root, &c->conf };
	struct conf_read rd = { .report = report, .arena = c->arena };
	int r = schema_read_apart(&rd, &view, data, len);

	report_free(report);
	return r;
}

/* Main has accepted these bytes: an error here means that the two do not agree. */
struct lvs_config *lvs_config_read(int fd)
{
	struct lvs_config *c = x_calloc(1, sizeof(*c));
	size_t len = 0;
	char *data = NULL;
	int r = memfd_read(fd, &data, &len);

	c->arena = arena_new();
	c->fd = -1;
	if (r == 0)
		r = read_bytes(c, data, len);
	free(data);
	if (r == 0) {
		arena_fit(c->arena);
		c->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		return c;
	}
	log_error(LOG_LVS, "the configuration cannot be read: %s", strerror(-r));
	lvs_config_free(c);
	return NULL;
}

bool lvs_config_edit(struct lvs_config *c, uint32_t generation, const struct message *m, struct weight_edits *ret)
{
	int kept;

	if (c->fd < 0 || !(weights_told(m, generation, ret) || weights_find(c->fd, m->fd, ret)))
		return false;
	kept = ret->n ? fcntl(m->fd, F_DUPFD_CLOEXEC, 0) : -1;
	if (ret->n && (kept < 0 || !weights_apply(ret, &c->conf))) {
		weights_done(ret);
		if (kept >= 0)
			close(kept);
		return false;
	}
	if (kept >= 0) {
		close(c->fd);
		c->fd = kept;
	}
	return true;
}

void lvs_config_free(struct lvs_config *c)
{
	if (!c)
		return;
	if (c->fd >= 0)
		close(c->fd);
	arena_free(c->arena);
	free(c);
}
