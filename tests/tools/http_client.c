/*
 * http_client - starts one HTTP request every MILLISECONDS, each on a connection of its own, whatever became of the ones before,
 * and counts who answered: the first line of the body is the server's name.
 *   http_client VIP PORT MILLISECONDS
 * Every line on stdin ends a phase: one JSON object about its requests comes back on stdout (after those still under way are over)
 * and the next phase begins; "now" asks for the numbers so far instead. End of stdin ends the client.
 * Lost is what got no whole answer within PATIENCE; a gap runs from the first lost request to the start of the next answered one.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FLIGHTS = 1024, PATIENCE_USEC = 900000, REPLY_ROOM = 2048, SERVERS = 16, NAME_ROOM = 24, EVENTS = 64 };
enum fate { PENDING, ANSWERED, LOST };

struct request {
	int64_t started;
	enum fate fate;
	unsigned server;
};

struct flight {
	int fd; /* -1: free */
	bool is_sent;
	size_t index, len; /* of its request; bytes of the reply so far */
	char reply[REPLY_ROOM];
};

struct client {
	int epoll;
	struct sockaddr_in to;
	int64_t interval, next;
	struct request *request; /* of this phase */
	size_t count, room;
	struct flight flight[FLIGHTS];
	char server[SERVERS][NAME_ROOM];
	unsigned servers;
	bool is_ending; /* stdin is at its end */
};

static const char question[] = "GET / HTTP/1.0\r\nHost: vip\r\nConnection: close\r\n\r\n";

static int64_t now_usec(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void land(struct client *c, struct flight *f, enum fate fate)
{
	struct linger reset = { .l_onoff = 1 };

	if (fate == LOST)
		(void)setsockopt(f->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(f->fd);
	f->fd = -1;
	c->request[f->index].fate = fate;
}

static void start_request(struct client *c)
{
	struct flight *f = c->flight;

	if (c->count == c->room) {
		c->room = c->room ? 2 * c->room : 4096;
		c->request = realloc(c->request, c->room * sizeof(*c->request));
		if (!c->request)
			abort();
	}
	c->request[c->count] = (struct request){ .started = now_usec() };
	while (f < c->flight + FLIGHTS && f->fd >= 0)
		f++;
	if (f == c->flight + FLIGHTS) {
		c->request[c->count++].fate = LOST;
		return;
	}
	f->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	f->is_sent = false;
	f->len = 0;
	f->index = c->count++;
	struct epoll_event ev = { .events = EPOLLOUT | EPOLLIN, .data.ptr = f };
	if (f->fd < 0 || epoll_ctl(c->epoll, EPOLL_CTL_ADD, f->fd, &ev) ||
		(connect(f->fd, (struct sockaddr *)&c->to, sizeof(c->to)) && errno != EINPROGRESS))
		land(c, f, LOST);
}

static unsigned server_index(struct client *c, const char *name, size_t len)
{
	for (unsigned i = 0; i < c->servers; i++)
		if (strlen(c->server[i]) == len && !memcmp(c->server[i], name, len))
			return i;
	if (c->servers == SERVERS || len >= NAME_ROOM)
		return 0;
	memcpy(c->server[c->servers], name, len);
	return c->servers++;
}

static void read_reply(struct client *c, struct flight *f)
{
	ssize_t n = recv(f->fd, f->reply + f->len, REPLY_ROOM - 1 - f->len, 0);

	if (n > 0) {
		f->len += (size_t)n;
		return;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	f->reply[f->len] = '\0';
	const char *body = strstr(f->reply, "\r\n\r\n");
	if (n || strncmp(f->reply, "HTTP/1.", 7) || !body || !strchr(body + 4, '\n')) {
		land(c, f, LOST);
		return;
	}
	c->request[f->index].server = server_index(c, body + 4, strcspn(body + 4, "\n"));
	land(c, f, ANSWERED);
}

static void on_event(struct client *c, struct flight *f, uint32_t events)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = f };

	if (f->fd < 0)
		return;
	if (!f->is_sent && events & EPOLLOUT && !(events & (EPOLLERR | EPOLLHUP))) {
		f->is_sent = send(f->fd, question, sizeof(question) - 1, MSG_NOSIGNAL) == sizeof(question) - 1;
		if (!f->is_sent || epoll_ctl(c->epoll, EPOLL_CTL_MOD, f->fd, &ev))
			land(c, f, LOST);
	} else {
		read_reply(c, f);
	}
}

static bool wait_for_answers(struct client *c, int64_t until)
{
	struct epoll_event ev[EVENTS];
	int64_t left = until - now_usec();
	int n = epoll_wait(c->epoll, ev, EVENTS, left > 0 ? (int)((left + 999) / 1000) : 0);
	bool is_told = false;

	for (int i = 0; i < n; i++) {
		if (ev[i].data.ptr)
			on_event(c, ev[i].data.ptr, ev[i].events);
		else
			is_told = true;
	}
	return is_told;
}

static size_t give_up_the_old(struct client *c, int64_t now)
{
	size_t pending = 0;

	for (struct flight *f = c->flight; f < c->flight + FLIGHTS; f++) {
		if (f->fd < 0)
			continue;
		if (now - c->request[f->index].started >= PATIENCE_USEC)
			land(c, f, LOST);
		else
			pending++;
	}
	return pending;
}

static int64_t longest_gap(const struct client *c, int64_t now)
{
	int64_t since = -1, longest = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct request *r = &c->request[i];
		if (since >= 0 && r->fate == ANSWERED) {
			longest = r->started - since > longest ? r->started - since : longest;
			since = -1;
		} else if (since < 0 && r->fate == LOST) {
			since = r->started;
		}
	}
	return since >= 0 && now - since > longest ? now - since : longest;
}

