/* run.h - how every test program of this folder ends. */
#ifndef TESTS_UNIT_RUN_H
#define TESTS_UNIT_RUN_H

struct Suite;

/*
 * Runs all tests of the suite and frees it; returns what main() is to return. How much is printed is CK_VERBOSITY's to say (check's
 * manual, 4.12).
 */
int run_suite(struct Suite *suite);

#endif
