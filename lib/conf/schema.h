/*
 * schema.h - one table per block: a row knows everything about a keyword (type, range, unit, default, reload cost, its sentence).
 * Parsing, defaults, range checks, -t, dump, reload and man page walk the tables. A block may be filled by several tables at once
 * ("views"): global_defs has rows of every floor, each floor fills its own struct, and a child process that registers only its
 * own tables passes over the rest.
 */
#ifndef CONF_SCHEMA_H
#define CONF_SCHEMA_H
#include "conf/report.h"
#include "conf/tree.h"

#include <stddef.h>
#include <stdint.h>

struct addr;
struct arena;
struct conf_block;
struct conf_item;
struct conf_parts;
struct nearest;
struct text;

enum conf_type {
	CONF_UINT,   /* uint32_t, scaled by unit, min..max in the scaled unit */
	CONF_INT,    /* int32_t */
	CONF_TIME,   /* int64_t microseconds, written in decimal seconds; min..max in microseconds */
	CONF_BOOL,   /* bool: on|off|true|false|yes|no, and the bare word means on */
	CONF_FLAG,   /* bool: the bare word stores min != 0 (so "nopreempt" and "preempt" can share a field) */
	CONF_CHOICE, /* unsigned: one of choices */
	CONF_STRING, /* const char *: one word */
	CONF_ADDR,   /* struct addr */
	CONF_CUSTOM, /* parse() reads the words of the line */
	CONF_LINES,  /* a block whose lines are no keywords: parse() is called for each inner line */
	CONF_BLOCK,  /* a block with a table of its own: appended to the struct conf_vec at offset, or merged */
	CONF_ALIAS,  /* another spelling of `alias`; the old spelling gets a warning when doc is not NULL */
};

/* What a row does for its reader. Rows of every status are read and checked by their type; all but CONF_WORKS say so once. */
enum conf_status {
	CONF_WORKS,
	CONF_NO_EFFECT, /* known and not needed: note says why */
	CONF_LATER,     /* known, not supported yet: note says what is missing */
};

/* For rows without a field: the value is checked and forgotten. */
#define CONF_NOWHERE ((size_t)-1)

enum conf_unit { CONF_PLAIN, CONF_CENTISEC /* written in seconds, stored as 1/100 s */ };
/* What a change costs at reload, ordered. */
enum conf_cost { CONF_SAME, CONF_LIVE, CONF_REBIND, CONF_RESTART };

struct conf_choice {
	const char *name; /* NULL ends the array */
	unsigned value;
};

/* Pointers to structs of one block kind, in file order. Typed access: `struct vrrp_conf *c = v->item[i]`. */
struct conf_vec {
	void **item;
	unsigned n, cap;
};

/* Tries the names that a file of the host has (rt_tables); what may be meant is kept in `a`. */
typedef void conf_names_fn(const char *file, struct nearest *near, struct arena *a);

/* While a configuration is read. */
struct conf_read {
	struct report *report;
	struct arena *arena;
	struct conf_parts *parts; /* private to lib/conf: parts that are being filled; NULL outside of schema_read() */
	const char
		*file; /* of `arena`: the name that was kept last, one for all structs from one file; NULL: none yet */
	conf_names_fn *names; /* main's; NULL: the host is not looked at */
	bool has_scripts;     /* found so far (script.h) */
};

/*
 * A struct behind a pointer of a block's struct: words that hardly anyone writes, or that thousands of blocks have alike. Each
 * block begins with the one that has the defaults and gets one of its own with the first word that is written into it (conf_field,
 * conf_part_edit); after all blocks have settled, those of the same bytes are one again. It is const for everybody else.
 */
struct conf_part {
	size_t offset; /* of the pointer in the block's struct */
	size_t size;
};

/* First member of every block's struct. */
struct conf_head {
	const struct conf_node *node;       /* the (first) node it was read from; NULL when only defaults */
	const struct conf_written *written; /* private to lib/conf, shared by structs that are alike */
};

/*
 * Reads one line into `out` (the block's struct): words[0] is the keyword, or the first word in CONF_LINES. 0, or <0 once
 * reported.
 */
typedef int conf_parse_fn(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out);

