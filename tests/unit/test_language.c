/*
 * test_language.c - the language above words and blocks, a row for each sentence of keepalived.conf(5) about it: include files,
 * conditions, variables, repetition, and the bounds of all of them. Rows have the exact tree and every finding with its place.
 */
#include "base/alloc.h"
#include "base/text.h"

#include "conf/expand.h"
#include "conf/tree.h"
#include "run.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILES = 5 };

#define NONE         \
	{ NULL },    \
	{            \
		NULL \
	} /* no other files */

/* Files of a directory of their own. "m" is the configuration; its name and the id "main" are given to vipd. */
struct row {
	const char *text;                      /* of m */
	const char *out;                       /* the tree in canonical form; DIR is the directory */
	const char *findings;                  /* "file:line:column class: text", a line each; NULL: none */
	const char *name[FILES], *data[FILES]; /* other files; a name ending in '/' is a directory, in '|' a FIFO */
};

/* keepalived.conf(5) "DESCRIPTION", "include_check" */
static const struct row includes[] = {
	/* wildcards, csh braces; relative to the file that includes */
	{ "include a\n", "x\n", NULL, { "a" }, { "x\n" } },
	{ "include *.c\n", "one\ntwo\n", NULL, { "2.c", "1.c", ".c", "3.d" }, { "two\n", "one\n", "no\n", "no\n" } },
	{ "include [^1]?c\n", "two\n", NULL, { "2.c", "1.c" }, { "two\n", "one\n" } },
	{ "include [[:digit:]].c\n", "one\n", NULL, { "x.c", "1.c" }, { "two\n", "one\n" } },
	{ "include .c*\n", "x\n", NULL, { ".c1" }, { "x\n" } },
	{ "include {foo/{,cat,dog},bar}.c\n", "c\nd\nb\ne\n", NULL,
		{ "foo/", "foo/cat.c", "foo/dog.c", "bar.c", "foo/.c" }, { "", "d\n", "b\n", "e\n", "c\n" } },
	{ "include {2,1}.c\n", "two\none\n", NULL, { "2.c", "1.c" }, { "two\n", "one\n" } },
	{ "include d*/{b,a}*\n", "2\n1\n", NULL, { "d1/", "d1/a1", "d1/b1" }, { "", "1\n", "2\n" } },
	{ "include \\*\n", "x\n", NULL, { "*", "a" }, { "x\n", "y\n" } },
	{ "include a{}b\n", "x\n", NULL, { "a{}b" }, { "x\n" } },
	{ "include a{b\n", "x\n", NULL, { "a{b" }, { "x\n" } },
	{ "include \"a b\"\n", "x\n", NULL, { "a b" }, { "x\n" } },
	{ "include a b # c\n", "x\n", NULL, { "a b" }, { "x\n" } },
	{ "include d/a\nz\n", "x\nz\n", NULL, { "d/", "d/a", "d/b", "b" }, { "", "include b\n", "x\n", "y\n" } },
	{ "include d/a\n", "p DIR/d\nq\n", NULL, { "d/", "d/a" }, { "", "p ${_PWD}\nq\n" } },
	{ "v {\ninclude a\nq\n", "v {\n\tp\n}\nq\n", NULL, { "a" }, { "p\n}\n" } },
	{ "$P=7\ninclude a\nx $P $Q\n", "p 7\nx 7 8\n", NULL, { "a" }, { "p $P\n$Q=8\n" } },
	/* plain include: nothing that is missing is a mistake of the file */
	{ "include none\n", "", "m:1:9 environment: the included file 'none' does not exist\n", NONE },
	{ "include *.none\n", "", NULL, NONE },
	{ "include {x,y}.none\n", "",
		"m:1:9 environment: the included file 'x.none' does not exist\n"
		"m:1:9 environment: the included file 'y.none' does not exist\n", NONE },
	{ "include d\n", "", "m:1:9 environment: cannot read 'DIR/d': Is a directory\n", { "d/" }, { "" } },
	{ "include d*\n", "", NULL, { "d/" }, { "" } },
	{ "include f\n", "", "m:1:9 environment: cannot read 'DIR/f': it is no regular file\n", { "f|" }, { "" } },
	{ "include /dev/null\n", "", "m:1:9 environment: cannot read '/dev/null': it is no regular file\n", NONE },
	{ "include $F\n", "", "m:1:9 environment: the included file '$F' does not exist\n", NONE },
	/* includer: a match is a readable file */
	{ "includer none\n", "", "m:1:10 environment: the included file 'none' does not exist\n", NONE },
	{ "includer *.none\n", "", NULL, NONE },
	{ "includer d\n", "", "m:1:10 error: cannot read 'DIR/d': Is a directory\n", { "d/" }, { "" } },
	{ "includer d*\n", "", "m:1:10 error: cannot read 'DIR/d': Is a directory\n", { "d/" }, { "" } },
	{ "includer f\n", "", "m:1:10 error: cannot read 'DIR/f': it is no regular file\n", { "f|" }, { "" } },
	/* includem: a file matches, unless a wildcard is specified */
	{ "includem none\n", "", "m:1:10 error: the included file 'none' does not exist\n", NONE },
	{ "includem *.none\n", "", NULL, NONE },
	{ "includem {x,y}\n", "1\n", "m:1:10 environment: the included file 'x' does not exist\n", { "y" }, { "1\n" } },
	{ "includem {x*,z*}\n", "", NULL, NONE },
	{ "includem d\n", "", "m:1:10 error: cannot read 'DIR/d': Is a directory\n", { "d/" }, { "" } },
	/* includew: a file matches, even if a wildcard is specified */
	{ "includew none\n", "", "m:1:10 error: the included file 'none' does not exist\n", NONE },
	{ "includew *.none\n", "", "m:1:10 error: no file matches '*.none'\n", NONE },
	{ "includew {a*,z*}\n", "1\n", NULL, { "a1" }, { "1\n" } },
	{ "includew {x*,z*}\n", "", "m:1:10 error: no file matches '{x*,z*}'\n", NONE },
	/* includeb: a brace expansion matches a file */
	{ "includeb none\n", "", "m:1:10 environment: the included file 'none' does not exist\n", NONE },
	{ "includeb {x,y}\n", "1\n", "m:1:10 error: the included file 'x' does not exist\n", { "y" }, { "1\n" } },
	{ "includeb {x*,y}\n", "1\n", NULL, { "y" }, { "1\n" } },
	/* includea: all of them */
	{ "includea none\n", "", "m:1:10 error: the included file 'none' does not exist\n", NONE },
	{ "includea *.none\n", "", "m:1:10 error: no file matches '*.none'\n", NONE },
	{ "includea {x,y}\n", "1\n", "m:1:10 error: the included file 'x' does not exist\n", { "y" }, { "1\n" } },
	{ "includea d*\n", "", "m:1:10 error: cannot read 'DIR/d': Is a directory\n", { "d/" }, { "" } },
	/* include_check: from its line on; the variants add to it; + and -; no option: all; restored after a file */
	{ "include n1\nglobal_defs {\n include_check match\n}\ninclude n2\ninclude *.n3\n",
		"global_defs {\n\tinclude_check match\n}\n",
		"m:1:9 environment: the included file 'n1' does not exist\n"
		"m:5:9 error: the included file 'n2' does not exist\n", NONE },
	{ "global_defs { include_check }\ninclude *.n\n", "global_defs {\n\tinclude_check\n}\n",
		"m:2:9 error: no file matches '*.n'\n", NONE },
	{ "global_defs {\n include_check wildcard_match\n include_check +match -wildcard_match\n}\ninclude *.n\ninclude n\n",
		"global_defs {\n\tinclude_check wildcard_match\n\tinclude_check +match -wildcard_match\n}\n",
		"m:6:9 error: the included file 'n' does not exist\n", NONE },
	{ "global_defs {\n include_check\n include_check - match wildcard_match\n include_check -readable\n}\n"
	  "include *.n\ninclude n\ninclude d\nincludem n\n",
		"global_defs {\n\tinclude_check\n\tinclude_check - match wildcard_match\n\tinclude_check -readable\n}\n",
		"m:7:9 environment: the included file 'n' does not exist\n"
		"m:8:9 environment: cannot read 'DIR/d': Is a directory\n"
		"m:9:10 error: the included file 'n' does not exist\n",
		{ "d/" }, { "" } },
	{ "include a\ninclude n\n", "global_defs {\n\tinclude_check match\n}\n",
		"m:2:9 environment: the included file 'n' does not exist\n"
		"a:4:9 error: the included file 'n' does not exist\n",
		{ "a" }, { "global_defs {\ninclude_check match\n}\ninclude n\n" } },
	{ "global_defs {\ninclude_check match\n}\ninclude a\n", "global_defs {\n\tinclude_check match\n}\nx\n",
		"a:1:9 error: the included file 'n' does not exist\n", { "a" }, { "include n\nx\n" } },
	{ "v {\n include_check match\n}\ninclude n\n", "v {\n\tinclude_check match\n}\n",
		"m:4:9 environment: the included file 'n' does not exist\n", NONE },
	/* conditions and variables come too late for an include line */
	{ "@main include a\n", "", "m:1:7 warning: include has no effect behind a condition or out of a variable\n",
		{ "a" }, { "x\n" } },
	{ "@main includer a\n", "", "m:1:7 warning: include has no effect behind a condition or out of a variable\n",
		{ "a" }, { "x\n" } },
	{ "@other include a\n", "", NULL, { "a" }, { "x\n" } },
	{ "$I=include\n$I a\n", "\"include\" a\n", NULL, { "a" }, { "x\n" } },
	{ "~SEQ(A, 2) include a\n", "",
		"m:1:12 warning: include has no effect behind a condition or out of a variable\n", { "a" }, { "x\n" } },
	{ "$V= \\\n include a \\\n b\n$V\n", "b\n",
		"m:2:2 warning: include has no effect behind a condition or out of a variable\n", { "a" }, { "x\n" } },
	{ "included a\nincludes\n", "included a\nincludes\n", NULL, { "a" }, { "x\n" } },
	/* circles, by name and by inode; the same file twice is none */
	{ "include m\nx\n", "x\n", "m:1:9 error: 'DIR/m' includes itself\n", NONE },
	{ "include d/../m\nx\n", "x\n", "m:1:9 error: 'DIR/d/../m' includes itself\n", { "d/" }, { "" } },
	{ "include a\nx\n", "z\ny\nx\n", "b:2:9 error: 'DIR/a' includes itself, by way of 'DIR/b'\n", { "a", "b" },
		{ "include b\ny\n", "z\ninclude a\n" } },
	{ "include a\n", "", "c:1:9 error: 'DIR/m' includes itself, by way of 'DIR/a', 'DIR/b', 'DIR/c'\n",
		{ "a", "b", "c" }, { "include b\n", "include c\n", "include m\n" } },
	{ "include a\ninclude a\n", "x\nx\n", NULL, { "a" }, { "x\n" } },
	{ "include\n", "", "m:1:1 error: 'include' needs the name of a file\n", NONE },
	{ "includea \"\"\n", "", "m:1:1 error: 'includea' needs the name of a file\n", NONE },
	/* a pattern is bounded */
	{ "include {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}\nx\n", "",
		"m:1:9 error: the braces of this name have more than 1024 alternatives\n", NONE },
	{ "include *a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b\nx\n", "x\n", NULL,
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
		{ "" } },
	/* written to while it is read: sizes of proc(5) are never true */
	{ "includer /proc/self/status\n", "",
		"m:1:10 error: cannot read '/proc/self/status': it is being written to while it is read\n", NONE },
};

