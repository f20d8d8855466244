/* control.c - see control.h. */
#include "daemon/control.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "io/loop.h"

enum {
	CLIENTS_MAX = 32,
	LINE_BYTES = 4096,
	LINE_MAX_BYTES = 1024 * 1024 /* root's */,
	IDLE_USEC = 5 * 1000000,
	BACKLOG = 64
};

struct control_client {
	LIST_ENTRY(control_client) link;
	struct control *ctl;
	int fd;                   /* owned */
	struct loop_watch *watch; /* owned */
	struct loop_timer *idle;  /* owned */
	uint32_t uid;
	bool is_admin, is_asked;
	size_t n_in, in_size;
	char *in;  /* owned */
	char *out; /* owned */
	size_t n_out, sent;
};

struct control {
	struct loop *loop;
	int fd;                   /* owned */
	char *path;               /* owned */
	struct loop_watch *watch; /* owned */
	control_fn *fn;
	void *ctx;
	unsigned n_clients;
	struct log_limit crowd;
	LIST_HEAD(, control_client) clients; /* owned */
};

static void client_free(struct control_client *c)
{
	LIST_REMOVE(c, link);
	c->ctl->n_clients--;
	loop_watch_free(c->watch);
	loop_timer_free(c->idle);
	close(c->fd);
	free(c->in);
	free(c->out);
	free(c);
}

static void on_idle(void *ctx, mono_t now)
{
	(void)now;
	client_free(ctx);
}

static void client_write(struct control_client *c)
{
	while (c->sent < c->n_out) {
		ssize_t n = send(c->fd, c->out + c->sent, c->n_out - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0)
			break;
		c->sent += (size_t)n;
	}
	client_free(c);
}

/* Room for more of a line; a transaction may be long, whoever may not change anything has no long lines. */
static void client_room(struct control_client *c)
{
	const size_t max = c->is_admin ? LINE_MAX_BYTES : LINE_BYTES;

	if (c->n_in + 1 < c->in_size || c->in_size >= max)
		return;
	c->in_size = c->in_size ? c->in_size * 2 : LINE_BYTES;
	c->in = x_realloc(c->in, c->in_size, 1);
}

static void client_read(struct control_client *c)
{
	ssize_t n;
	char *end;

	client_room(c);
	n = recv(c->fd, c->in + c->n_in, c->in_size - 1 - c->n_in, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		client_free(c);
		return;
	}
	end = memchr(c->in + c->n_in, '\n', (size_t)n);
	c->n_in += (size_t)n;
	c->in[c->n_in] = '\0';
	if (!end && c->n_in + 1 >= (c->is_admin ? LINE_MAX_BYTES : LINE_BYTES)) {
		client_free(c);
		return;
	}
	if (!end)
		return;
	*end = '\0';
	c->is_asked = true;
	loop_watch_set(c->watch, 0);
	loop_timer_at(c->idle, mono_add(mono_now(), IDLE_USEC)); /* it must not be freed before its answer */
	c->ctl->fn(c->ctl->ctx, c, c->in, c->is_admin);
}

static void on_client(void *ctx, int fd, unsigned ready)
{
	struct control_client *c = ctx;

	(void)fd;
	if (c->out)
		client_write(c);
	else if (ready & LOOP_READ && !c->is_asked)
		client_read(c);
}

void control_reply(struct control_client *c, const char *text, size_t len)
{
	c->out = x_calloc(1, len + 1);
	memcpy(c->out, text, len);
	c->n_out = len;
	loop_watch_set(c->watch, LOOP_WRITE);
	loop_timer_at(c->idle, mono_add(mono_now(), IDLE_USEC));
}

int control_client_fd(const struct control_client *c)
{
	return c->fd;
}

uint32_t control_client_uid(const struct control_client *c)
{
	return c->uid;
}

bool control_is_open(const struct control *ctl, const struct control_client *c)
{
	const struct control_client *i;

	LIST_FOREACH(i, &ctl->clients, link)
		if (i == c)
			return true;
	return false;
}

static uint32_t peer_uid(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 ? cred.uid : UINT32_MAX;
}

