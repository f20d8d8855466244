/*
 * keywords.h - the language as the tables of all floors know it: one keyword for each block it stands in, whoever serves it.
 * Prints `vipd --keywords`; tests count with it.
 */
#ifndef DAEMON_KEYWORDS_H
#define DAEMON_KEYWORDS_H
#include <stdbool.h>
#include <stddef.h>

struct conf_item;

/* What a keyword does, where several tables have it: the best of them. Inside a block that is not supported yet none is. */
enum keyword_status { KEYWORD_WORKS, KEYWORD_NO_EFFECT, KEYWORD_ALIAS, KEYWORD_LATER, KEYWORD_STATUS_MAX };

struct keyword {
	char *block; /* owned: path of the block, "vrrp_instance/authentication"; "": the outermost level */
	const struct conf_item *item;  /* its row */
	const struct conf_item *meant; /* an alias: the row that it stands for; else the same */
	enum keyword_status status;
};

struct keywords {
	struct keyword *k; /* owned: the rows of a block behind each other, then those of the blocks inside it */
	size_t n, cap;
};

/* Collects them all; the caller frees with keywords_done(). */
void keywords_init(struct keywords *ret);
void keywords_done(struct keywords *k);
const char *keyword_status_str(enum keyword_status s);
/* Prints them to standard output as text or JSON; a reader that leaves early is no failure. Returns the exit code. */
int keywords_run(bool is_json);
#endif