/* keepalived.conf(5) "Conditional configuration and configuration id" */
static const struct row conditions[] = {
	{ "@main a\n@other b\n@^main c\n@^other d\n", "a\nd\n", NULL, NONE },
	{ "  @main\ta\n@mai b\n@main1 c\n@main\n@other\n", "a\n", NULL, NONE },
	{ "g {\n @main router_id m\n @backup router_id b\n}\n", "g {\n\trouter_id m\n}\n", NULL, NONE },
	{ "u {\n@^main 1\n@^backup 2\n@^backup2 3\n}\n", "u {\n\t2\n\t3\n}\n", NULL, NONE },
	{ "@main @^other a\n@main @other b\n", "a\n", NULL, NONE },
	{ "@ a\n@^ b\n", "b\n",
		"m:1:1 warning: this condition names no id\nm:2:1 warning: this condition names no id\n", NONE },
	{ "a @main\n", "a \"@main\"\n", NULL, NONE },
	/* before a line that opens a block: the head that holds gets the body, else the block is left out */
	{ "@main v A {\n x\n}\n@other w {\n y\n z {\n }\n}\nq\n", "v A {\n\tx\n}\nq\n", NULL, NONE },
	{ "@main v A {\n@other v B {\n x\n}\n", "v A {\n\tx\n}\n", NULL, NONE },
	{ "@other v B {\n@main v A {\n x\n}\n", "v A {\n\tx\n}\n", NULL, NONE },
	{ "@other v B {\n@another v C {\n x\n}\ny\n", "y\n", NULL, NONE },
	{ "@main a\n@other v {\n x\n}\ny\n", "a\ny\n", NULL, NONE },
	{ "@other v\n{\n x\n}\ny\n", "y\n", NULL, NONE },
	{ "@main v\n@other w\n{\n x\n}\ny\n", "v {\n\tx\n}\ny\n", NULL, NONE },
	{ "@other v { x }\ny\n", "y\n", NULL, NONE },
	{ "@other v {\n x } y\nz\n", "y\nz\n", NULL, NONE },
	{ "v {\n@other w {\n x\n}\n}\ny\n", "v {\n}\ny\n", NULL, NONE },
	{ "@other v {\n include a\n $X=1\n ~SEQ(A, 2) y\n}\nx \"$X\"\n", "x \"\\044X\"\n", NULL, { "a" }, { "z\n" } },
	{ "@other v {\n \"}\" # }\n ${X}\n}\ny\n", "y\n", NULL, NONE },
	{ "@other v {\n x\n", "", "m:1:1 error: the block behind this condition is not closed: a '}' is missing\n", NONE },
	{ "v {\n@main }\n@other }\nq\n", "v {\n}\nq\n", NULL, NONE },
	/* with variables */
	{ "@main $P=240\n@backup $P=200\nv {\n p $P\n}\n", "v {\n\tp 240\n}\n", NULL, NONE },
	{ "$IF=@main\n$IF p 240\n$NO=@other\n$NO p 1\n", "p 240\n", NULL, NONE },
	{ "$I= \\\n v { \\\n @main p 1 \\\n @other p 2 \\\n }\n$I\n", "v {\n\tp 1\n}\n", NULL, NONE },
	{ "$R=~SEQ(A, 2)\n$R x $A\n$S=~SEQ(A, 2) y ${A} $B\n$B= \\\n c \\\n d\n$S\n", "x 1\nx 2\ny 1 c\nd\ny 2 c\nd\n", NULL, NONE },
	{ "$X=~SEQ(A, 2) ${X}\n$X\n", "", "m:1:15 error: the variable 'X' refers to itself\n", NONE },
	{ "@main ~SEQ(A, 2) x $A\n@other ~SEQ(A, 2) y $A\n~SEQ(A, 2) @main z $A\n", "x 1\nx 2\nz 1\nz 2\n", NULL, NONE },
};

