/* key_file.h - keys of auth_hmac that the configuration names by file: main reads them, so that no other process touches a file. */
#ifndef DAEMON_KEY_FILE_H
#define DAEMON_KEY_FILE_H

struct config;

/*
 * Puts the key itself in the place of each `file:PATH`, as hex:DIGITS. What cannot be read or is no key is an error; a file that
 * others can read, a finding about the machine.
 */
void key_file_read_all(struct config *c);
#endif
