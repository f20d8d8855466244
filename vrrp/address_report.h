/* address_report.h - what a turn of address_sync() found, for the log and for the contest of its instance. */
#ifndef VRRP_ADDRESS_REPORT_H
#define VRRP_ADDRESS_REPORT_H
#include "base/mono.h"

#include <stddef.h>

struct address_lack;
struct address_result;
struct contest;
struct log_limit;
struct vrrp_conf;

/* Whose addresses they are; all borrowed. */
struct address_reader {
	const struct vrrp_conf *conf;
	struct contest **contest; /* losses.h: is told of fights and of what the kernel refuses */
	struct log_limit **limit; /* of lines about what others do: made with the first one, for free() */
};

void address_report(const struct address_reader *to, const struct address_result *r, mono_t now);
/* Who holds nothing, because the kernel refuses all, serves nobody: another director might. The contest is told. */
void address_report_vain(const struct address_reader *to, const struct address_lack *lack, mono_t now);
/* "192.0.2.1 on eth0: Permission denied (1 of 3 addresses)" into buf; returns buf. lack->n is not 0. */
const char *address_lack_str(const struct address_reader *to, const struct address_lack *lack, char *buf, size_t size);
#endif
