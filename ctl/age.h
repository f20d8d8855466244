/* age.h - a duration for people. */
#ifndef VIPCTL_AGE_H
#define VIPCTL_AGE_H
#include <stddef.h>
#include <stdint.h>

/* "3 s", "12 min", "4 h 10 min", "3 d 2 h": microseconds, into buf; returns buf. */
const char *age_str(int64_t usec, char *buf, size_t size);
#endif
