/*
 * schema_words.h - parse functions for the words of global_defs that are not one value: users, commands, FIFOs, masks, lists
 * (keepalived.conf(5)). Each reports its own mistakes. Those of words that are not supported yet check the line and keep nothing.
 */
#ifndef DAEMON_SCHEMA_WORDS_H
#define DAEMON_SCHEMA_WORDS_H
#include "conf/schema.h"

/* USER [[:]GROUP] of script_user: fills script_user, script_group. */
conf_parse_fn schema_words_user;

/* PATH [USER [GROUP]]: fills the struct fifo_conf at the row's offset. */
conf_parse_fn schema_words_fifo;

/* [NAME] of nftables: fills filter.table. */
conf_parse_fn schema_words_table;

/* Kept nowhere: */
conf_parse_fn schema_words_optional; /* one word, or none */
conf_parse_fn schema_words_path;     /* an absolute path; row's min: or none */
conf_parse_fn schema_words_server;   /* HOST [PORT] */
conf_parse_fn schema_words_mail;     /* line of notification_email: addresses */
conf_parse_fn schema_words_number;   /* a number between the row's min and max, or none */
conf_parse_fn schema_words_numbers;  /* one or more of them */
conf_parse_fn schema_words_umask;    /* NUMBER | BIT|BIT... */
conf_parse_fn schema_words_buffer;   /* MTU | ADVERT | BYTES */
conf_parse_fn schema_words_include;  /* [[+|-]CHECK ...] of include_check */
#endif
