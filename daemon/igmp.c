/* igmp.c - see igmp.h. */
#include "daemon/igmp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "daemon/file.h"
#include "net/sysctl.h"

#define SETTING "net/ipv4/igmp_link_local_mcast_reports"

enum { NUMBER_LEN = 16 };

/* What was there before we wrote; -ENOENT: nothing is ours. */
static int read_mark(const char *mark, int *ret)
{
	char text[NUMBER_LEN] = "";
	int fd = open(mark, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -ENOENT;
	*ret = atoi(text);
	return 0;
}

/* The mark first: who is killed between the two has it. */
static int disable(const char *mark)
{
	char text[NUMBER_LEN];
	int before, r = sysctl_get(SETTING, &before);

	if (r < 0 || before == 0)
		return r;
	if (read_mark(mark, &r) == -ENOENT) {
		snprintf(text, sizeof(text), "%d\n", before);
		r = file_replace(mark, text, strlen(text));
		if (r < 0)
			return r;
	}
	r = sysctl_set(SETTING, 0);
	if (r == 0)
		log_info(LOG_MAIN, "net.ipv4.igmp_link_local_mcast_reports was %d and is 0: disable_local_igmp",
			before);
	return r;
}

static int put_back(const char *mark)
{
	int before = 0, r = read_mark(mark, &before);

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = sysctl_set(SETTING, before);
	if (r == 0 && unlink(mark) < 0)
		r = -errno;
	if (r == 0)
		log_info(LOG_MAIN, "net.ipv4.igmp_link_local_mcast_reports is %d again", before);
	return r;
}

void igmp_config(const char *run_dir, bool is_disabled)
{
	char *mark = x_asprintf("%s/igmp", run_dir);
	int r = is_disabled ? disable(mark) : put_back(mark);

	if (r < 0)
		log_warn(LOG_MAIN, "net.ipv4.igmp_link_local_mcast_reports cannot be %s: %s",
			is_disabled ? "set to 0" : "put back", strerror(-r));
	free(mark);
}