static void report(const struct client *c)
{
	size_t fates[3] = { 0 };
	size_t answers[SERVERS] = { 0 };

	for (size_t i = 0; i < c->count; i++) {
		fates[c->request[i].fate]++;
		if (c->request[i].fate == ANSWERED)
			answers[c->request[i].server]++;
	}
	printf("{\"sent\": %zu, \"lost\": %zu, \"longest_gap_ms\": %.1f, \"answers\": {", c->count, fates[LOST],
		(double)longest_gap(c, now_usec()) / 1e3);
	for (unsigned i = 0; i < c->servers; i++)
		printf("%s\"%s\": %zu", i ? ", " : "", c->server[i], answers[i]);
	printf("}}\n");
	fflush(stdout);
}

/* A line on stdin. The phase that ends keeps its numbers until its last request is answered or given up. */
static void on_stdin(struct client *c)
{
	char line[64];
	ssize_t n = read(STDIN_FILENO, line, sizeof(line));

	if (n <= 0) {
		c->is_ending = true;
	} else if (n == 4 && !memcmp(line, "now\n", 4)) {
		report(c);
	} else {
		epoll_ctl(c->epoll, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
		while (give_up_the_old(c, now_usec()))
			wait_for_answers(c, now_usec() + 10000);
		report(c);
		c->count = 0;
		c->next = now_usec();
		struct epoll_event ev = { .events = EPOLLIN };
		epoll_ctl(c->epoll, EPOLL_CTL_ADD, STDIN_FILENO, &ev);
	}
}

int main(int argc, char **argv)
{
	struct client *c = calloc(1, sizeof(*c));
	struct epoll_event ev = { .events = EPOLLIN };

	if (!c || argc != 4 || inet_pton(AF_INET, argv[1], &c->to.sin_addr) != 1 || atoi(argv[3]) < 1) {
		fputs("usage: http_client VIP PORT MILLISECONDS\n", stderr);
		return 2;
	}
	c->to.sin_family = AF_INET;
	c->to.sin_port = htons((uint16_t)atoi(argv[2]));
	c->interval = atoi(argv[3]) * 1000;
	for (unsigned i = 0; i < FLIGHTS; i++)
		c->flight[i].fd = -1;
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll < 0 || epoll_ctl(c->epoll, EPOLL_CTL_ADD, STDIN_FILENO, &ev)) {
		perror("http_client");
		return 1;
	}
	for (c->next = now_usec(); !c->is_ending;) {
		bool is_told = wait_for_answers(c, c->next);
		int64_t now = now_usec();
		for (; c->next <= now; c->next += c->interval)
			start_request(c);
		give_up_the_old(c, now);
		if (is_told)
			on_stdin(c);
	}
	free(c->request);
	free(c);
	return 0;
}