/* keepalived.conf(5) "Parameter substitution", "Pre-defined definitions" */
static const struct row variables[] = {
	{ "$X=1\na $X ${X}2 x${X}y\n", "a 1 12 x1y\n", NULL, NONE },
	{ "  $X=1 # c\na $X\n", "a 1\n", NULL, NONE },
	{ "$E=\na b${E}c ${E} d\n", "a bc d\n", NULL, NONE },
	{ "$A_b9=1\na $A_b9\n", "a 1\n", NULL, NONE },
	{ "$9=1\na\n", "\"$9=1\"\na\n", NULL, NONE },
	{ "$X=1\na $X.b x$X ${X} $X\n", "a \"\\044X.b\" x1 1 1\n", NULL, NONE },
	{ "$X=a b  c\nq \"$X \" ${X}\n", "q \"a b  c \" a b c\n", NULL, NONE },
	{ "$X=\"a b\"\nq ${X}\n", "q \"a b\"\n", NULL, NONE },
	{ "$X=1\n$X=2\na $X\n$X=3\na $X\n", "a 2\na 3\n", NULL, NONE },
	/* recursive, and replaced when it is used */
	{ "$A=10.2.${B}\n$B=0\n${A}.100/32\n$B=10\n${A}.100/32\n", "10.2.0.100/32\n10.2.10.100/32\n", NULL, NONE },
	{ "$A=x${A}\na $A\nb\n", "b\n", "m:1:5 error: the variable 'A' refers to itself\n", NONE },
	{ "$A=${B}\n$B=${C}\n$C=${A}\na $A\n", "", "m:3:4 error: the variable 'A' refers to itself\n", NONE },
	{ "$A= \\\n x \\\n $B\n$B= \\\n $A \\\n y\n$A\nz\n", "x\ny\nz\n", "m:5:2 error: the variable 'A' refers to itself\n", NONE },
	/* not defined: it remains; said where it looks meant */
	{ "a \"/bin/sh -c 'echo $1 ${HOME} $HOME '\"\n", "a \"/bin/sh -c 'echo $1 \\044{HOME} \\044HOME '\"\n", NULL, NONE },
	{ "auth_pass $ecret\n", "auth_pass \"\\044ecret\"\n", NULL, NONE },
	{ "a $X.b x$Y $low\nb $UP_1 c\n", "a \"\\044X.b\" \"x\\044Y\" \"\\044low\"\nb \"\\044UP_1\" c\n",
		"m:2:3 warning: the variable 'UP_1' is not defined: this stays as it is\n", NONE },
	{ "a ${UNDEF}x\n", "a \"\\044{UNDEF}x\"\n", "m:1:3 warning: the variable 'UNDEF' is not defined: this stays as it is\n", NONE },
	{ "$PRIORITY=1\na $PRIORTY\n", "a \"\\044PRIORTY\"\n",
		"m:2:3 warning: the variable 'PRIORTY' is not defined: this stays as it is\n", NONE },
	{ "$NAME=1\na \"b ${NAMES}\" ${name}\n", "a \"b \\044{NAMES}\" \"\\044{name}\"\n",
		"m:2:6 warning: the variable 'NAMES' is not defined: this stays as it is\n"
		"m:2:16 warning: the variable 'name' is not defined: this stays as it is\n", NONE },
	{ "$INSTANCE\n", "\"\\044INSTANCE\"\n",
		"m:1:1 warning: the variable 'INSTANCE' is not defined: this stays as it is\n", NONE },
	{ "$X = 1\n", "\"\\044X\" = 1\n", "m:1:1 error: '$X' is not defined here: a blank stands before the '='\n", NONE },
	{ "$_X=1\na $_X\n", "a 1\n", "m:1:1 warning: names that begin with '_' are predefined ones\n", NONE },
	/* several lines; nested; more on the line of use */
	{ "$I= \\\n v VI_${N} { \\\n p $P \\\n }\n$N=1\n$P=7\n$I\n$N=2\n$I\n", "v VI_1 {\n\tp 7\n}\nv VI_2 {\n\tp 7\n}\n", NULL, NONE },
	{ "$R= \\\n r ${V}.${N}\n$W= \\\n v { \\\n $N=1 \\\n $R \\\n $N=2 \\\n $R \\\n }\n$V=9\n$W\n",
		"v {\n\tr 9.1\n\tr 9.2\n}\n", NULL, NONE },
	{ "$B= \\\n a \\\n b\nv { $B c }\n$D=x $B\n$D\n", "v {\n\ta\n\tb c\n}\nx a\nb\n", NULL, NONE },
	{ "$B= \\\n a # c \\\n b\n$B\n", "b\na\n", NULL, NONE },
	{ "$B= \\\n a \\\n\n b\n$B\n", "b\na\n", NULL, NONE },
	{ "$B=a \\\n b\n$B\n", "a b\n", NULL, NONE },
	/* predefined */
	{ "a ${_PWD}/x $_PWD \"${_PWD}\"\n", "a DIR/x DIR \"DIR\"\n", NULL, NONE },
	{ "a ${_INSTANCE}x $_INSTANCE\n", "a mainx main\n", NULL, NONE },
	{ "a x${_HASH}y ${_BANG} \"${_HASH}\"\n", "a \"x#y\" \"!\" \"#\"\n", NULL, NONE },
	{ "a ${_RANDOM 5 5}x ${_RANDOM 7 7 }\n", "a 5x 7\n", NULL, NONE },
	{ "a ${_RANDOM 9 3}\n", "a 9\n", "m:1:3 error: the smallest number, 9, is above the largest, 3\n", NONE },
	{ "a ${_RANDOM x}\na ${_RANDOM 1 2 3}\na ${_RANDOM -1 2}\n", "a 0\na 1\na 0\n",
		"m:1:3 error: the numbers of ${_RANDOM} cannot be read\n"
		"m:2:3 error: the numbers of ${_RANDOM} cannot be read\n"
		"m:3:3 error: the numbers of ${_RANDOM} cannot be read\n", NONE },
	{ "a ${_ENV VIPD_TEST_LANGUAGE}x\n", "a from the environmentx\n", NULL, NONE },
	{ "a ${_ENV VIPD_TEST_NONE}\n", "a \"\\044{_ENV VIPD_TEST_NONE}\"\n",
		"m:1:3 environment: the environment variable 'VIPD_TEST_NONE' is not set\n", NONE },
	{ "a \"${_NONE}\"\n", "a \"\\044{_NONE}\"\n", NULL, NONE },
};

