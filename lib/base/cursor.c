/* cursor.c - see cursor.h. */
#include "base/cursor.h"

#include <string.h>

struct cursor cursor_read(const void *data, size_t len)
{
	return (struct cursor){ .in = data, .len = len };
}

struct cursor cursor_write(void *data, size_t len)
{
	return (struct cursor){ .out = data, .len = len };
}

size_t cursor_left(const struct cursor *c)
{
	return c->len - c->pos;
}

/* Whether `len` more bytes fit; remembers for ever that they did not. */
static bool take(struct cursor *c, size_t len)
{
	if (c->bad || cursor_left(c) < len) {
		c->bad = true;
		return false;
	}
	c->pos += len;
	return true;
}

void cursor_skip(struct cursor *c, size_t len)
{
	take(c, len);
}

void cursor_get_bytes(struct cursor *c, void *ret, size_t len)
{
	if (take(c, len))
		memcpy(ret, c->in + c->pos - len, len);
	else
		memset(ret, 0, len);
}

uint8_t cursor_get_u8(struct cursor *c)
{
	uint8_t b[1];

	cursor_get_bytes(c, b, sizeof(b));
	return b[0];
}

uint16_t cursor_get_u16(struct cursor *c)
{
	uint8_t b[2];

	cursor_get_bytes(c, b, sizeof(b));
	return (uint16_t)(b[0] << 8 | b[1]);
}

uint32_t cursor_get_u32(struct cursor *c)
{
	uint8_t b[4];

	cursor_get_bytes(c, b, sizeof(b));
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

void cursor_put_bytes(struct cursor *c, const void *data, size_t len)
{
	if (take(c, len))
		memcpy(c->out + c->pos - len, data, len);
}

void cursor_put_u8(struct cursor *c, uint8_t v)
{
	cursor_put_bytes(c, &v, 1);
}

void cursor_put_u16(struct cursor *c, uint16_t v)
{
	const uint8_t b[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	cursor_put_bytes(c, b, sizeof(b));
}

void cursor_put_u32(struct cursor *c, uint32_t v)
{
	const uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

	cursor_put_bytes(c, b, sizeof(b));
}
