/* lvs.h - the lvs process: keeps the kernel's IPVS table in step with what the probe process finds. */
#ifndef CHECKERS_LVS_H
#define CHECKERS_LVS_H

/* Runs the role on the channel `fd` to main until it is told to stop. The exit status. */
int lvs_main(int fd);
#endif
