/* heard.h - of an instance's status: who signs (auth_hmac), and whose adverts were dropped. */
#ifndef VIPCTL_HEARD_H
#define VIPCTL_HEARD_H
#include <stdio.h>

struct jvalue;

/* The lines of instance `vi`; nothing where nothing is to say. */
void heard_show(const struct jvalue *vi, FILE *out);
#endif
