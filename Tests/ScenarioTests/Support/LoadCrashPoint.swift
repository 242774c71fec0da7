import CallbackTestKit
import Glibc

/// Kills a program at its n-th write to a database: a small library that is loaded before the C library and counts,
/// over all threads, what changes a database file, its log or its journal.
///
/// A tracer would count each thread for itself and is not allowed on every machine.
final class LoadCrashPoint: Sendable {
    private let folder: TemporaryFolder
    private var libraryPath: String { folder.file("crash.so") }

    /// Compiles the library with the compiler that came with Swift, or another one.
    init() throws {
        folder = try TemporaryFolder()
        let source = try folder.write("crash.c", Self.source)
        let words = "exec \"$(command -v clang || command -v cc)\" -shared -fPIC -O1 -o \"$1\" \"$2\" -ldl"
        let result = try Shell.run("/bin/sh", ["-c", words, "sh", libraryPath, source])
        guard result.status == 0 else { throw ScenarioError("cannot compile: \(result.errors)") }
    }

    /// What to put before the daemon's command line.
    /// - Parameters:
    ///   - number: the write at which it dies, counted from 1; 0 lets it live.
    ///   - isTorn: whether the first half of that write still happens.
    ///   - log: gets a line for each write.
    func wrapper(number: Int, isTorn: Bool, log: String) -> [String] {
        [
            "/usr/bin/env", "LD_PRELOAD=\(libraryPath)", "CRASH_AT=\(number)", "CRASH_TORN=\(isTorn ? 1 : 0)",
            "CRASH_LOG=\(log)",
        ]
    }

    private static let source = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <signal.h>
        #include <stdatomic.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        static atomic_long count;
        static long at;
        static int torn, trace = -1;

        __attribute__((constructor)) static void begin(void) {
            const char *text = getenv("CRASH_AT");
            at = text ? atol(text) : 0;
            text = getenv("CRASH_TORN");
            torn = text && *text == '1';
            text = getenv("CRASH_LOG");
            if (text) trace = open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        }

        static int is_database(const char *path) {
            static const char *ends[] = {".db", ".db-wal", ".db-journal"};
            size_t length = strlen(path);
            for (int i = 0; i < 3; i++) {
                size_t end = strlen(ends[i]);
                if (length > end && !strcmp(path + length - end, ends[i])) return 1;
            }
            return 0;
        }

        /* Counts one write; says whether it is the last one. */
        static int is_last(const char *what, const char *path, long size) {
            if (!is_database(path)) return 0;
            long number = atomic_fetch_add(&count, 1) + 1;
            const char *name = strrchr(path, '/');
            char line[200];
            int length = snprintf(line, sizeof line, "%ld %s %s %ld\n", number, what, name ? name + 1 : path, size);
            if (trace >= 0) syscall(SYS_write, trace, line, length);
            return number == at;
        }

        static int is_last_on(const char *what, int file, long size) {
            char link[40], path[4096];
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            ssize_t length = readlink(link, path, sizeof path - 1);
            if (length < 0) return 0;
            path[length] = 0;
            return is_last(what, path, size);
        }

        static void die(void) {
            kill(getpid(), SIGKILL);
            for (;;) pause();
        }

        ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset) {
            if (is_last_on("pwrite", file, size)) {
                if (torn) syscall(SYS_pwrite64, file, bytes, size / 2, offset);
                die();
            }
            static ssize_t (*next)(int, const void *, size_t, off64_t);
            if (!next) next = dlsym(RTLD_NEXT, "pwrite64");
            return next(file, bytes, size, offset);
        }

        ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) {
            return pwrite64(file, bytes, size, offset);
        }

        ssize_t write(int file, const void *bytes, size_t size) {
            if (is_last_on("write", file, size)) {
                if (torn) syscall(SYS_write, file, bytes, size / 2);
                die();
            }
            static ssize_t (*next)(int, const void *, size_t);
            if (!next) next = dlsym(RTLD_NEXT, "write");
            return next(file, bytes, size);
        }

        #define ON_FILE(name, parameters, arguments, size) \
            int name parameters { \
                if (is_last_on(#name, file, size)) die(); \
                static int (*next) parameters; \
                if (!next) next = dlsym(RTLD_NEXT, #name); \
                return next arguments; \
            }

        ON_FILE(fdatasync, (int file), (file), 0)
        ON_FILE(fsync, (int file), (file), 0)
        ON_FILE(ftruncate64, (int file, off64_t size), (file, size), size)
        ON_FILE(ftruncate, (int file, off_t size), (file, size), size)

        int unlink(const char *path) {
            if (is_last("unlink", path, 0)) die();
            static int (*next)(const char *);
            if (!next) next = dlsym(RTLD_NEXT, "unlink");
            return next(path);
        }
        """#
}
