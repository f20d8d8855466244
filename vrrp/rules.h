/* rules.h - what the rows of one vrrp_instance mean together: values inherited from global_defs, and rules across rows. */
#ifndef VRRP_RULES_H
#define VRRP_RULES_H
#include <stdbool.h>

struct conf_read;
struct report;
struct vrrp_conf;

/* As conf_block.inherit: `parent` is the struct vrrp_config. */
void rules_inherit(struct conf_read *rd, void *out, const void *parent);
/* As conf_block.check. */
void rules_check(const void *conf, struct report *r);
/* Whether the instance is for IPv6, which is not served yet. */
bool rules_is_ipv6(const struct vrrp_conf *c);
#endif
