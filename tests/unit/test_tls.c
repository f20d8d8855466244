/* test_tls.c - digests and tags have the values of their standards; a library that cannot be opened, or is another one, is told. */
#include "io/tls.h"

#include <check.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

/* RFC 1321 A.5 */
static const struct md5_row {
	const char *text, *hex;
} md5_rows[] = {
	{ "", "d41d8cd98f00b204e9800998ecf8427e" },
	{ "abc", "900150983cd24fb0d6963f7d28e17f72" },
	{ "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
};

START_TEST(md5) {
	struct digest *d = digest_md5_new();
	char hex[DIGEST_MD5_HEX];

	ck_assert_ptr_nonnull(d);
	for (unsigned time = 0; time < 2; time++) { /* the digest begins anew */
		digest_update(d, md5_rows[_i].text, strlen(md5_rows[_i].text));
		digest_final(d, hex);
		ck_assert_str_eq(hex, md5_rows[_i].hex);
	}
	digest_free(d);
	digest_free(NULL);
}
END_TEST

/* RFC 4231 4.3, test case 2 */
START_TEST(hmac) {
	static const uint8_t tag[MAC_SHA256_LEN] = { 0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26,
		0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec,
		0x38, 0x43 };
	static const char data[] = "what do ya want for nothing?";
	struct mac *m = mac_sha256_new("Jefe", 4);
	uint8_t got[MAC_SHA256_LEN];

	ck_assert_ptr_nonnull(m);
	for (unsigned time = 0; time < 2; time++) {
		memset(got, 0, sizeof(got));
		ck_assert_int_eq(mac_sha256(m, data, sizeof(data) - 1, got), 0);
		ck_assert_mem_eq(got, tag, sizeof(tag));
	}
	mac_free(m);
	mac_free(NULL);
}
END_TEST

/* Nothing can be opened, and then it can. */
START_TEST(cannot_open) {
	struct rlimit few = { 0, 0 }, was;
	struct digest *d;
	char why[256];

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
	few.rlim_max = was.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	snprintf(why, sizeof(why), "%s", tls_open());
	d = digest_md5_new();
	ck_assert_ptr_null(mac_sha256_new("key", 3));
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
	ck_assert_ptr_null(d);
	ck_assert_msg(strstr(why, "libcrypto.so") != NULL, "%s", why);
	ck_assert_ptr_null(tls_open());
	ck_assert_ptr_null(tls_open());
	d = digest_md5_new();
	ck_assert_ptr_nonnull(d);
	digest_free(d);
}
END_TEST

static int is_libc(struct dl_phdr_info *info, size_t size, void *ret)
{
	(void)size;
	if (!strstr(info->dlpi_name, "/libc.so"))
		return 0;
	snprintf(ret, 256, "%s", info->dlpi_name);
	return 1;
}

/* What this program does when it is run again with another library under the name of OpenSSL's: 0 where that is told. */
static int look_at_another(void)
{
	const char *why = tls_open();

	if (why && strstr(why, "lacks functions of OpenSSL") && !digest_md5_new() && !mac_sha256_new("key", 3))
		return EXIT_SUCCESS;
	fprintf(stderr, "%s\n", why ? why : "no error");
	return EXIT_FAILURE;
}

START_TEST(another_library) {
	char dir[] = "/tmp/test_tls.XXXXXX", other[256] = "", name[64];
	int status;
	pid_t pid;

	ck_assert_int_eq(dl_iterate_phdr(is_libc, other), 1);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(name, sizeof(name), "%s/libcrypto.so.3", dir);
	ck_assert_int_eq(symlink(other, name), 0);
	pid = fork();
	if (pid == 0) {
		setenv("LD_LIBRARY_PATH", dir, 1);
		execl("/proc/self/exe", "test_tls", "another", (char *)NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	unlink(name);
	rmdir(dir);
	ck_assert_int_eq(status, 0);
}
END_TEST

int main(int argc, char **argv)
{
	Suite *s;
	TCase *tc;

	if (argc > 1 && !strcmp(argv[1], "another"))
		return look_at_another();
	s = suite_create("tls");
	tc = tcase_create("tls");
	tcase_add_loop_test(tc, md5, 0, sizeof(md5_rows) / sizeof(md5_rows[0]));
	tcase_add_test(tc, hmac);
	tcase_add_test(tc, cannot_open);
	tcase_add_test(tc, another_library);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
