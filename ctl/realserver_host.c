/* realserver_host.c - see realserver_host.h. /proc/sys/net is that of our own network namespace: proc(5). */
#include "ctl/realserver_host.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/link.h"

enum { PATH_LEN = 128, READ_SIZE = 4096 };

#define NFT "PATH=/usr/sbin:/sbin:$PATH exec nft "

static const char conf[] = "/proc/sys/net/ipv4/conf/";

static int read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	int n;

	if (!file)
		return -1;
	if (fscanf(file, "%d", &n) != 1)
		n = -1;
	(void)fclose(file);
	return n;
}

static int read_setting(const char *interface, const char *key)
{
	char path[PATH_LEN];

	snprintf(path, sizeof(path), "%s%s/%s", conf, interface, key);
	return read_number(path);
}

/* Whether opening for writing is refused; writes nothing. */
static bool is_locked(void)
{
	char path[PATH_LEN];
	int fd;

	snprintf(path, sizeof(path), "%sall/arp_ignore", conf);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd < 0;
}

/* netdevice(7): IFF_UP, IFF_LOOPBACK, IFF_NOARP; 0: it is gone. */
static int flags_of(int sock, const char *name)
{
	struct ifreq req = { .ifr_flags = 0 };

	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", name);
	return ioctl(sock, SIOCGIFFLAGS, &req) < 0 ? 0 : req.ifr_flags;
}

static void look_at_link(struct realserver_link *to, const struct link_if *in, int flags)
{
	to->index = in->index;
	memcpy(to->name, in->name, sizeof(to->name));
	to->is_up = flags & IFF_UP;
	to->is_quiet = flags & IFF_LOOPBACK || !strncmp(in->name, "dummy", 5);
	to->does_arp = in->has_mac && to->is_up && !to->is_quiet && !(flags & IFF_NOARP);
	to->is_tunnel = !in->has_mac && to->is_up && !to->is_quiet;
	to->arp_ignore = read_setting(in->name, "arp_ignore");
	to->arp_announce = read_setting(in->name, "arp_announce");
	to->rp_filter = read_setting(in->name, "rp_filter");
}

static struct realserver_link *link_of(struct realserver_facts *f, int index)
{
	for (unsigned i = 0; i < f->n_links; i++)
		if (f->links[i].index == index)
			return &f->links[i];
	return NULL;
}

/* The first address of an interface is what the kernel itself would tell there (ip-sysctl, arp_announce 2). */
static void look_at_addrs(struct realserver_facts *f)
{
	for (unsigned i = 0; i < f->n_addrs; i++) {
		const struct link_addr *a = &f->addrs[i];
		struct realserver_link *l = link_of(f, a->index);

		if (l && a->addr.family == AF_INET && !a->is_secondary && !addr_is_set(&l->rip))
			l->rip = a->addr;
	}
}

static int by_order(const void *a, const void *b)
{
	const struct link_addr *x = a, *y = b;

	return x->order < y->order ? -1 : x->order > y->order;
}

static void look_at_links(struct realserver_facts *f, const struct link *l)
{
	unsigned n;
	const struct if_nameindex *all = if_nameindex(), *in;
	const struct link_addr *addrs = link_addrs(l, &n);
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	for (in = all; in && in->if_index && f->n_links < REALSERVER_LINKS_MAX; in++) {
		const struct link_if *found = link_find_index(l, (int)in->if_index);

		if (found)
			look_at_link(&f->links[f->n_links++], found, flags_of(sock, found->name));
	}
	if (all)
		if_freenameindex((struct if_nameindex *)(uintptr_t)all);
	if (sock >= 0)
		close(sock);
	f->addrs = x_calloc(n ? n : 1, sizeof(*f->addrs));
	f->n_addrs = n;
	if (n)
		memcpy(f->addrs, addrs, n * sizeof(*addrs));
	qsort(f->addrs, n, sizeof(*f->addrs), by_order);
	look_at_addrs(f);
}