/* keepalived.conf(5) "Sequence blocks", "List blocks" */
static const struct row repetitions[] = {
	{ "~SEQ(SUBNET, 0, 3) ip_address 10.0.${SUBNET}.1\n",
		"ip_address 10.0.0.1\nip_address 10.0.1.1\nip_address 10.0.2.1\nip_address 10.0.3.1\n", NULL, NONE },
	{ "~SEQx(S, 144, 16, 192) f:${S}\n~SEQx(S, 0x90, 0x10, 0xc0) g:${S}\n",
		"f:90\nf:a0\nf:b0\nf:c0\ng:90\ng:a0\ng:b0\ng:c0\n", NULL, NONE },
	{ "v {\n~SEQx(AD2, 0x90, 0x10, 0xa0) ~SEQx(AD1, 0x12, -1, 0x10) fe81::10:${AD2}:${AD1}\n}\n",
		"v {\n\tfe81::10:90:12\n\tfe81::10:90:11\n\tfe81::10:90:10\n\tfe81::10:a0:12\n\tfe81::10:a0:11\n"
		"\tfe81::10:a0:10\n}\n",
		NULL, NONE },
	{ "~SEQ(A, 3) x $A\n~SEQ(A, -2) y $A\n~SEQ(A, 0) z $A\n", "x 1\nx 2\nx 3\ny -1\ny -2\nz 1\nz 0\n", NULL, NONE },
	{ "~SEQ(A, 3, 1) x $A\n~SEQ(A, -1, 1) y $A\n", "x 3\nx 2\nx 1\ny -1\ny 0\ny 1\n", NULL, NONE },
	{ "~SEQ(A, 1, 2, 6) x $A\n~SEQ(A, 5, -2, 0) y $A\n~SEQ(A, 4, 4) z $A\n",
		"x 1\nx 3\nx 5\ny 5\ny 3\ny 1\nz 4\n", NULL, NONE },
	{ "~SEQ(A, 010) x $A\n~SEQ( A,01 , 02 )y$A\n ~SEQ (A, 1) z $A\n",
		"x 1\nx 2\nx 3\nx 4\nx 5\nx 6\nx 7\nx 8\ny1\ny2\nz 1\n", NULL, NONE },
	{ "$N=2\n~SEQ(A, 1, ${N}) ~SEQ(B, ${A}, 2) x ${A}${B}\n", "x 11\nx 12\nx 22\n", NULL, NONE },
	{ "$V= \\\n v ${A} { \\\n ~SEQ(B, 2) r ${A}.${B} \\\n }\n~SEQ(A, 2) $V\n",
		"v 1 {\n\tr 1.1\n\tr 1.2\n}\nv 2 {\n\tr 2.1\n\tr 2.2\n}\n", NULL, NONE },
	{ "~SEQ(A, 2) $B=${A}\nx $B $A\n", "x 2 2\n", NULL, NONE },
	{ "~SEQ(A, 2) v${A} {\n x\n}\ny\n", "v1 {\n\tx\n}\ny\n",
		"m:1:1 error: the repeated line opens a block that it does not close\n", NONE },
	{ "~SEQ(A, 1, 0, 3) x\n", "", "m:1:12 error: a step of 0 never ends\n", NONE },
	{ "~SEQ(A, 1, -1, 3) x\n~SEQ(A, 3, 1, 1) x\n", "",
		"m:1:12 error: the step leads away from the end\nm:2:12 error: the step leads away from the end\n", NONE },
	{ "~SEQx(A, -2, 1) x\n~SEQx(A, -2) x\n", "",
		"m:1:10 error: ~SEQx counts numbers from 0 on\nm:2:10 error: ~SEQx counts numbers from 0 on\n", NONE },
	{ "~SEQ(A, 1x) x\n~SEQ(A, ) x\n~SEQ(A, 99999999999) x\n", "",
		"m:1:9 error: a number from -2000000000 to 2000000000 is wanted here\n"
		"m:2:8 error: a number from -2000000000 to 2000000000 is wanted here\n"
		"m:3:9 error: a number from -2000000000 to 2000000000 is wanted here\n", NONE },
	{ "~SEQ(A) x\n~SEQ() x\n~SEQ(A,1,2,3,4) x\n~SEQ(A, 2 x\n~LST(A) x\n", "",
		"m:1:1 error: the arguments of this repetition cannot be read\n"
		"m:2:1 error: the arguments of this repetition cannot be read\n"
		"m:3:1 error: the arguments of this repetition cannot be read\n"
		"m:4:1 error: the ')' of this repetition is missing\n"
		"m:5:1 error: the arguments of this repetition cannot be read\n", NONE },
	{ "~SEQ(1A, 2) x\n~LST({A, b c}, {1,2}) x\n", "",
		"m:1:6 error: the name of a variable has letters, digits and '_' and begins with no digit\n"
		"m:2:10 error: the name of a variable has letters, digits and '_' and begins with no digit\n", NONE },
	{ "a ~SEQ(A, 2) b\n~SEQ\n~a b\n", "a \"~SEQ(A,\" 2) b\n\"~SEQ\"\n\"~a\" b\n", NULL, NONE },
	{ "~SQE(A, 2) c\nd\n", "d\n", "m:1:1 error: this repetition is neither ~SEQ, ~SEQx nor ~LST\n", NONE },
	/* lists */
	{ "~LST({IP, IP1}, {10,1},{20,4},{5,6},{12,8}) 192.168.${IP}.${IP1}\n",
		"192.168.10.1\n192.168.20.4\n192.168.5.6\n192.168.12.8\n", NULL, NONE },
	{ "~LST(IP, 1, 2) ~LST(IP1, 5,6) 192.169.${IP}.${IP1}\n",
		"192.169.1.5\n192.169.1.6\n192.169.2.5\n192.169.2.6\n", NULL, NONE },
	{ "~LST({IP,   IP1},  {10,1},{20,4})  ~SEQ(IP2,168,2,172) 192.${IP2}.${IP}.${IP1}\n",
		"192.168.10.1\n192.170.10.1\n192.172.10.1\n192.168.20.4\n192.170.20.4\n192.172.20.4\n", NULL, NONE },
	{ "~LST(A, only) x $A\n~LST(A, ) y${A}z\n~LST({A}, {1}, 2) w $A\n", "x only\nyz\nw 1\nw 2\n", NULL, NONE },
	{ "$L=1, 2\n~LST(A, ${L}, 3) x $A\n", "x 1\nx 2\nx 3\n", NULL, NONE },
	{ "~LST({A,B}, {1}) x\n~LST({A,B}, {1,2}, {1,2,3}) y\n", "y\n",
		"m:1:13 error: 2 values in braces are wanted here\nm:2:20 error: 2 values in braces are wanted here\n", NONE },
	{ "~LST(A, {1,2}) x\n~LST({A, {1} x\n", "",
		"m:1:9 error: one value is wanted here\nm:2:1 error: the ')' of this repetition is missing\n", NONE },
	{ "~LST({A, 1) x\n~LST(A}, 1) x\n", "",
		"m:1:1 error: the arguments of this repetition cannot be read\n"
		"m:2:1 error: the arguments of this repetition cannot be read\n", NONE },
	/* too much, said at once */
	{ "~SEQ(A, 1, 2000000000) x $A\ny\n", "", "m:1:1 error: this line would be repeated more than 1000000 times\n", NONE },
	{ "~SEQ(A,1,1000) ~SEQ(B,1,1000) ~SEQ(C,1,1000) x\ny\n", "",
		"m:1:31 error: this line would be repeated more than 1000000 times\n", NONE },
	{ "v {\nw {\n~SEQ(A, 0, 1000000) x\n}\n}\ny\n", "v {\n\tw {\n\t}\n}\n",
		"m:3:1 error: this line would be repeated more than 1000000 times\n", NONE },
};

