/* show_paths.h - routes and rules in the status: what each is, whether it is there because of us, why the kernel refused it. */
#ifndef VRRP_SHOW_PATHS_H
#define VRRP_SHOW_PATHS_H

struct paths;
struct writer;

/* Two arrays, routes and rules; nothing when there are none. */
void show_paths(struct writer *w, const struct paths *p);
#endif
