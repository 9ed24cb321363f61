/// A library in C that counts the calls which take memory, thread by thread. To be preloaded; for
/// glibc.
enum MallocCounter {
    static let symbol = "waggle_malloc_count"

    static let source = """
        #include <stddef.h>

        extern void *__libc_malloc(size_t);
        extern void *__libc_calloc(size_t, size_t);
        extern void *__libc_realloc(void *, size_t);
        extern void *__libc_memalign(size_t, size_t);

        static _Thread_local unsigned long count;

        unsigned long waggle_malloc_count(void) { return count; }

        void *malloc(size_t octets) { count++; return __libc_malloc(octets); }
        void *calloc(size_t number, size_t octets) {
            count++;
            return __libc_calloc(number, octets);
        }
        void *realloc(void *old, size_t octets) { count++; return __libc_realloc(old, octets); }
        void *aligned_alloc(size_t at, size_t octets) {
            count++;
            return __libc_memalign(at, octets);
        }
        void *memalign(size_t at, size_t octets) { count++; return __libc_memalign(at, octets); }
        int posix_memalign(void **to, size_t at, size_t octets) {
            count++;
            *to = __libc_memalign(at, octets);
            return *to ? 0 : 12;
        }
        """
}
