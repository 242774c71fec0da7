// Lets the thread sanitizer see the locks of Swift's Synchronization.Mutex.
//
// Where nobody else wants the lock, taking and giving it are atomic operations in our own code, which the sanitizer
// sees. Where somebody does, they happen in the kernel (a futex with priority inheritance), on behalf of a library that
// is not instrumented: then what one thread did inside withLock and what the next one does there look like a race. This
// file is linked into each program, so that its functions stand before that library's, and tells the sanitizer what
// these slow ones do to the lock's word. It hides nothing: without a lock, a race is still a race.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Only programs that are built with the sanitizer have these; a tool of the build passes through.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

static void *real(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) abort(); // Another Swift: the names above must be looked up again.
    return function;
}

SWIFT void seen_lock(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void seen_lock(uint32_t thread, SELF) {
    ((SWIFT void (*)(uint32_t, SELF))real(LOCK))(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT _Bool seen_try_lock(SELF) __asm__(TRY_LOCK);
SWIFT _Bool seen_try_lock(SELF) {
    _Bool is_taken = ((SWIFT _Bool (*)(SELF))real(TRY_LOCK))(self);
    if (is_taken && __tsan_acquire) __tsan_acquire(self);
    return is_taken;
}

SWIFT void seen_unlock(SELF) __asm__(UNLOCK);
SWIFT void seen_unlock(SELF) {
    if (__tsan_release) __tsan_release(self);
    ((SWIFT void (*)(SELF))real(UNLOCK))(self);
}
