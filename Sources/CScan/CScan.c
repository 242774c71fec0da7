#define _GNU_SOURCE
#include "CScan.h"

// What is looked for is mostly a word: preparing a search, as memmem does, takes longer than the search.
enum { short_needle = 32 };

const uint8_t *cscan_find(const uint8_t *haystack, size_t count, const uint8_t *needle, size_t needleCount) {
#if defined(__SSE2__)
    if (needleCount == 0 || needleCount > count || needleCount > short_needle) {
        return memmem(haystack, count, needle, needleCount);
    }
    const uint8_t *place = haystack;
    const uint8_t *const last = haystack + (count - needleCount);
    const __m128i head = _mm_set1_epi8((char)needle[0]);
    const __m128i tail = _mm_set1_epi8((char)needle[needleCount - 1]);
    // 16 places at once, as long as all of them may be one.
    for (; last - place >= 15; place += 16) {
        const __m128i heads = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)place), head);
        const __m128i tails =
            _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(place + (needleCount - 1))), tail);
        uint32_t found = (uint32_t)_mm_movemask_epi8(_mm_and_si128(heads, tails));
        for (; found != 0; found &= found - 1) {
            const uint8_t *const candidate = place + __builtin_ctz(found);
            if (memcmp(candidate, needle, needleCount) == 0) return candidate;
        }
    }
    for (; place <= last; place++) {
        if (*place == *needle && memcmp(place, needle, needleCount) == 0) return place;
    }
    return NULL;
#else
    return memmem(haystack, count, needle, needleCount);
#endif
}
