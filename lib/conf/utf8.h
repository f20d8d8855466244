/* utf8.h - private to lib/conf: the bytes of a file as signs, and what of them may reach a terminal. */
#ifndef CONF_UTF8_H
#define CONF_UTF8_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the UTF-8 sequence at s (left >= 1 bytes); 1 for anything broken, *ret_code is UTF8_BROKEN then. */
size_t utf8_len(const char *s, size_t left, uint32_t *ret_code);
/* Control signs of ASCII and Latin-1, broken bytes, and signs that turn the direction of writing. */
bool utf8_is_unprintable(uint32_t code);

#define UTF8_BROKEN UINT32_MAX
#endif
