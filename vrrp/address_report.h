/* address_report.h - what a turn of address_sync() found, for the log and for the contest of its instance. */
#ifndef VRRP_ADDRESS_REPORT_H
#define VRRP_ADDRESS_REPORT_H
#include "base/mono.h"

struct address_result;
struct contest;
struct log_limit;
struct vrrp_conf;

/* Whose addresses they are; all borrowed. */
struct address_reader {
	const struct vrrp_conf *conf;
	struct contest *contest; /* is told of fights and of what the kernel refuses */
	struct log_limit *limit; /* of lines about what others do */
};

void address_report(const struct address_reader *to, const struct address_result *r, mono_t now);
#endif
