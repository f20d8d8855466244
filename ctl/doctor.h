/*
 * doctor.h - `vipctl doctor [SERVICE]`: looks at this director, its virtual addresses and real servers from outside, names what is
 * wrong with evidence and cure. Changes nothing.
 */
#ifndef VIPCTL_DOCTOR_H
#define VIPCTL_DOCTOR_H

struct ctl;

/* The exit code: 0 all well, 1 warnings, 2 errors (or a wrong command line). */
int doctor_run(const struct ctl *ctl, int argc, char **argv);
#endif
