/*
 * conf.h - what main itself needs of the configuration: the rows of global_defs that belong to no other floor, and the whole of
 * one accepted configuration, read by the tables of all floors.
 */
#ifndef DAEMON_CONF_H
#define DAEMON_CONF_H
#include "base/hash.h"
#include "checkers/conf.h"
#include "conf/report.h"
#include "conf/schema.h"
#include "conf/script.h"
#include "daemon/accept_rules.h"
#include "io/message.h"
#include "vrrp/conf.h"

struct allows;
struct arena;
struct config_kept;
struct conf_node;
struct conf_tree;
struct routers;
struct served;
struct source_edits;
struct sources;

enum sigusr1 { SIGUSR1_DRILL, SIGUSR1_DUMP };

/* Whose events a FIFO gets. */
enum fifo_kind { FIFO_ALL, FIFO_VRRP, FIFO_LVS, FIFO_KINDS };

/* notify_fifo and its relatives. */
struct fifo_conf {
	const char *path, *user, *group; /* path NULL: none; user, group NULL: as main runs */
	struct script_conf script;       /* its reader */
};

/* Mail: notification_email and its relatives. */
struct mail_conf {
	struct conf_vec to; /* const char; empty: no mail */
	const char *from;   /* NULL: keepalived at this host */
	const char *host;   /* the relay; NULL: sendmail where it is, else 127.0.0.1 */
	uint32_t port;
	int64_t timeout;                           /* usec */
	const char *helo;                          /* NULL: host name */
	unsigned alert, alert_vrrp, alert_checker; /* enum said */
	bool no_faults;
};

/* The rows of global_defs that main owns. */
struct main_globals {
	struct conf_head head;
	const char *router_id;                  /* NULL: host name */
	const char *script_user, *script_group; /* default: keepalived_script where that user exists; NULL: root */
	bool enable_script_security, set_supplementary_groups, disable_local_igmp;
	struct script_conf startup, shutdown;       /* startup_script, shutdown_script */
	uint32_t startup_timeout, shutdown_timeout; /* seconds */
	unsigned on_sigusr1;                        /* enum sigusr1 */
	int64_t drill_interval; /* usec; USR1 sooner than this after the last drill is refused (30 s) */
	struct fifo_conf fifo[FIFO_KINDS];
	bool fifo_states_on_reload; /* fifo_write_vrrp_states_on_reload */
	struct mail_conf mail;
	struct filter_conf filter;
};

struct main_config {
	struct conf_head head;
	struct main_globals globals;
};

/*
 * One configuration. As it is read: tree, structs of all floors, findings. Once it is kept: the lines as bytes, and of the structs
 * what main itself goes on with.
 */
struct config {
	struct conf_tree *tree;   /* owned; NULL once it is kept */
	struct arena *arena;      /* owned: what the structs point to */
	struct config_kept *kept; /* owned; NULL: the tree is there */
	const struct conf_node
		*file_end; /* the last line of the file at the root of the tree, the overlay is behind it; NULL: none */
	struct report *report;    /* owned */
	struct sources *sources;  /* held: what the lines of the file were read from */
	struct hash overlay_hash; /* of what was read behind them */
	bool has_scripts;
	bool has_default_user; /* and keepalived_script is a user of this machine */
	struct allows *allows; /* what the file silences; the tree's */
	struct main_config main;
	struct vrrp_config vrrp;         /* no instances and groups once it is kept */
	struct checkers_config checkers; /* empty once it is kept */
	/* What is left of them; NULL: it is not kept. */
	struct routers *routers;     /* owned */
	struct served *served;       /* owned */
	struct accept_rules *closed; /* owned */
	struct conf_vec
		conflicts; /* const char, once it is kept: of each change of the overlay why it has no effect, or NULL */
};

extern const struct conf_block main_root;
/*
 * Reads `path` with the tables of all floors. Never NULL: report_count(c->report, CONF_ERROR) says whether it may run.
 * `config_id` is -i or NULL. config_free() accepts NULL.
 */
struct config *config_read(const char *path, const char *config_id);
/* Where a configuration comes from. */
struct config_source {
	const char *path, *config_id;
	const struct config *accepted; /* not NULL: its lines of the file, instead of what is in the file now */
	const char *overlay_name, *overlay_text; /* what is read behind the file; text NULL: nothing */
};

/* As above. */
struct config *config_read_source(const struct config_source *from);
/*
 * Its tree goes, and the structs of services, instances and groups, which are most of it: the others forget their lines
 * (schema_forget), and sealed bytes stay, all of the tree in canonical form and what each child reads of it. Findings stay. 0,
 * or -errno: nothing has changed.
 */
int config_keep(struct config *c);
/*
 * Whether reading the file anew, and `overlay_text` (may be NULL) behind it, would bring what `c` was read from, byte for byte, but
 * for numbers of weights, see sources_edits(). Never for what varies by itself: a ${_RANDOM}, a key that is in a file.
 */
bool config_edits(const struct config *c, const char *overlay_text, struct source_edits *ret);
/* The bytes that `role` reads, of a kept one and still its own: the lines that the tables of its floor know. */
int config_part(const struct config *c, enum role role);
/* All bytes of a kept one, for another program's config_read_whole(): sealed, the caller closes the descriptor; or -errno. */
int config_whole(const struct config *c);
/*
 * What main goes on with of bytes that another main kept, for what children of that one mean by an index: no places, no findings
 * of value, and nothing can be kept or recalled of it. The caller frees; NULL: they cannot be read.
 */
struct config *config_read_whole(int fd);
/*
 * A kept one as it was, with its tree and what of the file's comments counts; the caller frees. NULL: it cannot be read any
 * more.
 */
struct config *config_recall(const struct config *c);
void config_free(struct config *c);
/* Adds findings that depend on this machine: interfaces, scripts, users that are missing, script security. */
void config_check_environment(struct config *c);
#endif
