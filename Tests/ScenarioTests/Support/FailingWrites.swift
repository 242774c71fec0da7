import CallbackTestKit

/// Makes every write to a state file fail from a moment on, as a broken disk does: a small library that is loaded before
/// the C library.
final class FailingWrites: Sendable {
    private let folder: TemporaryFolder
    private var libraryPath: String { folder.file("failing.so") }
    private var switchPath: String { folder.file("failing") }

    /// Compiles the library with the compiler that came with Swift, or another one.
    init() throws {
        folder = try TemporaryFolder()
        let source = try folder.write("failing.c", Self.source)
        let words = "exec \"$(command -v clang || command -v cc)\" -shared -fPIC -O1 -o \"$1\" \"$2\" -ldl"
        let result = try Shell.run("/bin/sh", ["-c", words, "sh", libraryPath, source])
        guard result.status == 0 else { throw ScenarioError("cannot compile: \(result.errors)") }
    }

    /// What to put before the daemon's command line.
    var wrapper: [String] { ["/usr/bin/env", "LD_PRELOAD=\(libraryPath)", "FAILING_WHEN=\(switchPath)"] }

    /// From now on.
    func begin() throws { try folder.write("failing", "") }

    private static let source = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>

        static int fails(int file) {
            const char *when = getenv("FAILING_WHEN");
            if (!when || access(when, F_OK) != 0) return 0;
            char link[40], path[4096];
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            ssize_t length = readlink(link, path, sizeof path - 1);
            if (length < 0) return 0;
            path[length] = 0;
            return strstr(path, "/state.db") != NULL;
        }

        ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset) {
            if (fails(file)) { errno = EIO; return -1; }
            static ssize_t (*next)(int, const void *, size_t, off64_t);
            if (!next) next = dlsym(RTLD_NEXT, "pwrite64");
            return next(file, bytes, size, offset);
        }

        ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) {
            return pwrite64(file, bytes, size, offset);
        }

        int fdatasync(int file) {
            if (fails(file)) { errno = EIO; return -1; }
            static int (*next)(int);
            if (!next) next = dlsym(RTLD_NEXT, "fdatasync");
            return next(file);
        }
        """#
}
