/* sandbox.h - the door to libcap-ng and libseccomp: what a process may still do after its start. */
#ifndef IO_SANDBOX_H
#define IO_SANDBOX_H
#include <stdbool.h>

enum sandbox_cap {
	SANDBOX_NET_ADMIN = 1,
	SANDBOX_NET_RAW = 2,
	SANDBOX_SETUID = 4,
	SANDBOX_SETGID = 8,
	SANDBOX_KILL = 16,
	SANDBOX_DAC = 32, /* CAP_DAC_OVERRIDE: main writes pid files and logs where the operator wants them */
	SANDBOX_CHOWN = 64,
	SANDBOX_NICE = 128,
	SANDBOX_IPC_LOCK = 256,
	SANDBOX_SETPCAP = 512, /* main: so that children can shrink their bounding sets */
	SANDBOX_BIND =
		1024, /* CAP_NET_BIND_SERVICE and what operators' root scripts commonly need, the next two as well */
	SANDBOX_FOWNER = 2048,
	SANDBOX_RESOURCE = 4096,
};

/*
 * Keeps exactly the capabilities in `caps` (bounding set too), no new privileges unless `caps` has SETUID. With a `user`,
 * changes to it (and its primary group, no supplementary ones) first. 0 or -errno; on an error the caller must not go on.
 */
int sandbox_enter(unsigned caps, const char *user);
/* Whether this process has that capability; asked of the kernel. */
bool sandbox_has(enum sandbox_cap cap);
/*
 * Changes to `user` alone, for who runs a program of the system that may need a right of its own (sendmail): nothing is kept, what
 * that program's own mode gives is not denied. 0 or -errno; on an error the caller must not go on.
 */
int sandbox_become(const char *user);
/* The user for the probe: "vipd" if the system has it, else "nobody". */
const char *sandbox_user(void);
/* System calls of the probe process: sockets, time, memory, the loop; no exec, no files. 0 or -errno. No-op under ASan. */
int sandbox_seccomp_probe(void);
#endif