int realserver_host_look(struct realserver_facts *ret, char *why)
{
	struct link *l = NULL;
	int r = link_new(&l);

	memset(ret, 0, sizeof(*ret));
	if (r < 0) {
		snprintf(why, REALSERVER_WHY_MAX, "interfaces and addresses: %s", strerror(-r));
		return r;
	}
	look_at_links(ret, l);
	link_free(l);
	ret->arp_ignore = read_setting("all", "arp_ignore");
	ret->arp_announce = read_setting("all", "arp_announce");
	ret->rp_filter = read_setting("all", "rp_filter");
	ret->ip_forward = read_number("/proc/sys/net/ipv4/ip_forward");
	ret->are_locked = is_locked();
	return 0;
}

/* nft. */

/* 0, or -EIO: nft is not there, or refused. */
static int tell(const char *command, const char *text)
{
	FILE *pipe;
	int status;

	(void)signal(SIGPIPE, SIG_IGN); /* it may end before it has read everything */
	pipe = popen(command, "we");
	if (!pipe)
		return -errno;
	(void)fputs(text, pipe);
	status = pclose(pipe);
	return status == 0 ? 0 : -EIO;
}

bool realserver_host_has_arp_nft(void)
{
	return tell(NFT "-c -f - 2>/dev/null",
		       "table arp vipd_realserver {\n\tchain probe {\n\t\ttype filter hook output priority 0;\n"
		       "\t\tarp saddr ip 192.0.2.1 arp saddr ip set 192.0.2.2\n\t}\n}\n") == 0;
}

bool realserver_host_rules(struct text *ret)
{
	FILE *pipe = popen(NFT "-j list ruleset 2>/dev/null", "re");
	char buf[READ_SIZE];
	size_t n;

	while (pipe && (n = fread(buf, 1, sizeof(buf), pipe)) > 0)
		text_add_bytes(ret, buf, n);
	return pipe && pclose(pipe) == 0;
}

/* Steps. */

static int failed(char *why, int err, const char *what)
{
	snprintf(why, REALSERVER_WHY_MAX, "%s: %s", what, strerror(-err));
	return err;
}

static int write_setting(const struct realserver_step *s, char *why)
{
	char path[PATH_LEN], value[16];
	int fd, r = 0, len = snprintf(value, sizeof(value), "%d\n", s->value);

	snprintf(path, sizeof(path), "%s%s", conf, s->name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return failed(why, -errno, path);
	if (write(fd, value, (size_t)len) != len)
		r = -errno;
	close(fd);
	return r < 0 ? failed(why, r, path) : 0;
}

static int change_address(const struct realserver_step *s, char *why)
{
	struct link_change c = { .op = s->act == REALSERVER_ADD ? LINK_ADD : LINK_DEL, .index = s->index, .addr = s->addr,
		.prefix_len = (uint8_t)(addr_len(&s->addr) * 8), .scope = LINK_SCOPE_GLOBAL };
	char what[REALSERVER_WHY_MAX / 2], buf[ADDR_STRLEN];
	struct link *l = NULL;
	int r = link_new(&l);

	if (r == 0)
		r = link_apply(l, &c, 1);
	link_free(l);
	r = r < 0 ? r : c.err;
	if (r == -EEXIST || r == -EADDRNOTAVAIL)
		return 0;
	snprintf(what, sizeof(what), "%s on %s%s", addr_str(&s->addr, buf), s->dev,
		r == -EACCES && s->addr.family == AF_INET6 ? " (IPv6 is switched off there: disable_ipv6)" : "");
	return r < 0 ? failed(why, r, what) : 0;
}

static int write_rules(const struct text *rules, char *why)
{
	int r = tell(NFT "-f -", text_str(rules));

	if (r < 0)
		snprintf(why, REALSERVER_WHY_MAX, "nft refused the rules, or is not there");
	return r;
}

int realserver_host_do(const struct realserver_step *s, const struct text *rules, char *why)
{
	switch (s->act) {
	case REALSERVER_WRITE:
		return write_setting(s, why);
	case REALSERVER_ADD:
	case REALSERVER_DEL:
		return change_address(s, why);
	case REALSERVER_RULES:
		return write_rules(rules, why);
	}
	return -EINVAL;
}
