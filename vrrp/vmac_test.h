/*
 * vmac_test.h - whether the network takes the virtual MAC address: after an instance became MASTER, the other director is asked for
 * its real address by ARP, once from the interface's own MAC address and once from the device's. Who answers the first and never
 * the second is behind a port that takes one MAC address only (port security, a hypervisor's filter). Where nobody answers either,
 * or no other director was heard yet, nothing can be said. Says nothing of what the clients' own switch has learned.
 */
#ifndef VRRP_VMAC_TEST_H
#define VRRP_VMAC_TEST_H
#include "base/addr.h"

struct loop;
struct port_table;
struct vmac_test;

enum vmac_verdict {
	VMAC_NOT_TESTED, /* nobody to ask */
	VMAC_TESTING,
	VMAC_PASSED,
	VMAC_BLOCKED,  /* answers to the interface, none to the device */
	VMAC_NO_ANSWER /* of any kind */
};

/* What is asked, by whom. */
struct vmac_question {
	const char *instance; /* for the log; borrowed */
	int base, device;     /* indices of the interface and of the device on it */
	struct addr target;   /* the other director; not IPv4: nothing is asked */
};

struct vmac_test *vmac_test_new(struct loop *l, struct port_table *ports);
/* Accepts NULL. */
void vmac_test_free(struct vmac_test *t);
/* Begins anew; the first question goes out soon. */
void vmac_test_start(struct vmac_test *t, const struct vmac_question *q);
/* The verdict stays. */
void vmac_test_stop(struct vmac_test *t);
enum vmac_verdict vmac_test_verdict(const struct vmac_test *t);
const char *vmac_verdict_str(enum vmac_verdict v);
#endif
