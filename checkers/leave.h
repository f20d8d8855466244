/* leave.h - what becomes of the kernel's table when the daemon ends in an orderly way (on_exit). */
#ifndef CHECKERS_LEAVE_H
#define CHECKERS_LEAVE_H
struct ipvs_change;
struct ipvs_table;

/*
 * KEEP: all of it stays. DRAIN: ours get weight 0, what is connected goes on. REMOVE: ours go. FLUSH: everybody's go
 * (lvs_flush_on_stop).
 */
enum lvs_exit { LVS_EXIT_KEEP, LVS_EXIT_DRAIN, LVS_EXIT_REMOVE, LVS_EXIT_FLUSH };

/*
 * The changes to `kernel` into `out` (of as many entries as it has services and destinations), their number. Pure. `owned`: keys of
 * what is ours; both are sorted by plan_sort(). DRAIN changes weights in `kernel`.
 */
unsigned leave_plan(enum lvs_exit how, struct ipvs_table *kernel, const struct ipvs_table *owned,
	struct ipvs_change *out);
/* Does it, and logs what was done. */
void leave_table(enum lvs_exit how, const struct ipvs_table *owned);
#endif
