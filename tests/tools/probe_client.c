/*
 * probe_client - one UDP datagram every MICROSECONDS to the VIP; each answer carries who answered. What it prints is what a client
 * of the pair lived through: losses, the longest gap, and when the answers moved from one director to the other.
 *   probe_client VIP PORT MICROSECONDS [SECONDS]
 * Prints "ready" after the first answer, then one JSON object when SECONDS are over or on SIGTERM / SIGINT.
 * Times are CLOCK_MONOTONIC; a gap runs from the first unanswered datagram to the next answered one.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SEQ = 8, NAME_ROOM = 32, DIRECTORS = 8, GRACE_USEC = 300000, GAPS_PRINTED = 20 };

struct director {
	char name[NAME_ROOM];
	uint64_t answers;
};

struct shot {
	int64_t sent; /* usec */
	uint8_t by;   /* 1 + index of the director that answered, 0: nobody yet */
};

struct probe {
	int fd;
	struct sockaddr_in to;
	int64_t interval;
	struct shot *shot;
	uint64_t count, room;
	struct director director[DIRECTORS];
	unsigned directors;
	bool said_ready;
};

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	(void)sig;
	stopped = 1;
}

static int64_t now_usec(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void send_one(struct probe *p)
{
	if (p->count == p->room) {
		p->room = p->room ? 2 * p->room : 65536;
		p->shot = realloc(p->shot, p->room * sizeof(*p->shot));
		if (!p->shot)
			abort();
	}
	p->shot[p->count] = (struct shot){ .sent = now_usec() };
	(void)sendto(p->fd, &p->count, SEQ, 0, (struct sockaddr *)&p->to, sizeof(p->to));
	p->count++;
}

static uint8_t director_index(struct probe *p, const char *name, size_t len)
{
	for (unsigned i = 0; i < p->directors; i++)
		if (strlen(p->director[i].name) == len && !memcmp(p->director[i].name, name, len))
			return (uint8_t)(i + 1);
	if (p->directors == DIRECTORS || len >= NAME_ROOM)
		return 0;
	memcpy(p->director[p->directors].name, name, len);
	return (uint8_t)++p->directors;
}

static void receive_all(struct probe *p)
{
	char data[SEQ + NAME_ROOM];
	ssize_t n;

	while ((n = recv(p->fd, data, sizeof(data), MSG_DONTWAIT)) > 0) {
		uint64_t seq;
		if (n <= SEQ)
			continue;
		memcpy(&seq, data, SEQ);
		uint8_t by = director_index(p, data + SEQ, (size_t)n - SEQ);
		if (seq >= p->count || p->shot[seq].by || !by)
			continue;
		p->shot[seq].by = by;
		p->director[by - 1].answers++;
		if (!p->said_ready) {
			puts("ready");
			fflush(stdout);
			p->said_ready = true;
		}
	}
}

static void wait_until(struct probe *p, int64_t when)
{
	struct pollfd fd = { .fd = p->fd, .events = POLLIN };

	for (int64_t left = when - now_usec(); left > 0; left = when - now_usec()) {
		struct timespec ts = { .tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000 };
		if (ppoll(&fd, 1, &ts, NULL) > 0)
			receive_all(p);
		else if (errno == EINTR && stopped)
			return;
	}
}

static void run(struct probe *p, int64_t seconds)
{
	int64_t start = now_usec();
	int64_t end = seconds ? start + seconds * 1000000 : INT64_MAX;

	for (int64_t next = start; next < end && !stopped; next += p->interval) {
		wait_until(p, next);
		send_one(p);
		receive_all(p);
	}
	stopped = 0;
	wait_until(p, now_usec() + GRACE_USEC);
	receive_all(p);
}

static void print_moves(const struct probe *p)
{
	uint8_t last = 0;

	printf("\"moves\": [");
	for (uint64_t i = 0; i < p->count; i++) {
		if (!p->shot[i].by || p->shot[i].by == last)
			continue;
		printf("%s[%.3f, \"%s\"]", last ? ", " : "", (double)p->shot[i].sent / 1e6,
			p->director[p->shot[i].by - 1].name);
		last = p->shot[i].by;
	}
	printf("], ");
}

/* Lost datagrams before the first answer are no gap: the pair may not have been up yet; `skipped` says how many. */
static void print_gaps(const struct probe *p)
{
	uint64_t first = 0;
	uint64_t lost = 0;
	int64_t longest = 0;
	unsigned printed = 0;

	while (first < p->count && !p->shot[first].by)
		first++;
	printf("\"skipped\": %llu, \"gaps\": [", (unsigned long long)first);
	for (uint64_t i = first; i < p->count; i++) {
		uint64_t from = i;
		if (p->shot[i].by)
			continue;
		while (i < p->count && !p->shot[i].by)
			i++;
		int64_t until = i < p->count ? p->shot[i].sent : p->shot[p->count - 1].sent + p->interval;
		lost += i - from;
		longest = until - p->shot[from].sent > longest ? until - p->shot[from].sent : longest;
		if (printed++ < GAPS_PRINTED)
			printf("%s[%.3f, %.3f, %llu]", printed > 1 ? ", " : "", (double)p->shot[from].sent / 1e6,
				(double)(until - p->shot[from].sent) / 1e3, (unsigned long long)(i - from));
	}
	printf("], \"sent\": %llu, \"lost\": %llu, \"longest_gap_ms\": %.3f, ", (unsigned long long)(p->count - first),
		(unsigned long long)lost, (double)longest / 1e3);
}

static void print_json(const struct probe *p)
{
	printf("{");
	print_moves(p);
	print_gaps(p);
	printf("\"answers\": {");
	for (unsigned i = 0; i < p->directors; i++)
		printf("%s\"%s\": %llu", i ? ", " : "", p->director[i].name,
			(unsigned long long)p->director[i].answers);
	printf("}}\n");
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct probe p = { .to = { .sin_family = AF_INET } };
	int room = 1 << 20;

	if (argc < 4 || inet_pton(AF_INET, argv[1], &p.to.sin_addr) != 1 || atoi(argv[3]) < 100) {
		fputs("usage: probe_client VIP PORT MICROSECONDS [SECONDS]\n", stderr);
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	p.to.sin_port = htons((uint16_t)atoi(argv[2]));
	p.interval = atoi(argv[3]);
	p.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (p.fd < 0) {
		perror("probe_client");
		return 1;
	}
	(void)setsockopt(p.fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	run(&p, argc > 4 ? atoi(argv[4]) : 0);
	print_json(&p);
	free(p.shot);
	return 0;
}
