/* realtime.c - see realtime.h. sched(7), prlimit(2), mlockall(2). */
#include "daemon/realtime.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "ctl/writer.h"
#include "vrrp/conf.h"

static void complain(const char *keyword, const char *cure)
{
	log_warn(LOG_MAIN, "%s has no effect: %s (%s)", keyword, strerror(errno), cure);
}

/* Scripts are main's children, and nothing of vrrp's forks: reset on fork all the same. */
static void set_scheduler(uint32_t priority, pid_t pid)
{
	const struct sched_param rr = { .sched_priority = (int)priority }, other = { 0 };
	const int now = sched_getscheduler(pid);

	if (priority > 0 && sched_setscheduler(pid, SCHED_RR | SCHED_RESET_ON_FORK, &rr) < 0)
		complain("vrrp_rt_priority", "CAP_SYS_NICE, and RestrictRealtime=no in the service file");
	else if (priority == 0 && (now & ~SCHED_RESET_ON_FORK) == SCHED_RR &&
		sched_setscheduler(pid, SCHED_OTHER, &other) < 0)
		complain("the end of vrrp_rt_priority", "CAP_SYS_NICE");
}

static void set_nice(int32_t nice, pid_t pid)
{
	if (getpriority(PRIO_PROCESS, (id_t)pid) != nice && setpriority(PRIO_PROCESS, (id_t)pid, nice) < 0)
		complain("vrrp_priority", "CAP_SYS_NICE");
}

static void set_limit(int what, rlim_t limit, pid_t pid, const char *keyword)
{
	const struct rlimit want = { limit, RLIM_INFINITY };

	if (prlimit(pid, (__rlimit_resource_t)what, &want, NULL) < 0)
		complain(keyword, "CAP_SYS_RESOURCE");
}

void realtime_apply(const struct vrrp_globals *g, pid_t pid)
{
	set_nice(g->nice, pid);
	if (g->rt_priority > 0)
		set_limit(RLIMIT_RTTIME, g->rt_time > 0 ? g->rt_time : RLIM_INFINITY, pid, "vrrp_rlimit_rttime");
	set_scheduler(g->rt_priority, pid);
	if (g->no_swap)
		set_limit(RLIMIT_MEMLOCK, RLIM_INFINITY, pid, "vrrp_no_swap");
}

/* VmLck of /proc/PID/status (proc(5)), in kB. */
static long locked_kb(pid_t pid)
{
	char path[48], text[4096];
	const char *at;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	at = strstr(text, "VmLck:");
	return at ? strtol(at + 6, NULL, 10) : 0;
}

void realtime_write(pid_t pid, struct writer *w)
{
	struct sched_param param = { 0 };

	if (pid <= 0 || sched_getparam(pid, &param) < 0)
		return;
	if (param.sched_priority > 0)
		writer_fmt(w, "scheduling", "SCHED_RR %d", param.sched_priority);
	else
		writer_fmt(w, "scheduling", "nice %d", getpriority(PRIO_PROCESS, (id_t)pid));
	writer_int(w, "locked_bytes", locked_kb(pid) * INT64_C(1024));
}
