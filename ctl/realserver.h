/* realserver.h - `vipctl realserver`: makes a host a real server of direct routing, on the host itself, without a daemon. */
#ifndef VIPCTL_REALSERVER_H
#define VIPCTL_REALSERVER_H

struct ctl;

/* Reads its own words; returns the exit code. */
int realserver_run(const struct ctl *ctl, int argc, char **argv);
#endif
