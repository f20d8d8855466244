/* include.h - private to lib/conf: what the words of the include family and of include_check ask of the files they name. */
#ifndef CONF_INCLUDE_H
#define CONF_INCLUDE_H

/* keepalived.conf(5) include_check. */
enum include_check {
	CHECK_READABLE = 1, /* what fits is a file that can be read */
	CHECK_MATCH = 2,    /* some file fits, unless there are wildcards */
	CHECK_WILDCARD = 4, /* some file fits, whatever the pattern */
	CHECK_BRACE = 8,    /* a file fits each alternative of the braces */
	CHECK_ALL = 15,
};
#endif
