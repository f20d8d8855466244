/* schema_check.h - the tables of the checks that a real_server may have, and what each kind of check is by default. */
#ifndef CHECKERS_SCHEMA_CHECK_H
#define CHECKERS_SCHEMA_CHECK_H
#include "conf/schema.h"

/* What the configuration knows of one kind of check. */
struct check_kind {
	const struct conf_block *block;
	int64_t delay_before_retry; /* -1: delay_loop */
	uint32_t retry;
	bool needs_port, needs_url;
};

extern const struct conf_block tcp_check_block, http_get_block, ssl_get_block, smtp_check_block, dns_check_block,
	udp_check_block, ping_check_block, misc_check_block, file_check_block, bfd_check_block;
/* Key and certificate for SSL_GET. */
extern const struct conf_block ssl_block;
/* The kind of check with this keyword, or NULL. */
const struct check_kind *check_kind_find(const char *name);
#endif
