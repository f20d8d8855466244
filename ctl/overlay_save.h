/*
 * overlay_save.h - `vipctl overlay save`: the daemon says which edits of which files make them say what runs; they are written
 * here, as who asks, each file at once; then the daemon drops what was saved, or the files are put back.
 */
#ifndef VIPCTL_OVERLAY_SAVE_H
#define VIPCTL_OVERLAY_SAVE_H
struct ctl;

/* `what`: NULL, "--diff" or "-n" (nothing is written), or a file that gets the block for an include. The exit code. */
int overlay_save_run(const struct ctl *ctl, const char *what);
#endif
