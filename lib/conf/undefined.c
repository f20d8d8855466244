/*
 * undefined.c - see expand.h: a reference to a variable that nobody defined stays as it is (keepalived.conf(5): scripts and
 * passwords have '$' in them). Where it looks meant all the same, that is a finding; what its word breaks later is none.
 */
#include "conf/expand.h"

#include "base/alloc.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

enum { REPORTED_MAX = 100, NAME_MAX_LEN = 64, NEAR = 2, CAPITALS_MIN = 3 };

/* The defined name that is nearest to this one, or NULL: an edit for three letters, other case counts as one. */
static const char *nearest(const struct expander *ex, const char *name)
{
	unsigned best = NEAR + 1, len = (unsigned)strlen(name);
	const char *ret = NULL;

	for (size_t i = 0; i < VARIABLE_SLOTS; i++) {
		for (const struct variable *v = ex->variables[i]; v; v = v->next) {
			unsigned d = strcasecmp(v->name, name) ? text_distance(v->name, name) : 1;

			if (d < best && d * 3 <= len) {
				best = d;
				ret = v->name;
			}
		}
	}
	return ret;
}

/* "$NAME =": a definition with a blank too many. */
static bool is_spaced_definition(const struct line *l, size_t pos, const struct reference *ref)
{
	struct line rest = line_from(l, pos + ref->len);

	return pos == 0 && !ref->is_braced && rest.len && rest.text[0] == '=';
}

static void report_spaced(struct expander *ex, const struct line *l, const struct reference *ref)
{
	struct place at = line_place(l, 0, ref->len), all = line_place(l, 0, l->len);

	report_add(ex->report, CONF_ERROR, &at, "'%.*s' is not defined here: a blank stands before the '='",
		(int)ref->len, l->text);
	report_hint(ex->report, "write %.*s=VALUE", (int)ref->len, l->text);
	report_cover(ex->report, &all);
}

/* "$NAME" in capitals, as a word of its own: a password has others, a script stands in quotes. */
static bool is_capital_word(const struct line *l, size_t pos, const char *name)
{
	if (strlen(name) < CAPITALS_MIN || (pos && !line_is_blank(l->text[pos - 1])))
		return false;
	for (; *name; name++)
		if (*name >= 'a' && *name <= 'z')
			return false;
	return true;
}

void expand_undefined(struct expander *ex, const struct line *l, size_t pos, const struct reference *ref,
	bool is_quoted)
{
	struct place at = line_place(l, pos, ref->len);
	char name[NAME_MAX_LEN];
	const char *near;

	if (ex->undefined >= REPORTED_MAX || ref->name_len >= sizeof(name) ||
		(ref->name_len == 4 && !memcmp(ref->name, "_ENV", 4)))
		return;
	if (is_spaced_definition(l, pos, ref)) {
		report_spaced(ex, l, ref);
		return;
	}
	memcpy(name, ref->name, ref->name_len);
	name[ref->name_len] = '\0';
	near = nearest(ex, name);
	if (!near && (is_quoted || (!ref->is_braced && pos && !is_capital_word(l, pos, name))))
		return;
	ex->undefined++;
	report_add(ex->report, CONF_WARNING, &at, "the variable '%s' is not defined: this stays as it is", name);
	if (near)
		report_hint(ex->report, "did you mean '%s'?", near);
	report_cover(ex->report, &at);
}
