/*
 * cursor.h - reading and writing wire bytes with one sticky error: do all fields, test `c.bad` once.
 * Integers are in network byte order. A read past the end gives zeros and sets bad; a write past it is dropped and sets bad.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
	const uint8_t *in; /* reading; NULL when writing */
	uint8_t *out;      /* writing; NULL when reading */
	size_t len, pos;
	bool bad;
};

struct cursor cursor_read(const void *data, size_t len);
struct cursor cursor_write(void *data, size_t len);
uint8_t cursor_get_u8(struct cursor *c);
uint16_t cursor_get_u16(struct cursor *c);
uint32_t cursor_get_u32(struct cursor *c);
void cursor_get_bytes(struct cursor *c, void *ret, size_t len);
/* Steps over `len` bytes, in either direction of use. */
void cursor_skip(struct cursor *c, size_t len);
size_t cursor_left(const struct cursor *c);
void cursor_put_u8(struct cursor *c, uint8_t v);
void cursor_put_u16(struct cursor *c, uint16_t v);
void cursor_put_u32(struct cursor *c, uint32_t v);
void cursor_put_bytes(struct cursor *c, const void *data, size_t len);
#endif