static char *path_of(const char *dir, const char *name)
{
	struct text t = { 0 };
	size_t n = strlen(name);

	text_printf(&t, "%s/", dir);
	text_add_bytes(&t, name, n && strchr("/|", name[n - 1]) ? n - 1 : n);
	return t.s;
}

static void make_file(const char *dir, const char *name, const char *data)
{
	char *path = path_of(dir, name), kind = name[strlen(name) - 1];
	FILE *f = kind == '/' || kind == '|' ? NULL : fopen(path, "w");

	if (kind == '/')
		ck_assert_int_eq(mkdir(path, 0700), 0);
	else if (kind == '|')
		ck_assert_int_eq(mkfifo(path, 0600), 0);
	else
		ck_assert_ptr_nonnull(f);
	if (f) {
		fputs(data, f);
		fclose(f);
	}
	free(path);
}

static void make_files(const struct row *row, const char *dir)
{
	for (unsigned i = 0; i < FILES && row->name[i]; i++)
		if (strchr(row->name[i], '/') == row->name[i] + strlen(row->name[i]) - 1)
			make_file(dir, row->name[i], "");
	for (unsigned i = 0; i < FILES && row->name[i]; i++)
		if (row->name[i][strlen(row->name[i]) - 1] != '/')
			make_file(dir, row->name[i], row->data[i]);
	make_file(dir, "m", row->text);
}

static void remove_files(const struct row *row, const char *dir)
{
	char *path;

	for (unsigned i = 2 * FILES; i-- > 0;) {
		const char *name = row->name[i % FILES];

		if (!name || (name[strlen(name) - 1] == '/') != (i < FILES))
			continue;
		path = path_of(dir, name);
		remove(path);
		free(path);
	}
	path = path_of(dir, "m");
	remove(path);
	free(path);
	rmdir(dir);
}

/* `text` with the directory written as DIR; malloc'ed. */
static char *without_dir(const char *text, const char *dir)
{
	struct text t = { 0 };

	for (const char *p; (p = strstr(text, dir)); text = p + strlen(dir)) {
		text_add_bytes(&t, text, (size_t)(p - text));
		text_add(&t, "DIR");
	}
	text_add(&t, text);
	return t.s;
}

static const char *base_name(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? slash + 1 : file;
}

static void write_findings(struct report *r, struct text *out)
{
	static const char *const class[] = { "error", "warning", "environment" };
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r, i)); i++)
		text_printf(out, "%s:%u:%u %s: %s\n", base_name(f->at.file), f->at.line, f->at.column, class[f->class],
			f -> text);
}

static struct conf_tree *read_main(const char *dir, struct report *r)
{
	char *path = path_of(dir, "m");
	struct conf_tree *t = tree_read_file(path, &(struct tree_options){ .config_id = "main" }, r);

