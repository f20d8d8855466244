/* rules.h - what the rows of one vrrp_instance mean together: values inherited from global_defs, and rules across rows. */
#ifndef VRRP_RULES_H
#define VRRP_RULES_H
struct conf_read;
struct report;
struct vrrp_conf;

/* As conf_block.inherit: `parent` is the struct vrrp_config. */
void rules_inherit(struct conf_read *rd, void *out, const void *parent);
/* As conf_block.check. */
void rules_check(const void *conf, struct report *r);
#endif
