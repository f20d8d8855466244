/* machine_dev.h - the devices that net/link_dev.h makes on the fake machine of machine.h. */
#ifndef FAKE_MACHINE_DEV_H
#define FAKE_MACHINE_DEV_H
#include "net/link_table.h"

/* The table of interfaces that devices appear in; NULL: the machine is gone, and so are they. */
void machine_dev_init(struct link_table *t);
#endif
