/* fuzz.h - what each fuzz_<name>.c defines; libFuzzer or mutate.c calls it. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H
#include <stddef.h>
#include <stdint.h>

/* Runs one input; aborts when something is wrong. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#endif
