/*
 * watches.h - what instances track besides scripts and interfaces: numbers in files, processes. Watched as long as they are
 * configured; the vrrp process, which never touches the disk, hears each change and after its start all of them.
 */
#ifndef DAEMON_WATCHES_H
#define DAEMON_WATCHES_H
#include <stdint.h>

struct config;
struct loop;
struct supervise;
struct watches;
struct writer;

struct watches *watches_new(struct loop *l, struct supervise *sup);
/* Accepts NULL. */
void watches_free(struct watches *w);
/* The configuration that runs from now on (borrowed until the next call). Files with the same name and path go on. */
void watches_config(struct watches *w, const struct config *c, uint32_t generation);
/* A vrrp process was (re)started: it hears everything again. */
void watches_resend(struct watches *w);
/* The members "files" and "processes". */
void watches_write(const struct watches *w, struct writer *out);
#endif
