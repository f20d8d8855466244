/* sandbox.c - see sandbox.h. capabilities(7), capng(3), seccomp(2). */
#include "io/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <unistd.h>

static const struct {
	enum sandbox_cap bit;
	unsigned cap;
} caps_table[] = {
	{ SANDBOX_NET_ADMIN, CAP_NET_ADMIN },
	{ SANDBOX_NET_RAW, CAP_NET_RAW },
	{ SANDBOX_SETUID, CAP_SETUID },
	{ SANDBOX_SETGID, CAP_SETGID },
	{ SANDBOX_KILL, CAP_KILL },
	{ SANDBOX_DAC, CAP_DAC_OVERRIDE },
	{ SANDBOX_CHOWN, CAP_CHOWN },
	{ SANDBOX_NICE, CAP_SYS_NICE },
	{ SANDBOX_IPC_LOCK, CAP_IPC_LOCK },
	{ SANDBOX_SETPCAP, CAP_SETPCAP },
	{ SANDBOX_BIND, CAP_NET_BIND_SERVICE },
	{ SANDBOX_FOWNER, CAP_FOWNER },
	{ SANDBOX_RESOURCE, CAP_SYS_RESOURCE },
};

/* Selects the capabilities of `caps` that this process has at all: a container may have taken some away already. */
static void collect(unsigned caps)
{
	bool have[sizeof(caps_table) / sizeof(caps_table[0])];

	for (size_t i = 0; i < sizeof(have); i++)
		have[i] = caps & caps_table[i].bit && capng_have_capability(CAPNG_PERMITTED, caps_table[i].cap);
	capng_clear(CAPNG_SELECT_BOTH);
	for (size_t i = 0; i < sizeof(have); i++)
		if (have[i])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET,
				caps_table[i].cap);
}

bool sandbox_has(enum sandbox_cap cap)
{
	if (capng_get_caps_process() < 0)
		return false;
	for (size_t i = 0; i < sizeof(caps_table) / sizeof(caps_table[0]); i++)
		if (caps_table[i].bit == cap)
			return capng_have_capability(CAPNG_EFFECTIVE, caps_table[i].cap);
	return false;
}

int sandbox_enter(unsigned caps, const char *user)
{
	const struct passwd *pw = user ? getpwnam(user) : NULL;
	bool may_set_bounding;
	int r;

	if (user && !pw)
		return -ENOENT;
	if (capng_get_caps_process() < 0)
		return -EPERM;
	may_set_bounding = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	collect(caps);
	if (pw && geteuid() == 0)
		r = capng_change_id((int)pw->pw_uid, (int)pw->pw_gid, CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
	else
		r = capng_apply(may_set_bounding ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS);
	if (r < 0)
		return -EPERM;
	if (!(caps & SANDBOX_SETUID) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return 0;
}

int sandbox_become(const char *user)
{
	const struct passwd *pw = getpwnam(user);

	if (!pw)
		return -ENOENT;
	if (geteuid() != 0)
		return 0;
	if (setgroups(0, NULL) < 0 || setgid(pw->pw_gid) < 0 || setuid(pw->pw_uid) < 0)
		return -errno;
	return 0;
}

const char *sandbox_user(void)
{
	return getpwnam("vipd") ? "vipd" : "nobody";
}

#if defined(__SANITIZE_ADDRESS__)
enum { HAVE_SECCOMP = 0 }; /* the leak checker needs ptrace, files and clone at exit */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { HAVE_SECCOMP = 0 };
#else
enum { HAVE_SECCOMP = 1 };
#endif
#else
enum { HAVE_SECCOMP = 1 };
#endif

/* What a process with a loop, sockets, memory and time needs; exec, files, ptrace, mounts, modules are not in it. */
static const int probe_calls[] = {
	SCMP_SYS(socket),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(shutdown),
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(pread64),
	SCMP_SYS(close),
	SCMP_SYS(dup),
	SCMP_SYS(fcntl),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(lseek),
	SCMP_SYS(ioctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(timerfd_create),
	SCMP_SYS(eventfd2),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(brk),
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(mprotect),
	SCMP_SYS(futex),
	SCMP_SYS(getrandom),
	SCMP_SYS(memfd_create),
	SCMP_SYS(ftruncate),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(tgkill),
	SCMP_SYS(getrusage),
	SCMP_SYS(prlimit64),
	SCMP_SYS(getrlimit),
	SCMP_SYS(setrlimit),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(sched_yield),
};

int sandbox_seccomp_probe(void)
{
	scmp_filter_ctx ctx;
	int r = 0;

	if (!HAVE_SECCOMP)
		return 0;
	ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	if (!ctx)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(probe_calls) / sizeof(probe_calls[0]) && r == 0; i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, probe_calls[i], 0);
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r;
}
