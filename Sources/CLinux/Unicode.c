// What a static program has in place of the Unicode tables of Swift's library, which are 0.7 MB
// (a twelfth of the program, a tenth of its image): a scalar has no name, no number, no properties
// and no other case. Nothing that ships asks for any of that beyond ASCII, where Swift asks no
// table; a test holds the sources to it. The case of letters in names is in `LetterCase.swift`.
//
// Tests/Tools/build-static says so; tests are built with the library as it is.

#ifdef WAGGLE_WITHOUT_UNICODE_TABLES

#include <stddef.h>
#include <stdint.h>

uint64_t _swift_stdlib_getBinaryProperties(uint32_t scalar) { return 0; }

// 29: not assigned.
uint8_t _swift_stdlib_getGeneralCategory(uint32_t scalar) { return 29; }

// 255: none.
uint8_t _swift_stdlib_getNumericType(uint32_t scalar) { return 255; }

double _swift_stdlib_getNumericValue(uint32_t scalar) { return 0; }

const char *_swift_stdlib_getNameAlias(uint32_t scalar) { return NULL; }

intptr_t _swift_stdlib_getScalarName(uint32_t scalar, uint8_t *buffer, intptr_t capacity) {
    return 0;
}

uint16_t _swift_stdlib_getAge(uint32_t scalar) { return 0; }

uint8_t _swift_stdlib_getScript(uint32_t scalar) { return 0; }

const uint8_t *_swift_stdlib_getScriptExtensions(uint32_t scalar, uint8_t *count) {
    *count = 0;
    return NULL;
}

int32_t _swift_stdlib_getMapping(uint32_t scalar, uint8_t mapping) { return 0; }

const uint8_t *_swift_stdlib_getSpecialMapping(uint32_t scalar, uint8_t mapping, intptr_t *length) {
    *length = 0;
    return NULL;
}

void _swift_stdlib_getCaseMapping(uint32_t scalar, uint32_t *buffer) { buffer[0] = scalar; }

#endif
