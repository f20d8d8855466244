/* sysctl.h - numbers below /proc/sys of this network namespace, by their path: "net/ipv4/conf/eth0/accept_local". */
#ifndef NET_SYSCTL_H
#define NET_SYSCTL_H

enum { SYSCTL_PATH_MAX = 160 };

/* 0; -ENOENT: this kernel has none of the name; -EINVAL: it is no number; or another -errno. */
int sysctl_get(const char *path, int *ret);
/* 0; -ENOENT: this kernel has none of the name; -EACCES, -EROFS: not here; or another -errno. */
int sysctl_set(const char *path, int value);
#endif
