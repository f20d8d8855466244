/* dial.c - see dial.h. */
#include "checkers/dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/via_socket.h"

struct reason_row {
	int err;
	enum check_reason immediate, later;
};

/*
 * `later` came over the wire (an ICMP message, a RST, a neighbour that does not answer); `immediate` is our own kernel's word:
 * route lookup gives ENETUNREACH without a route and EHOSTUNREACH for a route of type unreachable (ip-route(8)).
 */
static const struct reason_row reason_table[] = {
	{ 0, CHECK_OK, CHECK_OK },
	{ ECONNREFUSED, CHECK_REFUSED, CHECK_REFUSED },
	{ ENOPROTOOPT, CHECK_LOCAL, CHECK_REFUSED }, /* ICMP protocol unreachable */
	{ EHOSTUNREACH, CHECK_LOCAL_NO_ROUTE, CHECK_UNREACHABLE },
	{ ENETUNREACH, CHECK_LOCAL_NO_ROUTE, CHECK_UNREACHABLE },
	{ EHOSTDOWN, CHECK_LOCAL, CHECK_UNREACHABLE },
	{ EACCES, CHECK_LOCAL, CHECK_UNREACHABLE },  /* later: ICMPv6 administratively prohibited */
	{ ETIMEDOUT, CHECK_TIMEOUT_CONNECT, CHECK_TIMEOUT_CONNECT },
	{ ECONNRESET, CHECK_RESET, CHECK_RESET },
	{ EPIPE, CHECK_RESET, CHECK_RESET },
	{ EMFILE, CHECK_LOCAL_NO_FD, CHECK_LOCAL_NO_FD },
	{ ENFILE, CHECK_LOCAL_NO_FD, CHECK_LOCAL_NO_FD },
	{ ENOBUFS, CHECK_LOCAL_NO_FD, CHECK_LOCAL_NO_FD },
	{ ENOMEM, CHECK_LOCAL_NO_FD, CHECK_LOCAL_NO_FD },
};

enum check_reason dial_reason(int err, bool is_immediate)
{
	for (size_t i = 0; i < sizeof(reason_table) / sizeof(reason_table[0]); i++)
		if (reason_table[i].err == err)
			return is_immediate ? reason_table[i].immediate : reason_table[i].later;
	return CHECK_LOCAL; /* EPERM, EADDRNOTAVAIL, EADDRINUSE, ENETDOWN, ENODEV, ...: says nothing about the server */
}

const char *dial_name(const struct check_conf *conf, char *buf)
{
	char ip[ADDR_STRLEN];

	addr_str(&conf->connect_ip, ip);
	if (conf->connect_ip.family == AF_INET6)
		snprintf(buf, DIAL_NAME_LEN, "[%s]:%u", ip, conf->connect_port);
	else
		snprintf(buf, DIAL_NAME_LEN, "%s:%u", ip, conf->connect_port);
	return buf;
}

static int fail(struct check_result *r, enum check_reason reason, const char *what, int err)
{
	check_result_set(r, reason, "%s: %s", what, strerror(err));
	return -1;
}

/* The source: an address alone leaves the port to connect(), or it would be taken for all destinations (ip(7)). */
static int bind_source(int fd, const struct check_conf *conf, struct addr from)
{
	struct sockaddr_storage ss;
	int one = 1;

	if (!addr_is_set(&from) && !conf->how->bind_port)
		return 0;
	if (!addr_is_set(&from))
		from.family = conf->connect_ip.family;
	if (conf->how->bind_port)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	else
		setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	return bind(fd, (const struct sockaddr *)&ss, addr_to_sockaddr(&from, (uint16_t)conf->how->bind_port, &ss));
}

/* Options that must be there before the SYN. 0, or -1 with *reterr filled: the check would not test what it is meant to. */
static int prepare(int fd, const struct check_conf *conf, bool is_bare, struct check_result *reterr)
{
	struct addr from = conf->how->bindto;
	const char *what = "";
	int off = 0, r;

	/* Without it the check works as well, with one packet more. */
	if (is_bare)
		setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof(off));
	if (conf->how->fwmark && setsockopt(fd, SOL_SOCKET, SO_MARK, &conf->how->fwmark, sizeof(conf->how->fwmark)))
		return fail(reterr, CHECK_LOCAL, "fwmark", errno);
	if (conf->how->bind_if &&
		setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, conf->how->bind_if, (socklen_t)strlen(conf->how->bind_if)))
		return fail(reterr, CHECK_LOCAL, "bind_if", errno);
	r = conf->via_mark ? via_prepare(fd, conf, &from, &what) : 0;
	if (r < 0)
		return fail(reterr, dial_reason(-r, true), what, -r);
	if (bind_source(fd, conf, from))
		return fail(reterr, CHECK_LOCAL, "bindto", errno);
	return 0;
}

static int begin(int fd, const struct check_conf *conf, struct check_result *reterr)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&conf->connect_ip, (uint16_t)conf->connect_port, &ss);

	if (!connect(fd, (const struct sockaddr *)&ss, len) || errno == EINPROGRESS)
		return 0;
	return fail(reterr, dial_reason(errno, true), "connect", errno);
}

int dial_open(const struct check_conf *conf, bool is_bare, struct check_result *reterr)
{
	int fd = socket(conf->connect_ip.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);

	if (fd < 0)
		return fail(reterr, dial_reason(errno, true), "socket", errno);
	if (!prepare(fd, conf, is_bare, reterr) && !begin(fd, conf, reterr))
		return fd;
	close(fd);
	return -1;
}

int dial_finish(int fd, const struct check_conf *conf, struct check_result *reterr)
{
	char name[DIAL_NAME_LEN];
	int err = 0;
	socklen_t len = sizeof(err);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len))
		err = errno;
	if (!err)
		return 0;
	check_result_set(reterr, dial_reason(err, false), "connect to %s: %s", dial_name(conf, name), strerror(err));
	return -1;
}

void dial_abort(int fd)
{
	const struct linger rst = { .l_onoff = 1, .l_linger = 0 };

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &rst, sizeof(rst));
	close(fd);
}
