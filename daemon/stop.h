/* stop.h - leaving in order: children hand over and end, then the last scripts, then main. */
#ifndef DAEMON_STOP_H
#define DAEMON_STOP_H

struct daemon;

/* TERM, INT: make before break. Called again it does nothing. */
void stop_now(struct daemon *d, const char *asked_by);
/* Ends the loop once children and scripts are gone; called whenever one of them ended. */
void stop_check(struct daemon *d);
#endif
