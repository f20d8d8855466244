/* bfd_tell.c - see bfd_tell.h. */
#include "vrrp/bfd_tell.h"

#include <stdio.h>

#include "io/child.h"
#include "vrrp/bfd.h"
#include "vrrp/bfd_session.h"

void bfd_tell(struct child *c, const struct bfd_session *s)
{
	struct msg_bfd m = { .status = bfd_session_check_status(s) };

	snprintf(m.name, sizeof(m.name), "%s", bfd_session_name(s));
	snprintf(m.detail, sizeof(m.detail), "%s", bfd_session_reason(s));
	(void)child_send(c, ROLE_LVS, MSG_BFD, &m, sizeof(m));
}

void bfd_tell_all(struct child *c, const struct bfd_table *t)
{
	const struct bfd_session *s;

	for (unsigned i = 0; (s = bfd_get(t, i)); i++)
		bfd_tell(c, s);
}
