/*
 * doctor_match.h - whether one rule of nftables, as `nft -j` prints it (libnftables-json(5)), takes an advert of VRRP. What it
 * does not understand it calls MAYBE. Pure.
 */
#ifndef VIPCTL_DOCTOR_MATCH_H
#define VIPCTL_DOCTOR_MATCH_H
#include <stdbool.h>
#include <stdint.h>

struct jvalue;

enum doctor_match { DOCTOR_MATCH_NO, DOCTOR_MATCH_MAYBE, DOCTOR_MATCH_YES };

/* An advert, and where it passes. */
struct doctor_advert {
	uint16_t family;               /* AF_INET, AF_INET6 */
	bool is_unicast;               /* to an address that is not told here */
	const char *const *interfaces; /* of the instances */
	unsigned n_interfaces;
};

/*
 * Whether all conditions of `expr`, a rule's array of expressions, are true of the advert; *ret_names: one of them is about its
 * protocol.
 */
enum doctor_match doctor_match(const struct jvalue *expr, const struct doctor_advert *a, bool *ret_names);
/* Whether the rule drops what connection tracking calls invalid. */
bool doctor_match_drops_invalid(const struct jvalue *expr);
#endif
