/*
 * suspect_mute.h - a part of suspect.h: a MASTER whose adverts the kernel refuses gives up, and returns once they get out. Pure.
 */
#ifndef VRRP_SUSPECT_MUTE_H
#define VRRP_SUSPECT_MUTE_H
#include "base/mono.h"

struct suspect;
struct suspect_out;

/* Whether it does so now; while it is mute it tries to send, `every` so many usec. After each step. */
void suspect_mute_step(struct suspect *s, int64_t every, mono_t now, struct suspect_out *out);
#endif
