/*
 * overlay.h - the layer over the file: changes that people make while the daemon runs, as lines of the block `overlay`. Read like
 * any other line; applied to services and servers once all of the file is read. What finds nothing to change is a conflict: named,
 * and without effect. Of two lines about the same thing the last one counts. A service that is added stands before the block as a
 * virtual_server like those of the file, and is checked like these; its line says whose it is. Knows no clock: main takes lines
 * out whose time is over.
 */
#ifndef CHECKERS_OVERLAY_H
#define CHECKERS_OVERLAY_H
#include <stdbool.h>
#include <stdint.h>

struct addr;
struct conf_item;
struct conf_node;
struct conf_read;
struct text;

enum overlay_kind { OVERLAY_ADD, OVERLAY_REMOVE, OVERLAY_WEIGHT, OVERLAY_STATE };

/* One line. Strings are the arena's that it was read into, or its owner's. */
struct overlay_entry {
	enum overlay_kind kind;
	const char *vs, *rs; /* names as vs_name() and rs_name() say them; rs NULL: the whole service */
	const char *like;    /* OVERLAY_ADD: whose checks it gets; NULL: those of the first server */
	const char *block;   /* OVERLAY_ADD of a service, in main's list: its virtual_server as text; else NULL */
	uint32_t weight; /* OVERLAY_WEIGHT, and OVERLAY_ADD with has_weight: absolute, or percent of what it would be */
	bool has_weight, is_percent;
	unsigned admin;        /* OVERLAY_STATE: enum rs_admin, of a server or of all servers of the service */
	uint32_t since, until; /* seconds since 1970, UTC; 0: not known, no end */
	const char *by, *reason;
	const char *conflict;         /* why it has no effect; NULL: it has */
	const struct conf_node *node; /* while the tree is there */
};

/* Reads a line of the block into *ret; strings go into the arena of `rd`. 0, or -EINVAL once reported. */
int overlay_entry_read(struct conf_read *rd, const struct conf_node *node, struct overlay_entry *ret);
/* "50" or "50%" at word i of the line into weight, has_weight and is_percent. 0, or -EINVAL once reported. */
int overlay_weight_read(struct conf_read *rd, const struct conf_node *node, unsigned i, struct overlay_entry *ret);
/* Appends what it changes, without who and when: `server weight "192.0.2.1:80/tcp" 10.0.0.1:80 50%`. */
void overlay_entry_what(const struct overlay_entry *e, struct text *out);
/* Appends the whole line; overlay_entry_read() reads it back. */
void overlay_entry_write(const struct overlay_entry *e, struct text *out);
/* "10.0.0.1:80", "[2001:db8::1]:80"; *ret_port UINT32_MAX when there is none. 0 or -EINVAL. */
int overlay_endpoint(const char *name, struct addr *ret, uint32_t *ret_port);
const char *overlay_admin_str(unsigned admin);

/* The row `overlay` of the root: its parse function, for one line. */
int overlay_parse(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out);
/* conf_block.settle of the root: applies all lines, names conflicts as warnings. */
void overlay_settle(struct conf_read *rd, void *conf);
#endif
