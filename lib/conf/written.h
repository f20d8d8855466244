/* written.h - private to lib/conf: the nodes that filled a struct, kept in its conf_head. */
#ifndef CONF_WRITTEN_H
#define CONF_WRITTEN_H
struct conf_node;

struct conf_source {
	const struct conf_node *node;
	struct conf_source *next;
};
#endif
