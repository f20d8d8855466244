/*
 * machine.h - a machine on which the vrrp process's rooms run in a test: its clock and timers (base/mono.h, io/loop.h), interfaces,
 * addresses and routes (net/link.h), sockets (net/raw.h). Linked instead of the doors. Nobody answers: what is sent is kept.
 */
#ifndef FAKE_MACHINE_H
#define FAKE_MACHINE_H
#include "base/mono.h"

struct link;
struct text;

/* A new machine, with lo and some Ethernet interfaces; the one before is gone. Its time is 1000 s. */
struct link *machine_new(void);
void machine_done(void);
/* Lets time pass; timers fire in order. */
void machine_run(int64_t usec);
/*
 * Appends what is to be seen: addresses and routes with our mark, and of the last `usec` the newest advert
 * to each destination and who was announced.
 */
void machine_write(int64_t usec, struct text *out);
#endif
