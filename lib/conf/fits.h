/*
 * fits.h - which word may stand in which block, asked of the tables. braces.c asks where braces do not match: a line that is no
 * keyword of the block it would be in speaks for a '}' before it.
 */
#ifndef CONF_FITS_H
#define CONF_FITS_H
#include <stdbool.h>

struct conf_view;
struct fits;
struct fits_level;

/* The caller frees with fits_free(), which accepts NULL; `views` must live as long. */
struct fits *fits_new(const struct conf_view *views, unsigned n_views);
void fits_free(struct fits *f);
/* The outermost level. */
const struct fits_level *fits_root(const struct fits *f);
/* What is inside the block `word` of `level`; NULL where that is unknown: everything fits there. */
const struct fits_level *fits_inside(struct fits *f, const struct fits_level *level, const char *word);
bool fits_word(const struct fits_level *level, const char *word, bool is_block);
/* Whether `word` begins a block of the outermost level and fits nowhere else. */
bool fits_outermost_only(const struct fits *f, const char *word);
#endif
