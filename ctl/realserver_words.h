/* realserver_words.h - the words of `vipctl realserver` as values, and values as words. Pure. */
#ifndef VIPCTL_REALSERVER_WORDS_H
#define VIPCTL_REALSERVER_WORDS_H
#include "ctl/realserver_types.h"

/* What `text` says as a method; false: nothing. */
bool realserver_method_parse(const char *text, enum realserver_method *ret);
const char *realserver_method_str(enum realserver_method m);
/* "80/tcp". 0 or -EINVAL. */
int realserver_port_parse(const char *text, struct realserver_port *ret);
/* An address that can be a VIP, alone or as /32, /128. 0, or -EINVAL with the reason in `why` of REALSERVER_WHY_MAX bytes. */
int realserver_vip_parse(const char *text, struct addr *ret, char *why);
/* A line about a step for the operator. */
void realserver_step_say(const struct realserver_step *s, struct text *to);
#endif
