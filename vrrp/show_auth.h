/* show_auth.h - the part of an instance's status about who was heard: auth_hmac, and whose adverts were dropped. */
#ifndef VRRP_SHOW_AUTH_H
#define VRRP_SHOW_AUTH_H
#include "base/mono.h"

struct auth;
struct offenders;
struct writer;

/* The member "auth": null without auth_hmac. Never a key. */
void show_auth(struct writer *w, const struct auth *a, mono_t now);
/* The member "offenders"; NULL: there are none. */
void show_offenders(struct writer *w, const struct offenders *o, mono_t now);
#endif
