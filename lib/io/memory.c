/* memory.c - see memory.h. Pages are locked when they are touched: whole mappings would be brought in otherwise. */
#include "io/memory.h"

#include <errno.h>
#include <malloc.h>
#include <sys/mman.h>

enum { LARGE_BYTES = 256 * 1024 };

int memory_lock(bool on)
{
	int r = on ? mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) : munlockall();

	return r < 0 ? -errno : 0;
}

/* By default the first large block that is freed makes all that follow come from the heap, where the next small one holds them. */
void memory_give_back(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
}

void memory_trim(void)
{
	malloc_trim(0);
}
