/*
 * log.h - one line per fact: topic, object, what happened. Library and pure code never log; whoever gives up logs, once.
 * Where lines go is set once per process: main writes to stderr or syslog, a child sends them to main as messages and never
 * waits. The level and the sink are this module's two file-scope variables (STYLE: the log level is an allowed exception).
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H
#include <stdarg.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_NOTICE, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG, LOG_LEVEL_MAX };
enum log_topic { LOG_MAIN, LOG_CONF, LOG_VRRP, LOG_LVS, LOG_PROBE, LOG_CTL, LOG_SCRIPT, LOG_TOPIC_MAX };

/* A sink gets each line that passes the level, without a newline; it must not block and must not log. */
typedef void log_sink_fn(void *ctx, enum log_level level, enum log_topic topic, const char *line);

/* At most `burst` lines per `per_usec`; the count of what was swallowed is added to the next line that passes. */
struct log_limit {
	unsigned burst;
	int64_t per_usec;
	int64_t window_start;
	unsigned in_window, swallowed;
};

void log_set_sink(log_sink_fn *sink, void *ctx);
void log_set_level(enum log_level level);
enum log_level log_level(void);
const char *log_topic_str(enum log_topic topic);
const char *log_level_str(enum log_level level);
/* Passes an already formatted line on to the sink (main uses it for its children's lines). */
void log_pass(enum log_level level, enum log_topic topic, const char *line);

void log_error(enum log_topic topic, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_warn(enum log_topic topic, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* NOTICE: a transition or another fact that an operator looks for. */
void log_notice(enum log_topic topic, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_info(enum log_topic topic, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_debug(enum log_topic topic, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A warning that may repeat: limited by `limit`, which belongs to the object that it speaks about. */
void log_warn_limited(struct log_limit *limit, enum log_topic topic, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
#endif
