/* process.h - the vrrp process: instances from the configuration that main sends, until main says stop. */
#ifndef VRRP_PROCESS_H
#define VRRP_PROCESS_H

/*
 * Runs the role on the channel `fd` to main, with CAP_NET_ADMIN and CAP_NET_RAW. Returns the exit status: 0 after an orderly stop
 * (MSG_STOP, or main is gone), 1 when it could not start.
 */
int vrrp_main(int fd);
#endif
