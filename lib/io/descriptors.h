/* descriptors.h - how many files this process may have open (RLIMIT_NOFILE): `ulimit -n`, LimitNOFILE= of systemd. */
#ifndef IO_DESCRIPTORS_H
#define IO_DESCRIPTORS_H

/* Raises the soft limit to `want`, as far as the hard one allows; never lowers it. Returns what is in force; 0: not known. */
unsigned descriptors_raise(unsigned want);
#endif
