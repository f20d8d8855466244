/*
 * job_output.h - the first line that a script writes, for the log; what follows is read and forgotten, so that it never waits
 * for us.
 */
#ifndef DAEMON_JOB_OUTPUT_H
#define DAEMON_JOB_OUTPUT_H
#include <stdbool.h>

enum { JOB_LINE_LEN = 80 };

struct loop;
struct loop_watch;

/* Zero is one that is shut. */
struct job_output {
	struct loop_watch *watch; /* owned */
	int fd;                   /* with watch; owned */
	char line[JOB_LINE_LEN];  /* printable, kept until the next opening */
	unsigned n;
	bool is_over; /* the line is whole */
};

/* Forgets the line before. The end to write to, which the caller closes once the script has it, or -errno. */
int job_output_open(struct job_output *o, struct loop *l);
/* Reads what is left and closes. */
void job_output_shut(struct job_output *o);
#endif
