/*
 * fifo.h - a named pipe that gets a line for each event, in order. Writing never blocks: what the pipe does not take waits in a
 * bounded queue, and what that does not hold is counted and said. Made where it is missing, with its owner; one that somebody
 * else put there is refused. A reader that the configuration names runs as long as the pipe is open.
 */
#ifndef DAEMON_FIFO_H
#define DAEMON_FIFO_H
#include <stdbool.h>
#include <sys/types.h>

struct fifo;
struct fifo_conf;
struct loop;
struct main_globals;
struct text;
struct writer;

enum { FIFO_QUEUE_MAX = 1024 /* lines that wait beside what the kernel's pipe holds (64 KiB) */ };

/*
 * Never NULL; what is wrong with the path is logged, and lines are counted as lost then. Nothing is borrowed from `c`
 * afterwards.
 */
struct fifo *fifo_new(struct loop *l, const struct fifo_conf *c, const struct main_globals *g);
/*
 * Closes the pipe, gives the reader a moment to see its end, ends it, removes the pipe if it was made here. Accepts NULL. Blocks up
 * to 0.2 s: for the end of main, and for a reload that takes a reader away.
 */
void fifo_free(struct fifo *f);
/* Whether it was made from the same words: then it is as good as a new one, and knows where they are written now. */
bool fifo_keep(struct fifo *f, const struct fifo_conf *c);
/* One event; a newline is added. */
void fifo_write(struct fifo *f, const char *line);
/* A process ended: true when it was the reader; it is started again after a second. */
/* For a successor: its reader, to be ended (inherited.h). */
void fifo_hand_over(const struct fifo *f, struct text *t);
bool fifo_reaped(struct fifo *f, pid_t pid, int status);
/* Path, lines written, waiting and lost, and what is wrong, into the open object. */
void fifo_show(const struct fifo *f, struct writer *w);
#endif
