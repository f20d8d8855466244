/* suspect_text.h - how the host that a piece of evidence is about is called in the details of suspect.h. Pure. */
#ifndef VRRP_SUSPECT_TEXT_H
#define VRRP_SUSPECT_TEXT_H
#include <stddef.h>
#include <stdint.h>

struct addr;

enum { SUSPECT_DETAIL = 160 };

/* "02:00:00:00:00:05 (192.0.2.12)" into buf, which is returned: a real server is known again. `own` not set: the MAC alone. */
const char *suspect_host_str(const uint8_t *mac, const struct addr *own, char *buf, size_t size);
/*
 * Who answers for our address `about` and is no director: the real server of that name, or with NULL the host of that address; into
 * `buf` of SUSPECT_DETAIL bytes.
 */
void suspect_stranger_str(const char *server, const struct addr *about, const uint8_t *mac, const struct addr *host,
	char *buf);
#endif
