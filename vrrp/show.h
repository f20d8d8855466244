/* show.h - an instance as a status document. Reads, changes nothing. */
#ifndef VRRP_SHOW_H
#define VRRP_SHOW_H
#include "base/mono.h"

struct instance;
struct link;
struct writer;

/* Writes one object (as an element of the array that is open). */
void show_instance(struct writer *w, const struct instance *vi, const struct link *link, mono_t now);
#endif
