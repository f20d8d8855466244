/* link_mark.c - see link_mark.h. */
#include "net/link_mark.h"

#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

enum { MARK_MAX = 4096 /* bytes of one request: link_apply.c */ };

static void put(struct text *t, struct nl_msg *m, bool is_whole)
{
	const uint8_t *bytes = (const uint8_t *)nlmsg_hdr(m);

	for (uint32_t i = 0; is_whole && i < nlmsg_hdr(m)->nlmsg_len; i++)
		text_printf(t, "%02x", bytes[i]);
	nlmsg_free(m);
}

void link_mark_route(struct text *t, const struct link_route *r)
{
	struct nl_msg *m = nlmsg_alloc_size(MARK_MAX);

	if (m)
		put(t, m, link_route_encode(m, LINK_DEL, r, 0) == 0);
}

void link_mark_rule(struct text *t, const struct link_rule *r)
{
	struct nl_msg *m = nlmsg_alloc_size(MARK_MAX);

	if (m)
		put(t, m, link_rule_encode(m, LINK_DEL, r, 0) == 0);
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The message, which the caller frees; NULL: it is none of this type, with `head` bytes behind its own header. */
static struct nlmsghdr *read(const char *text, uint16_t type, size_t head)
{
	size_t len = strlen(text) / 2;
	bool is_hex = true;
	struct nlmsghdr *h;
	uint8_t *bytes;

	if (len < NLMSG_HDRLEN + head || len > MARK_MAX || strlen(text) % 2)
		return NULL;
	h = x_calloc(1, len);
	bytes = (uint8_t *)h;
	for (size_t i = 0; i < len; i++) {
		int high = digit(text[i * 2]), low = digit(text[i * 2 + 1]);

		is_hex = is_hex && high >= 0 && low >= 0;
		if (is_hex)
			bytes[i] = (uint8_t)(high << 4 | low);
	}
	if (is_hex && h->nlmsg_len == len && h->nlmsg_type == type)
		return h;
	free(h);
	return NULL;
}

bool link_mark_read_route(const char *text, struct link_route *ret)
{
	struct nlmsghdr *h = read(text, RTM_DELROUTE, sizeof(struct rtmsg));
	bool is_one = h && link_route_decode(h, ret);

	free(h);
	return is_one;
}

bool link_mark_read_rule(const char *text, struct link_rule *ret)
{
	struct nlmsghdr *h = read(text, RTM_DELRULE, sizeof(struct rtmsg));
	bool is_one = h && link_rule_decode(h, ret);

	if (is_one && ret->priority == 0)
		ret->has &= ~(unsigned)LINK_RULE_PRIORITY; /* the kernel chose it */
	free(h);
	return is_one;
}
