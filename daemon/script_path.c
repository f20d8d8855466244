/* script_path.c - see script_path.h. */
#include "daemon/script_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Where commands are looked up when the environment names no PATH. */
static const char default_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

static int examine(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return S_ISREG(st.st_mode) && st.st_mode & 0111 ? 0 : -EACCES;
}

static int find_in(const char *dirs, const char *command, char *ret, size_t size)
{
	int err = -ENOENT;

	for (const char *dir = dirs; *dir;) {
		size_t len = strcspn(dir, ":");
		int n = snprintf(ret, size, "%.*s/%s", (int)len, dir, command), e;

		e = n < 0 || (size_t)n >= size ? -ENAMETOOLONG : examine(ret);
		if (!e)
			return 0;
		if (e == -EACCES)
			err = e;
		dir += len + (dir[len] == ':');
	}
	return err;
}

int script_path_find(const char *command, char *ret, size_t size)
{
	const char *dirs = getenv("PATH");

	if (!strchr(command, '/'))
		return find_in(dirs ? dirs : default_path, command, ret, size);
	if (snprintf(ret, size, "%s", command) >= (int)size)
		return -ENAMETOOLONG;
	return examine(ret);
}

static bool is_part_unsafe(struct script_path_part *p)
{
	struct stat st;

	if (lstat(p->path, &st) < 0)
		return false;
	p->uid = st.st_uid;
	p->mode = st.st_mode & 07777;
	p->is_foreign = st.st_uid != 0;
	p->is_writable = !S_ISLNK(st.st_mode) && st.st_mode & (S_IWGRP | S_IWOTH);
	return p->is_foreign || p->is_writable;
}

/* Each part from "/" down to the file itself. */
static bool is_chain_unsafe(const char *path, struct script_path_part *ret)
{
	size_t len = strlen(path);

	if (*path != '/' || len >= sizeof(ret->path))
		return false;
	for (size_t i = 1; i <= len; i++) {
		if (i > 1 && i < len && path[i] != '/')
			continue;
		memcpy(ret->path, path, i);
		ret->path[i] = '\0';
		if (is_part_unsafe(ret))
			return true;
	}
	return false;
}

bool script_path_is_unsafe(const char *path, struct script_path_part *ret_part)
{
	char *real = realpath(path, NULL);
	bool is_unsafe = is_chain_unsafe(path, ret_part) || (real && is_chain_unsafe(real, ret_part));

	free(real);
	return is_unsafe;
}

const char *script_path_user(const char *user, const char *script_user)
{
	return user ? user : script_user ? script_user : "root";
}
