/* bfd_wire.c - see bfd_wire.h. */
#include "vrrp/bfd_wire.h"

#include <string.h>

#include "base/cursor.h"

enum { AUTH_LEN_MIN = 26, DIAG_BITS = 0x1f };
enum flag { POLL = 0x20, FINAL = 0x10, CONTROL_INDEPENDENT = 0x08, AUTH = 0x04, DEMAND = 0x02, MULTIPOINT = 0x01 };

static uint8_t flag(bool on, enum flag bit)
{
	return on ? (uint8_t)bit : 0;
}

static void read_flags(struct bfd_packet *p, uint8_t byte)
{
	p->state = (enum bfd_state)(byte >> 6);
	p->poll = byte & POLL;
	p->final = byte & FINAL;
	p->control_independent = byte & CONTROL_INDEPENDENT;
	p->has_auth = byte & AUTH;
	p->demand = byte & DEMAND;
	p->multipoint = byte & MULTIPOINT;
}

/* RFC 5880 6.8.6, in its order, up to "if the A bit is set and no authentication is in use". */
static enum bfd_verdict judge(const struct bfd_packet *p, uint8_t length, size_t payload)
{
	if (p->version != BFD_VERSION)
		return BFD_BAD_VERSION;
	if (length < (p->has_auth ? AUTH_LEN_MIN : BFD_LEN) || length > payload)
		return BFD_BAD_LENGTH;
	if (p->multiplier == 0)
		return BFD_BAD_MULTIPLIER;
	if (p->multipoint)
		return BFD_BAD_MULTIPOINT;
	if (p->my_discriminator == 0)
		return BFD_BAD_MY_DISCRIMINATOR;
	if (p->your_discriminator == 0 && p->state != BFD_DOWN && p->state != BFD_ADMIN_DOWN)
		return BFD_BAD_YOUR_DISCRIMINATOR;
	return p->has_auth ? BFD_BAD_AUTH : BFD_OK;
}

enum bfd_verdict bfd_wire_decode(const void *data, size_t len, struct bfd_packet *ret)
{
	struct cursor c = cursor_read(data, len);
	uint8_t first = cursor_get_u8(&c), length;

	memset(ret, 0, sizeof(*ret));
	ret->version = first >> 5;
	ret->diag = first & DIAG_BITS;
	read_flags(ret, cursor_get_u8(&c));
	ret->multiplier = cursor_get_u8(&c);
	length = cursor_get_u8(&c);
	ret->my_discriminator = cursor_get_u32(&c);
	ret->your_discriminator = cursor_get_u32(&c);
	ret->desired_tx = cursor_get_u32(&c);
	ret->required_rx = cursor_get_u32(&c);
	ret->required_echo_rx = cursor_get_u32(&c);
	return c.bad ? BFD_BAD_SHORT : judge(ret, length, len);
}

void bfd_wire_encode(const struct bfd_packet *p, uint8_t ret[BFD_LEN])
{
	struct cursor c = cursor_write(ret, BFD_LEN);

	cursor_put_u8(&c, (uint8_t)(BFD_VERSION << 5 | (p->diag & DIAG_BITS)));
	cursor_put_u8(&c,
		(uint8_t)((unsigned)p->state << 6 | flag(p->poll, POLL) | flag(p->final, FINAL) |
			flag(p->control_independent, CONTROL_INDEPENDENT) | flag(p->demand, DEMAND)));
	cursor_put_u8(&c, p->multiplier);
	cursor_put_u8(&c, BFD_LEN);
	cursor_put_u32(&c, p->my_discriminator);
	cursor_put_u32(&c, p->your_discriminator);
	cursor_put_u32(&c, p->desired_tx);
	cursor_put_u32(&c, p->required_rx);
	cursor_put_u32(&c, p->required_echo_rx);
}

const char *bfd_state_str(enum bfd_state state)
{
	static const char *const text[BFD_STATE_MAX] = { "AdminDown", "Down", "Init", "Up" };

	return state < BFD_STATE_MAX ? text[state] : "?";
}

const char *bfd_diag_str(unsigned diag)
{
	static const char *const text[BFD_DIAG_MAX] = { "none", "control detection time expired", "echo function failed",
		"neighbor signaled session down", "forwarding plane reset", "path down", "concatenated path down",
		"administratively down", "reverse concatenated path down" };

	return diag < BFD_DIAG_MAX ? text[diag] : "reserved";
}

const char *bfd_verdict_str(enum bfd_verdict verdict)
{
	static const char *const text[BFD_VERDICT_MAX] = { "ok", "short", "version", "length", "multiplier", "multipoint",
		"my discriminator", "your discriminator", "authentication", "no session", "ttl" };

	return verdict < BFD_VERDICT_MAX ? text[verdict] : "?";
}
