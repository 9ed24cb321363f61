// A watchdog on steps, not on time, for fuzz targets.
//
// A step is a comparison of instrumented code: libFuzzer has one function called for each, and the
// linker puts those below in front of them (--wrap). So whatever loops is counted, in every module,
// and what ships knows nothing of it. An input that takes more steps than the limit is a find.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef STEP_LIMIT
#define STEP_LIMIT 100000000
#endif

static uint64_t steps;
static uint64_t most;

static void too_many(void) {
    fprintf(stderr, "watchdog: more than %llu steps\n", (unsigned long long) STEP_LIMIT);
    abort();
}

static inline void step(void) {
    if (++steps > STEP_LIMIT) too_many();
}

// `musttail` keeps the return address, by which libFuzzer tells comparisons apart.
#define WATCH(name, type)                              \
    void __real_##name(type a, type b);                \
    void __wrap_##name(type a, type b) {               \
        step();                                        \
        __attribute__((musttail)) return __real_##name(a, b); \
    }

WATCH(__sanitizer_cov_trace_cmp1, uint8_t)
WATCH(__sanitizer_cov_trace_cmp2, uint16_t)
WATCH(__sanitizer_cov_trace_cmp4, uint32_t)
WATCH(__sanitizer_cov_trace_cmp8, uint64_t)
WATCH(__sanitizer_cov_trace_const_cmp1, uint8_t)
WATCH(__sanitizer_cov_trace_const_cmp2, uint16_t)
WATCH(__sanitizer_cov_trace_const_cmp4, uint32_t)
WATCH(__sanitizer_cov_trace_const_cmp8, uint64_t)

int __real_LLVMFuzzerTestOneInput(const uint8_t *start, size_t count);

int __wrap_LLVMFuzzerTestOneInput(const uint8_t *start, size_t count) {
    steps = 0;
    int result = __real_LLVMFuzzerTestOneInput(start, count);
    if (steps > most) most = steps;
    return result;
}

__attribute__((destructor)) static void report(void) {
    fprintf(stderr, "watchdog: at most %llu steps in one input\n", (unsigned long long) most);
}
