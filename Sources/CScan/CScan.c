#define _GNU_SOURCE
#include "CScan.h"

const uint8_t *cscan_find(const uint8_t *haystack, size_t count, const uint8_t *needle, size_t needleCount) {
    return memmem(haystack, count, needle, needleCount);
}
