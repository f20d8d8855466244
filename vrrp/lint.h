/*
 * lint.h - lints of meaning of the VRRP half: files that are valid, and still not what was meant. Pure: structs and a report.
 * Linear in the size of the file.
 */
#ifndef VRRP_LINT_H
#define VRRP_LINT_H
#include <stdint.h>

struct report;
struct vrrp_conf;
struct vrrp_config;

/* What the other router of an instance announces (1 to 255), from a hint in the file or as it was heard; 0: not known. */
typedef uint32_t vrrp_peer_priority_fn(void *ctx, const struct vrrp_conf *c);

/* Adds what is found in `c` to `r`. `peer` may be NULL. */
void vrrp_lint(const struct vrrp_config *c, vrrp_peer_priority_fn *peer, void *ctx, struct report *r);
#endif