/* Room for one more: of those that have asked nothing yet, or do not read their answer, the first goes. False: there is none. */
static bool make_room(struct control *ctl)
{
	struct control_client *c, *oldest = NULL;

	LIST_FOREACH(c, &ctl->clients, link)
		if (!c->is_asked || c->out)
			oldest = c;
	if (oldest)
		client_free(oldest);
	return oldest != NULL;
}

static void on_connect(void *ctx, int listen_fd, unsigned ready)
{
	struct control *ctl = ctx;
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct control_client *c;

	(void)ready;
	if (fd < 0)
		return;
	if (ctl->n_clients == CLIENTS_MAX) {
		log_warn_limited(&ctl->crowd, LOG_CTL, "more than %d clients on %s, one was turned away", CLIENTS_MAX,
			ctl->path);
		if (!make_room(ctl)) {
			close(fd);
			return;
		}
	}
	c = x_calloc(1, sizeof(*c));
	c->ctl = ctl;
	c->fd = fd;
	c->uid = peer_uid(fd);
	c->is_admin = c->uid == 0 || c->uid == geteuid();
	c->watch = loop_watch_new(ctl->loop, fd, LOOP_READ, on_client, c);
	c->idle = loop_timer_new(ctl->loop, on_idle, c);
	loop_timer_at(c->idle, mono_add(mono_now(), IDLE_USEC));
	LIST_INSERT_HEAD(&ctl->clients, c, link);
	ctl->n_clients++;
}

static int listen_at(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	mode_t mask;
	int fd, r = 0;

	if (strlen(path) >= sizeof(un.sun_path))
		return -ENAMETOOLONG;
	memcpy(un.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	unlink(path);
	mask = umask(0117);
	if (bind(fd, (struct sockaddr *)&un, sizeof(un)) < 0 || listen(fd, BACKLOG) < 0)
		r = -errno;
	umask(mask);
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

static struct control *control_at(struct loop *l, int fd, const char *path, control_fn *fn, void *ctx)
{
	struct control *ctl = x_calloc(1, sizeof(*ctl));

	*ctl = (struct control){ .loop = l, .fd = fd, .path = x_strdup(path), .fn = fn, .ctx = ctx };
	ctl->crowd = (struct log_limit){ .burst = 1, .per_usec = 10 * MONO_SEC };
	LIST_INIT(&ctl->clients);
	ctl->watch = loop_watch_new(l, fd, LOOP_READ, on_connect, ctl);
	return ctl;
}

struct control *control_new(struct loop *l, const char *path, control_fn *fn, void *ctx, int *reterr)
{
	int fd = listen_at(path);

	if (fd < 0) {
		*reterr = fd;
		return NULL;
	}
	return control_at(l, fd, path, fn, ctx);
}

struct control *control_on(struct loop *l, int fd, const char *path, control_fn *fn, void *ctx)
{
	struct sockaddr_un un = { 0 };
	socklen_t len = sizeof(un);

	if (getsockname(fd, (struct sockaddr *)&un, &len) < 0 || un.sun_family != AF_UNIX ||
		strncmp(un.sun_path, path, sizeof(un.sun_path)) != 0)
		return NULL;
	return control_at(l, fd, path, fn, ctx);
}

/* What it asked is read first: bytes left unread would reset the connection. */
int control_hand_over(struct control *ctl, int but_fd, const char *text, size_t len)
{
	struct control_client *c, *next;
	char unread[LINE_BYTES];

	for (c = LIST_FIRST(&ctl->clients); c; c = next) {
		next = LIST_NEXT(c, link);
		if (c->fd == but_fd || c->out)
			continue;
		(void)recv(c->fd, unread, sizeof(unread), MSG_DONTWAIT);
		(void)send(c->fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		client_free(c);
	}
	return ctl->fd;
}

void control_free(struct control *ctl)
{
	struct control_client *c;

	if (!ctl)
		return;
	while ((c = LIST_FIRST(&ctl->clients)))
		client_free(c);
	loop_watch_free(ctl->watch);
	close(ctl->fd);
	unlink(ctl->path);
	free(ctl->path);
	free(ctl);
}
