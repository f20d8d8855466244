/*
 * mutate.c - drives a fuzz target without libFuzzer: each file of the folders named, then damaged copies of it, always the same.
 * "-rounds=N" before the folders: so many copies.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { ROUNDS_DEFAULT = 20000, SIZE = 8192, DAMAGES = 6 };

static uint32_t next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* One of: another byte, a bit, a piece doubled, a piece cut out. Returns the new size. */
static size_t damage(uint8_t *data, size_t size, uint32_t *seed)
{
	static const uint8_t words[] = "\r\n :;,0159afHTP\0\xff";
	size_t at = next(seed) % (size + 1), len = 1 + next(seed) % 32;

	if (at == size)
		at = 0;
	if (len > size - at)
		len = size - at;
	switch (next(seed) % 4) {
	case 0:
		data[at] = words[next(seed) % (sizeof(words) - 1)];
		return size;
	case 1:
		data[at] ^= (uint8_t)(1u << next(seed) % 8);
		return size;
	case 2:
		if (size + len > SIZE)
			return size;
		memmove(data + at + len, data + at, size - at);
		return size + len;
	default:
		memmove(data + at, data + at + len, size - at - len);
		return size - len ? size - len : size;
	}
}

static void run_file(const char *path, int rounds)
{
	uint8_t whole[SIZE], copy[SIZE];
	FILE *f = fopen(path, "rb");
	size_t size = f ? fread(whole, 1, sizeof(whole), f) : 0;
	uint32_t seed = 2463534242u;

	if (f)
		fclose(f);
	LLVMFuzzerTestOneInput(whole, size);
	for (int i = 0; i < rounds && size; i++) {
		size_t n = size;

		memcpy(copy, whole, size);
		for (uint32_t k = next(&seed) % DAMAGES; k > 0; k--)
			n = damage(copy, n, &seed);
		LLVMFuzzerTestOneInput(copy, n);
	}
}

static unsigned run_folder(const char *folder, int rounds)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	char path[4096];
	unsigned n = 0;

	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		run_file(path, rounds);
		n++;
	}
	if (d)
		closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	int rounds = ROUNDS_DEFAULT;
	unsigned n = 0;

	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "-rounds=", 8))
			rounds = atoi(argv[i] + 8);
		else
			n += run_folder(argv[i], rounds);
	}
	printf("%u inputs, %u runs\n", n, n * ((unsigned)rounds + 1));
	return n ? EXIT_SUCCESS : EXIT_FAILURE;
}