	free(path);
	return t;
}

static void check_row(const struct row *row)
{
	char dir[] = "/tmp/test_language.XXXXXX", *out, *findings;
	struct report *r = report_new();
	struct text tree = { 0 }, found = { 0 };
	struct conf_tree *t;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	make_files(row, dir);
	t = read_main(dir, r);
	tree_write(t, &tree);
	write_findings(r, &found);
	out = without_dir(text_str(&tree), dir);
	findings = without_dir(text_str(&found), dir);
	remove_files(row, dir);
	ck_assert_msg(!strcmp(out, row->out), "in:\n%s\nwant:\n%s\ngot:\n%s\nfindings:\n%s", row->text, row->out, out,
		findings);
	ck_assert_msg(!strcmp(findings, row->findings ? row->findings : ""), "in:\n%s\nwant:\n%s\ngot:\n%s", row->text,
		row->findings, findings);
	free(out);
	free(findings);
	text_done(&tree);
	text_done(&found);
	tree_free(t);
	report_free(r);
}

START_TEST(test_includes) {
	check_row(&includes[_i]);
}
END_TEST

START_TEST(test_conditions) {
	check_row(&conditions[_i]);
}
END_TEST

START_TEST(test_variables) {
	setenv("VIPD_TEST_LANGUAGE", "from the environment", 1);
	unsetenv("VIPD_TEST_NONE");
	check_row(&variables[_i]);
}
END_TEST

START_TEST(test_repetitions) {
	check_row(&repetitions[_i]);
}
END_TEST

/* A word's way: where its first byte was written, and each place where that was used, innermost first. */
struct way {
	const char *text; /* of m; a is read with it */
	const char *a;
	const char *word, *way; /* "file:line:column+len <- ..." */
};

static const struct way ways[] = {
	{ "x y\n", "", "y", "m:1:3+1" },
	{ "$P=300\nv {\n p $P\n}\n", "", "300", "m:1:4+3 <- m:3:4+2" },
	{ "$P=300\np x${P}y\n", "", "x300y", "m:2:3+1" },
	{ "$P=300\np ${P}y\n", "", "300y", "m:1:4+3 <- m:2:3+4" },
	{ "$A=1${B}\n$B=2\np ${A}\n", "", "12", "m:1:4+1 <- m:3:3+4" },
	{ "$A=${B}\n$B=2\np ${A}\n", "", "2", "m:2:4+1 <- m:1:4+4 <- m:3:3+4" },
	{ "$V= \\\n v { \\\n  p ${P} q \\\n }\n$P=7\n  $V\n", "", "7", "m:5:4+1 <- m:3:5+4 <- m:6:3+2" },
	{ "$V= \\\n v { \\\n  p ${P} q \\\n }\n$P=7\n  $V\n", "", "q", "m:3:10+1 <- m:6:3+2" },
	{ "$V= \\\n $P=7 \\\n p ${P}\n$V\n", "", "7", "m:2:5+1 <- m:3:4+4 <- m:4:1+2" },
	{ "~SEQ(A, 3, 3) p $A q\n", "", "3", "m:1:1+1 <- m:1:17+2" },
	{ "~SEQ(A, 3, 3) p $A q\n", "", "q", "m:1:20+1" },
	{ "~LST({A,B}, {a1,b2}) p $A ${B}\n", "", "b2", "m:1:17+2 <- m:1:27+4" },
	{ "$V= \\\n p ${A} \\\n q\n~SEQ(A, 3, 3) $V\n", "", "q", "m:3:2+1 <- m:4:15+2" },
	{ "$V= \\\n p ${A} \\\n q\n~SEQ(A, 3, 3) $V\n", "", "3", "m:4:1+1 <- m:2:4+4 <- m:4:15+2" },
	{ "p ${_PWD}\n", "", NULL, "m:1:3+1" },
	{ "x\n include a\n", "y z\n", "z", "a:1:3+1 <- m:2:10+1" },
	{ "$P=1\ninclude a\n", "y ${P}\n", "1", "m:1:4+1 <- a:1:3+4 <- m:2:9+1" },
	{ "include a\nq $P\n", "\n$P=1\n", "1", "a:2:4+1 <- m:2:3+2" },
	{ "include a\n", "q \\\n  r \"s\" # t\n", "s", "a:2:5+3 <- m:1:9+1" },
};

static const struct conf_word *find_word(const struct conf_node *n, const char *text)
{
	const struct conf_word *w = NULL;

	for (; n && !w; n = n->next) {
		for (unsigned i = 0; i < n->n_words && !w; i++)
			if (text ? !strcmp(n->words[i].text, text) : i == 1)
				w = &n->words[i];
		w = w ? w : find_word(n->children, text);
	}
	return w;
}

START_TEST(test_ways) {
	const struct way *c = &ways[_i];
	const struct row row = { c->text, "", NULL, { "a" }, { c->a } };
	char dir[] = "/tmp/test_language.XXXXXX";
	struct report *r = report_new();
	const struct conf_word *w;
	struct text way = { 0 };
	struct conf_tree *t;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	make_files(&row, dir);
	t = read_main(dir, r);
	remove_files(&row, dir);
	w = find_word(t->root.children, c->word);
	ck_assert_ptr_nonnull(w);
	for (const struct place *p = &w->at; p; p = p->used)
		text_printf(&way, "%s%s:%u:%u+%u", p == &w->at ? "" : " <- ", base_name(p->file), p->line, p->column,
			p->len);
	ck_assert_msg(!strcmp(text_str(&way), c->way), "in:\n%s\nwant: %s\ngot:  %s", c->text, c->way, text_str(&way));
	text_done(&way);
	tree_free(t);
	report_free(r);
}
END_TEST

/* The canonical tree of bytes, malloc'ed; ends the test when there is a finding. */
static char *canonical(const char *text)
{
	struct report *r = report_new();
	struct conf_tree *t = tree_read_bytes("m", text, strlen(text), false, r);
	struct text out = { 0 };

	ck_assert_ptr_null(report_get(r, 0));
	tree_write(t, &out);
	tree_free(t);
	report_free(r);
	return out.s;
}

