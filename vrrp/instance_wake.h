/* instance_wake.h - arms the timer of an instance: one for all that it waits for, because there are thousands of instances. */
#ifndef VRRP_INSTANCE_WAKE_H
#define VRRP_INSTANCE_WAKE_H

/*
 * One of what a struct instance waits for is due at another time now: its own deadline (wake_at), its addresses, or what is
 * suspected. For holder_ops and witness_ops, too.
 */
void instance_wake(void *instance);
#endif
