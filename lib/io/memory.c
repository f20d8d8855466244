/* memory.c - see memory.h. Pages are locked when they are touched: whole mappings would be brought in otherwise. */
#include "io/memory.h"

#include <errno.h>
#include <malloc.h>
#include <sys/mman.h>

int memory_lock(bool on)
{
	int r = on ? mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) : munlockall();

	return r < 0 ? -errno : 0;
}

void memory_trim(void)
{
	malloc_trim(0);
}