/* random_seed: the same numbers again, from its line on; without it other ones each time; always inside their range. */
START_TEST(test_random) {
	static const char seeded[] = "global_defs {\n random_seed 7\n}\n~SEQ(A, 50) x ${_RANDOM 10 19} ${_RANDOM}\n";
	static const char other[] = "global_defs {\n random_seed 8\n}\n~SEQ(A, 50) x ${_RANDOM 10 19} ${_RANDOM}\n";
	static const char loose[] = "~SEQ(A, 50) x ${_RANDOM 10 19} ${_RANDOM}\n";
	char *a = canonical(seeded), *b = canonical(seeded), *c = canonical(other), *d = canonical(loose),
	     *e = canonical(loose);
	unsigned small, large, seen = 0, n = 0;

	ck_assert_str_eq(a, b);
	ck_assert_str_ne(strstr(a, "x "), strstr(c, "x "));
	ck_assert_str_ne(d, e);
	for (const char *p = d; p && sscanf(p, "x %u %u", &small, &large) == 2; p = strchr(p, '\n') + 1, n++) {
		ck_assert_uint_ge(small, 10);
		ck_assert_uint_le(small, 19);
		ck_assert_uint_le(large, 32767);
		seen |= 1u << (small - 10);
	}
	ck_assert_uint_eq(n, 50);
	ck_assert_uint_gt(seen & (seen - 1), 0);
	free(a);
	free(b);
	free(c);
	free(d);
	free(e);
}
END_TEST

static void check_one_error(const char *dir, const char *want)
{
	struct report *r = report_new();
	struct conf_tree *t = read_main(dir, r);
	struct text found = { 0 };
	char *findings;

	write_findings(r, &found);
	findings = without_dir(text_str(&found), dir);
	ck_assert_str_eq(findings, want);
	free(findings);
	text_done(&found);
	tree_free(t);
	report_free(r);
}

/* A chain of 16 files below the first is read, one more is an error at its include line. */
START_TEST(test_depth) {
	char dir[] = "/tmp/test_language.XXXXXX", name[16], data[32];

	ck_assert_ptr_nonnull(mkdtemp(dir));
	make_file(dir, "m", "include 1\n");
	for (int i = 1; i <= 17; i++) {
		snprintf(name, sizeof(name), "%d", i);
		snprintf(data, sizeof(data), i < 17 ? "include %d\n" : "x\n", i + 1);
		make_file(dir, name, data);
	}
	check_one_error(dir, "16:1:9 error: files are included more than 16 deep\n");
	make_file(dir, "16", "x\n");
	check_one_error(dir, "");
	for (int i = 0; i <= 17; i++) {
		char *path;

		snprintf(name, sizeof(name), "%d", i);
		path = path_of(dir, i ? name : "m");
		unlink(path);
		free(path);
	}
	rmdir(dir);
}
END_TEST

/* Two files that include the next one twice each: doubling ends at the bound of files. */
START_TEST(test_number_of_files) {
	char dir[] = "/tmp/test_language.XXXXXX", name[16], data[64];
	struct report *r = report_new();
	struct conf_tree *t;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	make_file(dir, "m", "include 1\ninclude 1\n");
	for (int i = 1; i <= 15; i++) {
		snprintf(name, sizeof(name), "%d", i);
		snprintf(data, sizeof(data), i < 15 ? "include %d\ninclude %d\n" : "x\n", i + 1, i + 1);
		make_file(dir, name, data);
	}
	t = read_main(dir, r);
	ck_assert_uint_eq(report_count(r, CONF_ERROR), 1);
	ck_assert_str_eq(report_get(r, 0)->text, "more than 10000 files are included");
	tree_free(t);
	report_free(r);
	for (int i = 0; i <= 15; i++) {
		char *path;

		snprintf(name, sizeof(name), "%d", i);
		path = path_of(dir, i ? name : "m");
		unlink(path);
		free(path);
	}
	rmdir(dir);
}
END_TEST

START_TEST(test_huge_file) {
	static const struct row row = { "include a\nx\n", "", NULL, { "a" }, { "" } };
	char dir[] = "/tmp/test_language.XXXXXX", *path;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	make_files(&row, dir);
	path = path_of(dir, "a");
	ck_assert_int_eq(truncate(path, (off_t)300 * 1024 * 1024), 0);
	check_one_error(dir, "m:1:9 error: 'DIR/a' is too large: all files together may have 256 MB\n");
	free(path);
	remove_files(&row, dir);
}
END_TEST

