/*
 * mark.h - comments that speak to vipd: "# vipd: allow W101 reason", "# vipd: peer-priority 90". Lines lose their comments when
 * they are read, so these are collected before, with the lines that they are about. What their words mean is read in allow.h.
 */
#ifndef CONF_MARK_H
#define CONF_MARK_H
#include "conf/report.h"

struct conf_tree;
struct source;

struct conf_mark {
	struct conf_mark *next; /* in order of reading */
	struct place at;        /* what follows "vipd:", to the end of the line */
	const char *text;       /* the same, without blanks around it */
	unsigned line;          /* the line it is about: its own, or the next one with words; 0: none follows */
	bool is_own_line;       /* nothing stands before the comment */
	bool is_conditional;    /* that line has a condition, "@id": it may be no line here */
	bool is_first;          /* nothing but comments stands before it in its file: it is about all of it */
};

/* Appends the marks of a file that is about to be read, from where it stands; they live as long as the tree. */
void mark_scan(struct conf_tree *t, const struct source *src);
#endif