/*
 * Appends the value of a row as it would be written: 0, or -ENOENT when there is nothing to say. Needed where the value is not one
 * field of the row's type.
 */
typedef int conf_write_fn(const struct conf_item *item, const void *out, struct text *ret);

struct conf_item {
	const char *name;
	enum conf_type type;
	enum conf_status status;
	size_t offset; /* of the field, or CONF_NOWHERE (not with CONF_CUSTOM, CONF_LINES: parse() knows) */
	const struct conf_part *part; /* offset is in it; NULL: in the block's struct. Every part has a row with it */
	int64_t min, max;
	enum conf_unit unit;
	bool is_merged;   /* CONF_BLOCK: offset is an embedded struct that all blocks of this name fill together;
			   * offset 0, without a part: the rows fill the struct of the block around itself (its head stays the
			   * outer block's). In a part: it has neither inherit() nor settle() */
	bool is_required; /* missing: an error at the block */
	bool is_secret;   /* its value is kept out of logs and plans */
	const char *dflt; /* written as the user would write it; NULL: zero */
	const struct conf_choice *choices;
	const struct conf_block *block;
	const char *alias;
	conf_parse_fn *parse;
	conf_write_fn *write; /* NULL: by the type; CONF_CUSTOM: its dflt */
	enum conf_cost reload;
	const char *args;  /* how the arguments look, for -t and the man page: "SECONDS", "IP [PORT]" */
	const char *since; /* version of vipd, NULL = 0.1 */
	const char *doc;   /* one sentence; a row without it fails a unit test */
	const char *note;  /* status: why it has no effect, what is missing; CONF_ALIAS: see doc */
	/*
	 * Arguments that are valid and that are not, as they are written; several are separated by newlines. Needed where the
	 * type does not tell them (CONF_CUSTOM, CONF_LINES: lines of the block): tests drive every row with them, the manual
	 * page shows the first one.
	 */
	const char *example, *wrong;
};

struct conf_block {
	const char *name;
	const struct conf_item *items; /* name NULL ends the table */
	size_t size;                   /* of the struct; it begins with struct conf_head */
	const char *args;              /* "NAME": the name is unique, of two blocks the first one counts (warning) */
	/* Reads the words after the keyword (name, address); NULL: none are allowed. <0: reported, the struct gets into no vec. */
	int (*read_args)(struct conf_read *rd, const struct conf_node *node, void *out);
	/*
	 * At the root: its blocks look at nothing outside of them while they are read and inherit, so that they may be read apart
	 * from each other (schema_read_apart).
	 */
	bool is_apart;
	/* After all rows: what is unset is inherited from `parent` (the struct of the block around). */
	void (*inherit)(struct conf_read *rd, void *out, const void *parent);
	/* After every block has inherited, before any check: what one block changes in others. */
	void (*settle)(struct conf_read *rd, void *out);
	/* Rules across fields; reports, changes nothing, touches no kernel. Not asked where a line inside was an error already. */
	void (*check)(const void *conf, struct report *r);
	const char *doc;
	const char *example; /* a whole configuration with this block, for the manual page; a test reads it with -t */
	const char *
		same_as; /* "virtual_server/real_server": the words inside are that block's and are listed there alone */
};

/* One table and the struct it fills. */
struct conf_view {
	const struct conf_block *block;
	void *out;
};

/*
 * Fills the structs of `views` (zeroed here, defaults first) from the tree. `strict`: words that no view knows are reported (main);
 * otherwise passed over (children). Returns 0, or -EINVAL when the report got an error. Structs live in `rd->arena`.
 */
int schema_read(struct conf_read *rd, const struct conf_view *views, unsigned n_views, const struct conf_tree *t,
	bool strict);
/*
 * Fills the struct of `view` from bytes that tree_write() wrote and that were accepted by these tables (children): as schema_read()
 * and schema_forget() of a tree of them all, but without ever having one. What is missing is not reported, rules are not checked.
 * -EINVAL as above, or when the bytes are not of that form.
 */
int schema_read_apart(struct conf_read *rd, const struct conf_view *view, const char *data, size_t len);
/*
 * The tree that filled the struct is about to be freed: the struct and all blocks inside forget their nodes. What is compared after
 * that is compared without lines; places and words that structs point to are gone.
 */