START_TEST(test_unreadable) {
	static const struct row row = { "includer a\ninclude a\ninclude *a\nx\n", "", NULL, { "a" }, { "" } };
	char dir[] = "/tmp/test_language.XXXXXX", *path;
	uid_t uid = geteuid();

	ck_assert_ptr_nonnull(mkdtemp(dir));
	make_files(&row, dir);
	chmod(dir, 0755);
	path = path_of(dir, "m");
	chmod(path, 0644);
	free(path);
	path = path_of(dir, "a");
	ck_assert_int_eq(chmod(path, 0), 0);
	if (uid == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	check_one_error(dir,
		"m:1:10 error: cannot read 'DIR/a': Permission denied\n"
		"m:2:9 environment: cannot read 'DIR/a': Permission denied\n"
		"m:3:9 environment: cannot read 'DIR/a': Permission denied\n");
	if (uid == 0)
		ck_assert_int_eq(seteuid(0), 0);
	free(path);
	remove_files(&row, dir);
}
END_TEST

/* The example of the manual page: 65,024 instances, each with a tracked file. */
START_TEST(test_manual_example) {
	static const char in[] = "$VI4= \\\n"
				 "track_file offset_instance_4.${IF}.${NUM}.${ID} { \\\n"
				 "    file \"${_PWD}/679/track_files/4.${IF}.${NUM}.${ID}\" \\\n"
				 "    weight -100 \\\n"
				 "} \\\n"
				 "vrrp_instance vrrp4.${IF}.${NUM}.${ID} { \\\n"
				 "    interface bond${IF}.${NUM} \\\n"
				 "    use_vmac vrrp4.${IF}.${NUM}.${ID} \\\n"
				 "    virtual_router_id ${ID} \\\n"
				 "    priority 130 \\\n"
				 "    virtual_ipaddress { \\\n"
				 "        10.${IF}.${NUM}.${ID}/24 \\\n"
				 "    } \\\n"
				 "    track_file { \\\n"
				 "        offset_instance_4.${IF}.${NUM}.${ID} \\\n"
				 "    } \\\n"
				 "}\n"
				 "\n"
				 "~SEQ(IF,0,7) ~SEQ(NUM,0,31) ~SEQ(ID,1,254) $VI4\n";
	struct report *r = report_new();
	struct conf_tree *t = tree_read_bytes("m", in, sizeof(in) - 1, false, r);
	const struct conf_node *last = t->root.last_child;
	unsigned n = 0;

	ck_assert_ptr_null(report_get(r, 0));
	for (const struct conf_node *v = t->root.children; v; v = v->next)
		n += !strcmp(v->words[0].text, "vrrp_instance");
	ck_assert_uint_eq(n, 65024);
	ck_assert_str_eq(t->root.children->next->words[1].text, "vrrp4.0.0.1");
	ck_assert_str_eq(last->words[1].text, "vrrp4.7.31.254");
	ck_assert_str_eq(last->last_child->children->words[0].text, "offset_instance_4.7.31.254");
	tree_free(t);
	report_free(r);
}
END_TEST

/* Texts that grow without end: one error, soon. */
static const struct {
	const char *text, *error;
} bombs[] = {
	{ "~SEQ(A,1,1000000) x $A aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa $A\n~SEQ(A,1,1000000) y\n"
	  "~SEQ(A,1,1000000) z\n",
		"the configuration needs more than 8 MB of memory" },
	{ "~SEQ(A,1,1000) ~SEQ(B,1,1000) $C=${A}\n~SEQ(A,1,1000) ~SEQ(B,1,1000) $C=${A}\n",
		"the configuration needs more than 8 MB of memory" },
	{ "$V= \\\n a \\\n ~SEQ(A, 1000) x\n$W= \\\n $V \\\n ~SEQ(B, 1000) $V\n$X= \\\n ~SEQ(C, 1000) $W\n$X\n",
		"this line would be repeated more than 1000000 times" },
	{ "$A=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n$B=${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}\n"
	  "$C=${B}${B}${B}${B}${B}${B}${B}${B}${B}${B}\n$D=${C}${C}${C}${C}${C}${C}${C}${C}${C}${C}\n~SEQ(N, 10000) x ${D}\n",
		"variables and repetitions expand to more than 2 MB" },
	{ "$A=${B}${B}${B}${B}\n$B=${C}${C}${C}${C}\n$C=${D}${D}${D}${D}\n$D=${E}${E}${E}${E}\n$E=${F}${F}${F}${F}\n"
	  "$F=${G}${G}${G}${G}\n$G=${H}${H}${H}${H}\n$H=x\nx ${A}\n",
		"more than 10000 variables are replaced in one line" },
};

/* The limits are a part of those of a daemon, to be quick: the message says 2 where that says 128. */
START_TEST(test_bombs) {
	struct conf_tree t = { .arena = arena_new(), .root.is_block = true };
	struct report *r = report_new();
	struct expander *ex = expand_new(&t, r, "main", false);
	clock_t before = clock();

	ex->limits.produced /= 64;
	ex->limits.memory /= 64;
	expand_bytes(ex, "m", bombs[_i].text, strlen(bombs[_i].text));
	ck_assert_uint_le(arena_used(t.arena), ex->limits.memory + 4 * 1024 * 1024);
	expand_free(ex);
	ck_assert_ptr_nonnull(report_get(r, 0));
	ck_assert_str_eq(report_get(r, 0)->text, bombs[_i].error);
	ck_assert_ptr_null(report_get(r, 1));
	ck_assert_msg((clock() - before) / CLOCKS_PER_SEC < 15, "it takes too long");
	arena_free(t.arena);
	report_free(r);
}
END_TEST

/* Variables and repetitions inside each other are bounded in depth. */
START_TEST(test_nesting) {
	struct text in = { 0 };
	struct report *r = report_new();
	struct conf_tree *t;

	for (int i = 0; i < 70; i++)
		text_printf(&in, "$V%d= \\\n a \\\n $V%d\n", i, i + 1);
	text_add(&in, "$V0\nb\n");
	t = tree_read_bytes("m", text_str(&in), in.len, false, r);
	ck_assert_uint_eq(report_count(r, CONF_ERROR), 1);
	ck_assert_str_eq(report_get(r, 0)->text, "variables and repetitions are more than 64 deep inside each other");
	tree_free(t);
	report_free(r);
	text_done(&in);
}
END_TEST

/* What a hostile line may ask for grows with its length, not faster. */
static const struct {
	const char *piece;
	unsigned times;
} long_lines[] = {
	{ "${", 250001 }, { "$A ", 150001 }, { "${X} ", 100001 }, { "\"", 250001 }, { "\\", 250001 }, { "~SEQ(A,1,1) ", 25001 },
	{ "{", 50001 }, { "a{", 50001 }, { "}", 50001 }, { "$", 250001 }, { "@main ", 50001 }, { "\xe2\x80\x9c", 100001 },
	{ "${X\"", 100001 }, { "'", 250001 },
};

START_TEST(test_long_lines) {
	struct text in = { 0 };
	struct report *r = report_new();
	clock_t before = clock();
	struct conf_tree *t;

	text_add(&in, "$A=1\nx ");
	if (strchr("~@", long_lines[_i].piece[0]))
		text_add(&in, "\n");
	for (unsigned i = 0; i < long_lines[_i].times; i++)
		text_add(&in, long_lines[_i].piece);
	t = tree_read_bytes("m", text_str(&in), in.len, false, r);
	ck_assert_msg((clock() - before) / CLOCKS_PER_SEC < 5, "%s takes too long", long_lines[_i].piece);
	tree_free(t);
	report_free(r);
	text_done(&in);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("language");
	TCase *tc = tcase_create("rows");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_includes, 0, (int)(sizeof(includes) / sizeof(includes[0])));
	tcase_add_loop_test(tc, test_conditions, 0, (int)(sizeof(conditions) / sizeof(conditions[0])));
	tcase_add_loop_test(tc, test_variables, 0, (int)(sizeof(variables) / sizeof(variables[0])));
	tcase_add_loop_test(tc, test_repetitions, 0, (int)(sizeof(repetitions) / sizeof(repetitions[0])));
	tcase_add_loop_test(tc, test_ways, 0, (int)(sizeof(ways) / sizeof(ways[0])));
	tcase_add_test(tc, test_random);
	tcase_add_test(tc, test_depth);
	tcase_add_test(tc, test_number_of_files);
	tcase_add_test(tc, test_huge_file);
	tcase_add_test(tc, test_unreadable);
	tcase_add_test(tc, test_manual_example);
	tcase_add_loop_test(tc, test_bombs, 0, (int)(sizeof(bombs) / sizeof(bombs[0])));
	tcase_add_test(tc, test_nesting);
	tcase_add_loop_test(tc, test_long_lines, 0, (int)(sizeof(long_lines) / sizeof(long_lines[0])));
	suite_add_tcase(s, tc);
	return run_suite(s);
}
