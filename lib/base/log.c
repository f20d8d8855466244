/* log.c - see log.h. */
#include "base/log.h"

#include "base/mono.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1024 };

static const char *const topics[LOG_TOPIC_MAX] = { "main", "conf", "vrrp", "lvs", "probe", "ctl", "script" };
static const char *const levels[LOG_LEVEL_MAX] = { "error", "warning", "notice", "info", "debug" };

static void to_stderr(void *ctx, enum log_level level, enum log_topic topic, const char *line)
{
	(void)ctx;
	fprintf(stderr, "%s%s: %s\n", level <= LOG_LEVEL_WARN ? levels[level] : "",
		level <= LOG_LEVEL_WARN ? "" : topics[topic], line);
}

static struct {
	enum log_level level;
	log_sink_fn *sink;
	void *ctx;
} out = { LOG_LEVEL_INFO, to_stderr, NULL };

void log_set_sink(log_sink_fn *sink, void *ctx)
{
	out.sink = sink ? sink : to_stderr;
	out.ctx = ctx;
}

void log_set_level(enum log_level level)
{
	out.level = level;
}

enum log_level log_level(void)
{
	return out.level;
}

const char *log_topic_str(enum log_topic topic)
{
	return topic < LOG_TOPIC_MAX ? topics[topic] : "?";
}

const char *log_level_str(enum log_level level)
{
	return level < LOG_LEVEL_MAX ? levels[level] : "?";
}

void log_pass(enum log_level level, enum log_topic topic, const char *line)
{
	if (level <= out.level)
		out.sink(out.ctx, level, topic, line);
}

__attribute__((format(printf, 3, 0))) static void log_v(enum log_level level, enum log_topic topic, const char *fmt,
	va_list ap)
{
	char line[LINE_MAX_BYTES];

	if (level > out.level)
		return;
	vsnprintf(line, sizeof(line), fmt, ap);
	out.sink(out.ctx, level, topic, line);
}

#define LOG_FUNCTION(name, level)                             \
	void name(enum log_topic topic, const char *fmt, ...) \
	{                                                     \
		va_list ap;                                   \
                                                              \
		va_start(ap, fmt);                            \
		log_v(level, topic, fmt, ap);                 \
		va_end(ap);                                   \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warn, LOG_LEVEL_WARN)
LOG_FUNCTION(log_notice, LOG_LEVEL_NOTICE)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

/* Whether one more line fits the window; opens a new window when the old one is over. */
static int limit_take(struct log_limit *l)
{
	int64_t now = mono_now().usec;

	if (!l->window_start || now - l->window_start >= l->per_usec) {
		l->window_start = now;
		l->in_window = 0;
	}
	if (l->in_window >= l->burst) {
		l->swallowed++;
		return 0;
	}
	l->in_window++;
	return 1;
}

void log_warn_limited(struct log_limit *limit, enum log_topic topic, const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;

	if (!limit_take(limit))
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (limit->swallowed)
		log_warn(topic, "%s (and %u like it before)", line, limit->swallowed);
	else
		log_warn(topic, "%s", line);
	limit->swallowed = 0;
}
