/* memory.h - this process's memory as the kernel sees it: never swapped out, given back. */
#ifndef IO_MEMORY_H
#define IO_MEMORY_H
#include <stdbool.h>

/* All pages of this process stay in memory once they were touched, now and later (mlockall(2)); or no more. 0 or -errno. */
int memory_lock(bool on);
/* From here on large blocks go back to the kernel when they are freed: for who needs many of them for a moment, again and again. */
void memory_give_back(void);
/* Gives back what was freed: after much was read and little was kept of it. */
void memory_trim(void);
#endif
