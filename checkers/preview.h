/*
 * preview.h - what a reload would do to services, servers and checks: match.h in words, and the changes to the kernel's table by
 * the same comparison that is written later (plan.h), as if every server were up. Ids of effects:
 *   ipvs-add, ipvs-edit, ipvs-remove    entries of the kernel's table; an edited one keeps its connections
 *   cut            connections end: their service or server is removed from the table
 *   check          checks begin, start anew (their verdict stays) or end
 *   restart        a process starts anew, its states stay
 *   later          not supported yet: nothing happens
 * An entry without effects is taken over in place.
 */
#ifndef CHECKERS_PREVIEW_H
#define CHECKERS_PREVIEW_H
struct changes;
struct checkers_config;

/* Adds an entry for each object that differs; services that are not supported yet have none. */
void checkers_preview(const struct checkers_config *from, const struct checkers_config *to, struct changes *out);
#endif
