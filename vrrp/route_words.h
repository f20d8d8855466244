/*
 * route_words.h - words inside a line of routes that are languages of their own: metrics, encapsulations. Part of
 * schema_route.c.
 */
#ifndef VRRP_ROUTE_WORDS_H
#define VRRP_ROUTE_WORDS_H
#include "base/addr.h"
#include "vrrp/schema_words.h"

struct link_encap;

/* A network; bits behind its length are cleared, and it is said. 0 or <0: reported. */
int route_words_prefix(struct words *l, const struct conf_word *w, struct addr *net, uint8_t *ret_len);
/* Metrics into a struct link_metrics; the word's offset is the number of one (enum link_metric). [lock] N */
int route_words_metric(struct words *l, const struct line_word *word, void *out);
/* [lock] NAME */
int route_words_congctl(struct words *l, const struct line_word *word, void *out);
/* [lock] N[s|ms]; word->max: the kernel's parts of a millisecond. */
int route_words_time(struct words *l, const struct line_word *word, void *out);
/* ecn */
int route_words_features(struct words *l, const struct line_word *word, void *out);
/*
 * A routing protocol's name or number, never one that only the kernel gives. 0; 1: the host has no such name, and the line is left
 * out; <0: reported.
 */
int route_words_proto(struct words *l, const struct line_word *word, uint8_t *ret);
/* Its choices: the names of linux/rtnetlink.h, for a host without names of its own. */
extern const struct conf_choice route_words_protocols[];
/* ip|ip6|mpls|ila ..., behind encap. 0; 1: not supported, and the line is left out; <0: reported. (route_encap.c) */
int route_words_encap(struct words *l, struct link_encap *ret);
#endif
