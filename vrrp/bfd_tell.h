/* bfd_tell.h - what the lvs process hears of BFD sessions: MSG_BFD, for BFD_CHECK. */
#ifndef VRRP_BFD_TELL_H
#define VRRP_BFD_TELL_H

struct bfd_session;
struct bfd_table;
struct child;

void bfd_tell(struct child *c, const struct bfd_session *s);
/* For an lvs process that is new. */
void bfd_tell_all(struct child *c, const struct bfd_table *t);
#endif
