/* show_statistics.h - an instance's counters under the names of RFC 8347 (the objects of RFC 6527 are the same ones). */
#ifndef VRRP_SHOW_STATISTICS_H
#define VRRP_SHOW_STATISTICS_H

struct instance_view;
struct writer;

/* The member "statistics". */
void show_statistics(struct writer *w, const struct instance_view *v);
#endif
