/*
 * probe_echo - answers every UDP datagram with its first 8 bytes and this director's name, from the address it was sent to.
 * One runs on each director of a laboratory: bound to 0.0.0.0, it answers for the VIP exactly while the VIP is here.
 *   probe_echo PORT NAME
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SEQ = 8, NAME_MAX_LEN = 32 };

union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

static int open_port(int port)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int on = 1;
	int room = 1 << 20;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) ||
		bind(fd, (struct sockaddr *)&any, sizeof(any))) {
		perror("probe_echo");
		exit(1);
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	return fd;
}

/* The answer leaves from the address the question came to, by whatever interface the route says. */
static void answer_from_destination(struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
			continue;
		struct in_pktinfo info;
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		info.ipi_spec_dst = info.ipi_addr;
		info.ipi_ifindex = 0;
		memcpy(CMSG_DATA(c), &info, sizeof(info));
	}
}

int main(int argc, char **argv)
{
	char data[SEQ + NAME_MAX_LEN];

	if (argc != 3 || strlen(argv[2]) >= NAME_MAX_LEN) {
		fputs("usage: probe_echo PORT NAME\n", stderr);
		return 2;
	}
	int fd = open_port(atoi(argv[1]));
	for (;;) {
		union control control;
		struct sockaddr_in peer;
		struct iovec iov = { .iov_base = data, .iov_len = SEQ };
		struct msghdr msg = { .msg_name = &peer,
			.msg_namelen = sizeof(peer),
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = &control,
			.msg_controllen = sizeof(control) };
		ssize_t n = recvmsg(fd, &msg, 0);
		if (n != SEQ)
			continue;
		memcpy(data + SEQ, argv[2], strlen(argv[2]));
		iov.iov_len = SEQ + strlen(argv[2]);
		answer_from_destination(&msg);
		/* the VIP may have left meanwhile: then nobody answers, which is what is measured */
		(void)sendmsg(fd, &msg, 0);
	}
}