void schema_forget(const struct conf_block *block, void *conf);
/* Whether `keyword` was written in the block that filled `conf`. */
bool schema_seen(const struct conf_block *block, const void *conf, const char *keyword);
/* A keyword that is not the same in two structs of one block kind. */
struct conf_diff {
	const struct conf_block *block; /* where the keyword is known: the block that was compared, or one inside */
	const struct conf_item *item;
	const struct conf_node *from,
		*to; /* the lines; NULL: not written there (a default, inherited, or not at all) */
	const void *from_struct, *to_struct;
};

typedef void conf_diff_fn(void *ctx, const struct conf_diff *d);

/*
 * The dearest difference between two structs of one block kind by the column `reload`, sub-blocks included. Rows of one value are
 * compared by what is stored, so that a default written out is no difference and an inherited value is one; others (CONF_CUSTOM,
 * CONF_LINES) by their lines. Rows without effect do not count. `each` (may be NULL) is called for every difference: once for a
 * row, for each line of CONF_LINES, for each block of a row of blocks.
 */
enum conf_cost schema_diff(const struct conf_block *block, const void *a, const void *b);
enum conf_cost schema_diff_each(const struct conf_block *block, const void *a, const void *b, conf_diff_fn *each,
	void *ctx);
/* As above, without the blocks inside (merged ones belong to it): for who pairs those by himself. */
enum conf_cost schema_diff_own(const struct conf_block *block, const void *a, const void *b, conf_diff_fn *each,
	void *ctx);
/* Appends one side's value as it would be written, to `from` or to `to`; false: there is none. */
bool schema_diff_value(const struct conf_diff *d, bool is_new, struct text *ret);
/* Where the new value is written; NULL: it is a default, inherited, or there is none. */
const struct place *schema_diff_place(const struct conf_diff *d);
/* Where the row's value is in a block's struct, through its part. */
const void *conf_at(const struct conf_item *item, const void *conf);
/* The same for who writes it, while the block is read, inherits or settles. */
void *conf_field(struct conf_read *rd, const struct conf_item *item, void *out);
/*
 * A part of a block's struct for who writes it, at the same times. Gone when parts are shared, after all have inherited and again
 * after all have settled: nobody keeps it, and who settles copies no struct whose part he has edited (conf_share() is for him).
 */
void *conf_part_edit(struct conf_read *rd, const struct conf_part *part, void *out);
/* A copy in the arena of a value whose padding is zero; while a configuration is read, one for all that have the same bytes. */
const void *conf_share(struct conf_read *rd, const void *value, size_t size);
const char *conf_share_text(struct conf_read *rd, const char *text);
/* Appends to a vec that lives in the arena. */
void conf_vec_add(struct arena *a, struct conf_vec *v, void *item);

/* Readers for parse functions; each reports its own error with place and cure. 0 or -EINVAL. */
int conf_read_uint(struct conf_read *rd, const struct conf_word *w, int64_t min, int64_t max, uint32_t *ret);
int conf_read_time(struct conf_read *rd, const struct conf_word *w, int64_t min, int64_t max, int64_t *ret_usec);
int conf_read_bool(struct conf_read *rd, const struct conf_word *w, bool *ret);
int conf_read_addr(struct conf_read *rd, const struct conf_word *w, struct addr *ret);
/* What is wrong with a word that is no address, as the hint of the finding added last; false: nothing that is known. */
bool conf_hint_addr(struct conf_read *rd, const char *s);
/*
 * For the finding added last, which says that nobody has the name `word`: the nearest of `known` and of those in `file` of iproute2
 * (one of the two may be NULL); else where such names come from.
 */
void conf_hint_name(struct conf_read *rd, const char *word, const struct conf_choice *known, const char *file);
int conf_read_choice(struct conf_read *rd, const struct conf_word *w, const struct conf_choice *choices, unsigned *ret);
/* The i-th word of the line, or NULL once "`keyword` needs ..." was reported. */
const struct conf_word *conf_need_word(struct conf_read *rd, const struct conf_node *n, unsigned i, const char *what);
#endif
