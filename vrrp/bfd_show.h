/* bfd_show.h - the BFD sessions for the status document. */
#ifndef VRRP_BFD_SHOW_H
#define VRRP_BFD_SHOW_H
#include "base/mono.h"

struct bfd_table;
struct writer;

/* The members "bfd" (an array, one object for each session) and "bfd_receiver". */
void bfd_show(struct writer *w, const struct bfd_table *t, mono_t now);
#endif
