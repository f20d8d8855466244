/*
 * parse.h - readers for the words of virtual_server, real_server and their checks that are more than one value; each reports its
 * own mistakes. parse.c has those of services and servers, parse_check.c those of checks.
 */
#ifndef CHECKERS_PARSE_H
#define CHECKERS_PARSE_H
#include "conf/schema.h"

struct lvs_tunnel;

/* "IP [PORT]", "fwmark N" or "group NAME" after virtual_server; "IP [PORT]" after real_server. conf_block.read_args. */
int parse_virtual_server(struct conf_read *rd, const struct conf_node *node, void *out);
int parse_real_server(struct conf_read *rd, const struct conf_node *node, void *out);
/* NAT|DR|TUN [type ipip|gue port N|gre] [nocsum|csum|remcsum] -> struct vs_conf, struct rs_conf, vs_conf.sorry_forward. */
conf_parse_fn parse_vs_method, parse_rs_method, parse_sorry_method;
/* [0..2678400]; the bare word is 360 s. */
conf_parse_fn parse_persistence;
/* A mask or a prefix length -> struct vs_conf. */
conf_parse_fn parse_granularity;
/* "IP [PORT]" -> vs_conf.sorry. */
conf_parse_fn parse_sorry;
/* A word and a block of DPVS and LVS-FNAT: nothing is kept. */
conf_parse_fn parse_foreign;

/* "200 301-302" and 32 hex digits -> struct url_conf. */
conf_parse_fn parse_status, parse_digest;
/* Names of PCRE2's options; two sizes in bytes. Nothing is kept. */
conf_parse_fn parse_regex_options, parse_regex_stack;
/* Bytes in hex, written freely: "Ab12f 3" is ab 12 0f 03. item->min != 0: digits may be X; item->max != 0: none are needed. */
conf_parse_fn parse_hex;
/* A domain name. Nothing is kept. */
conf_parse_fn parse_domain;
/* N [reverse] -> struct file_conf. */
conf_parse_fn parse_file_weight;
/* USER [[:]GROUP] -> struct misc_conf. */
conf_parse_fn parse_user;

/* Warns about the words from `n` on. */
void parse_extra_words(struct conf_read *rd, const struct conf_node *node, unsigned n);
#endif
