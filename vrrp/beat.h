/*
 * beat.h - adverts of many instances that are due within a moment of each other go in one turn of the loop: waking for each of
 * thousands costs more than sending. Pure.
 */
#ifndef VRRP_BEAT_H
#define VRRP_BEAT_H
#include "base/mono.h"

enum { BEAT_SHARE = 250, BEAT_MOST_USEC = 4000 };

/* When to wake for an advert that is due at `when`, sent every `interval` usec: never before, at most a BEAT_SHARE of it later. */
mono_t beat_at(mono_t when, int64_t interval);
#endif
