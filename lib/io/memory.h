/* memory.h - memory that is never swapped out. */
#ifndef IO_MEMORY_H
#define IO_MEMORY_H
#include <stdbool.h>

/* All pages of this process stay in memory once they were touched, now and later (mlockall(2)); or no more. 0 or -errno. */
int memory_lock(bool on);
#endif
