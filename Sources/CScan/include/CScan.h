#ifndef CSCAN_H
#define CSCAN_H
// What the scan of a JSON text needs of the processor and Swift does not offer: comparing 16 bytes at once with a bit
// for each as the answer.
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

/// Where `needle` first stands in `haystack`; null where it does not.
const uint8_t *_Nullable cscan_find(
    const uint8_t *_Nonnull haystack, size_t count, const uint8_t *_Nonnull needle, size_t needleCount);

/// The bytes at which the plain part of a JSON string ends, as a bit for each of 16: the quote, the backslash, control
/// characters, and everything that is not ASCII.
static inline uint32_t cscan_string_stops(const uint8_t *_Nonnull text) {
#if defined(__SSE2__)
    const __m128i bytes = _mm_loadu_si128((const __m128i *)text);
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    // Signed: bytes beyond ASCII are negative, and so below the space as well.
    const __m128i others = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, backslashes), others));
#elif defined(__ARM_NEON)
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t bytes = vld1q_u8(text);
    const uint8x16_t quotes = vceqq_u8(bytes, vdupq_n_u8('"'));
    const uint8x16_t backslashes = vceqq_u8(bytes, vdupq_n_u8('\\'));
    const uint8x16_t others = vcltq_s8(vreinterpretq_s8_u8(bytes), vdupq_n_s8(0x20));
    const uint8x16_t stops = vandq_u8(vorrq_u8(vorrq_u8(quotes, backslashes), others), vld1q_u8(weights));
    return (uint32_t)vaddv_u8(vget_low_u8(stops)) | (uint32_t)vaddv_u8(vget_high_u8(stops)) << 8;
#else
    uint32_t stops = 0;
    for (int index = 0; index < 16; index++) {
        const uint8_t byte = text[index];
        if (byte == '"' || byte == '\\' || byte < 0x20 || byte >= 0x80) stops |= 1u << index;
    }
    return stops;
#endif
}

/// Whether two texts are equal in the bytes that a mask names, one bit for each of 32.
static inline _Bool cscan_is_equal32(
    const uint8_t *_Nonnull left, const uint8_t *_Nonnull right, uint32_t mask) {
#if defined(__SSE2__)
    const __m128i low = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)left), _mm_loadu_si128((const __m128i *)right));
    const __m128i high = _mm_cmpeq_epi8(
        _mm_loadu_si128((const __m128i *)(left + 16)), _mm_loadu_si128((const __m128i *)(right + 16)));
    const uint32_t equal = (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;
    return (~equal & mask) == 0;
#else
    // The bytes that count are the first ones.
    const size_t count = mask == UINT32_MAX ? 32 : (size_t)__builtin_ctz(~mask);
    return memcmp(left, right, count) == 0;
#endif
}

/// How many of 16 bytes are digits before the first one that is none.
static inline uint32_t cscan_digit_count(const uint8_t *_Nonnull text) {
#if defined(__SSE2__)
    // Moved so that digits are the ten lowest of the signed bytes.
    const __m128i moved = _mm_add_epi8(_mm_loadu_si128((const __m128i *)text), _mm_set1_epi8((char)(0x80 - '0')));
    const __m128i others = _mm_cmpgt_epi8(moved, _mm_set1_epi8((char)(-0x80 + 9)));
    return (uint32_t)__builtin_ctz((uint32_t)_mm_movemask_epi8(others) | 0x10000);
#else
    uint32_t count = 0;
    while (count < 16 && (uint8_t)(text[count] - '0') < 10) count++;
    return count;
#endif
}

/// Ten to a power from 0 to 15.
static inline uint64_t cscan_power10(uint32_t exponent) {
    static const uint64_t powers[16] = {
        1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
        1000000000000, 10000000000000, 100000000000000, 1000000000000000};
    return powers[exponent & 15];
}

/// Whether a byte stands in a text, behind which 16 bytes can be read.
static inline _Bool cscan_has(uint8_t wanted, const uint8_t *_Nonnull text, size_t count) {
#if defined(__SSE2__)
    if (count <= 16) {
        const __m128i equal = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)text), _mm_set1_epi8((char)wanted));
        return ((uint32_t)_mm_movemask_epi8(equal) & ((1u << count) - 1)) != 0;
    }
#endif
    return memchr(text, wanted, count) != NULL;
}

/// Eight bytes as one number, from any address.
static inline uint64_t cscan_load64(const uint8_t *_Nonnull bytes) {
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}
#endif
