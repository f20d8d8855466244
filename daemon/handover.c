/* handover.c - see handover.h. */
#include "daemon/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "io/memfd.h"

#define VARIABLE "VIPD_HANDOVER"

static void write_lines(const struct handover *h, struct text *t)
{
	text_printf(t,
		"protocol %" PRIu32 "\ngeneration %" PRIu32 "\nclient %d\nlisten %d\nconfig %d\nstarted %" PRId64
		"\ndrill %" PRId64 "\n",
		h->protocol, h->generation, h->client_fd, h->listen_fd, h->config_fd, h->started.usec,
		h->last_drill.usec);
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++)
		if (h->child[r].pid)
			text_printf(t, "child %u %d %d %d\n", (unsigned)r, (int)h->child[r].pid, h->child[r].fd,
				h->child[r].state_fd);
	if (h->lines)
		text_add(t, h->lines);
}

static void keep_over_exec(int fd, bool keep)
{
	if (fd >= 0)
		(void)fcntl(fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
}

static void keep_all(const struct handover *h, int fd, bool keep)
{
	keep_over_exec(fd, keep);
	keep_over_exec(h->client_fd, keep);
	keep_over_exec(h->listen_fd, keep);
	keep_over_exec(h->config_fd, keep);
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++) {
		keep_over_exec(h->child[r].pid ? h->child[r].fd : -1, keep);
		keep_over_exec(h->child[r].pid ? h->child[r].state_fd : -1, keep);
	}
}

int handover_exec(const struct handover *h, const char *exe, char *const argv[])
{
	struct text t = { 0 };
	char number[16];
	int fd, r;

	write_lines(h, &t);
	fd = memfd_of("vipd handover", text_str(&t), t.len);
	text_done(&t);
	if (fd < 0)
		return fd;
	snprintf(number, sizeof(number), "%d", fd);
	setenv(VARIABLE, number, 1);
	keep_all(h, fd, true);
	execv(exe, argv);
	r = -errno;
	keep_all(h, fd, false);
	unsetenv(VARIABLE);
	close(fd);
	return r;
}

static void read_line(struct handover *h, const char *line)
{
	struct handover_child c;
	unsigned role;
	int pid;

	(void)sscanf(line, "protocol %" SCNu32, &h->protocol);
	(void)sscanf(line, "generation %" SCNu32, &h->generation);
	(void)sscanf(line, "client %d", &h->client_fd);
	(void)sscanf(line, "listen %d", &h->listen_fd);
	(void)sscanf(line, "config %d", &h->config_fd);
	(void)sscanf(line, "started %" SCNd64, &h->started.usec);
	(void)sscanf(line, "drill %" SCNd64, &h->last_drill.usec);
	if (sscanf(line, "child %u %d %d %d", &role, &pid, &c.fd, &c.state_fd) != 4 || role == ROLE_MAIN ||
		role >= ROLE_MAX)
		return;
	c.pid = pid;
	h->child[role] = c;
}

bool handover_take(struct handover *ret)
{
	const char *number = getenv(VARIABLE);
	char *bytes, *rest, *line;
	size_t len;
	int fd = number ? (int)strtol(number, NULL, 10) : -1;

	*ret = (struct handover){ .client_fd = -1, .listen_fd = -1, .config_fd = -1 };
	unsetenv(VARIABLE);
	if (fd < 0 || memfd_read(fd, &bytes, &len) < 0)
		return false;
	close(fd);
	ret->lines = x_strdup(bytes);
	for (rest = bytes; (line = strsep(&rest, "\n"));)
		read_line(ret, line);
	free(bytes);
	keep_all(ret, -1, false);
	return true;
}

void handover_each(const struct handover *h, void (*take)(void *ctx, const char *line), void *ctx)
{
	char *bytes = x_strdup(h->lines ? h->lines : ""), *rest = bytes, *line;

	while ((line = strsep(&rest, "\n")))
		take(ctx, line);
	free(bytes);
}

void handover_done(struct handover *h)
{
	free(h->lines);
	h->lines = NULL;
}
