/*
 * probe_config.h - the probe's view of one configuration: the bytes that main sent as a flat list of checks, each with a key that
 * stays the same over a reload. Of services and servers nothing is kept for long but the names of those that are checked.
 */
#ifndef CHECKERS_PROBE_CONFIG_H
#define CHECKERS_PROBE_CONFIG_H
#include "checkers/conf.h"
#include "checkers/runner.h"

struct checkers_config;
struct weight_edits;
struct probe_config;

/*
 * Reads a configuration in the form that memfd_read() gives. NULL when our tables refuse it (main would have, too). `with_lines`:
 * its checks can be compared with others until it forgets them; that takes three times the memory.
 */
struct probe_config *probe_config_new(const char *data, size_t len, uint32_t generation, bool with_lines);
/*
 * Forgets all but what running checks need: the list of places, of which there are copies by now, and the structs. Its checks
 * cannot be compared with others any more (match.h), only by another one that is read from the same bytes.
 */
void probe_config_forget(struct probe_config *c);
/*
 * The check at that place as it was read, to be compared: of this one, or of another one that was read from the same bytes. Not
 * after probe_config_forget().
 */
const struct check_conf *probe_config_check(const struct probe_config *c, const struct check_place *place);
/* Everything that places point to goes with it, which is nothing that probe_config_forget() forgets. Accepts NULL. */
void probe_config_free(struct probe_config *c);
/* The LVS half as structs; the configuration's, not after probe_config_forget(). */
const struct checkers_config *probe_config_conf(const struct probe_config *c);
uint32_t probe_config_generation(const struct probe_config *c);
/*
 * Whether these edits can be of its services: then it is also what its lines with them would make, for no check asks for a weight.
 * False: it must be read anew.
 */
bool probe_config_fits(const struct probe_config *c, const struct weight_edits *e);
/* The same configuration under another number. */
void probe_config_renumber(struct probe_config *c, uint32_t generation);
/* The checks of all services that are served, in order of the file; not after probe_config_forget(). */
unsigned probe_config_count(const struct probe_config *c);
const struct check_place *probe_config_place(const struct probe_config *c, unsigned i);
/*
 * Service, server, ordinal: what names a check and stays the same over a reload, into `buf` of PROBE_KEY_LEN bytes; returns buf.
 */
enum { PROBE_KEY_LEN = 2 * CONF_NAME_LEN + 16 };
const char *probe_config_key(const struct check_place *place, char *buf);
/*
 * What some check needs of what a process gives up with its privileges: CAP_NET_RAW to set a mark on its packets (socket(7)
 * SO_MARK, since Linux 5.17); files, for the library that computes a digest (tls.h).
 */
enum { PROBE_NEEDS_MARK = 1, PROBE_NEEDS_DIGEST = 2 };
unsigned probe_config_needs(const struct probe_config *c);
#endif
