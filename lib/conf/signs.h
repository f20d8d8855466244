/* signs.h - private to lib/conf: signs that pasted text brings along and that are not what they look like, by their names. */
#ifndef CONF_SIGNS_H
#define CONF_SIGNS_H
#include <stddef.h>

enum sign_kind {
	SIGN_BLANK,   /* looks like a blank, is read as one */
	SIGN_NOTHING, /* cannot be seen, is left out */
	SIGN_LETTER,  /* looks like an ASCII sign, is read as a letter */
	SIGN_BRACE,   /* a fullwidth brace, is read as a brace */
	SIGN_CONTROL, /* a control byte: kept as it is */
	SIGN_BYTE,    /* not UTF-8: kept as it is */
};

struct sign {
	enum sign_kind kind;
	size_t len;         /* bytes */
	char name[64];      /* "no-break space (U+00A0)" */
	const char *plain;  /* SIGN_LETTER, SIGN_BRACE: what was meant, "\"" */
	char plain_sign[2]; /* backs it */
};

/* Names the sign at s (left >= 1 bytes). false: an ordinary letter or blank. */
int sign_at(const char *s, size_t left, struct sign *ret);
#endif
