#ifndef CSPAWN_H
#define CSPAWN_H
// What the hook runner needs from Linux and Swift cannot say: vfork with the steps between it and exec, plain fork,
// and the variadic or macro-only calls around them. Every function returns -1 or an errno as its comment says.
#include <sys/resource.h>
#include <sys/types.h>

/// One resource and how much of it a command may use. `hard` is never below `soft`.
struct cspawn_limit {
    int resource;  // RLIMIT_…
    rlim_t soft;
    rlim_t hard;
};

/// Whom a command runs as.
struct cspawn_user {
    uid_t user;
    gid_t group;
    const gid_t *groups;  // every group that it gets, instead of the caller's
    size_t group_count;
};

/// One command to run. `argv` and `envp` end with NULL; `path` is absolute.
struct cspawn_command {
    const char *path;
    char *const *argv;
    char *const *envp;
    int input;              // becomes descriptor 0
    int output;             // becomes descriptors 1 and 2
    int no_new_privileges;  // not 0: set-user-id programs give nothing to this command or its children
    const char *directory;  // where it starts, absolute
    mode_t mask;            // its umask
    const struct cspawn_limit *limits;
    size_t limit_count;
    const struct cspawn_user *user;  // NULL: the caller's user and groups
};

/// Where a start failed.
enum cspawn_step {
    cspawn_step_none = 0,
    cspawn_step_process = 1,   // no new process
    cspawn_step_prepare = 2,   // the new process could not be set up
    cspawn_step_execute = 3,   // the file could not be executed
    cspawn_step_directory = 4, // the directory could not be entered
    cspawn_step_limit = 5,     // a limit could not be set
    cspawn_step_user = 6       // the caller may not become that user
};

/// Starts the command in a session of its own: default signals, no capabilities, no core files, descriptors 0 to 2
/// only, killed when the calling process ends. Returns 0 and sets `pid`, or an errno and sets `step`.
int cspawn_start(const struct cspawn_command *command, pid_t *pid, enum cspawn_step *step);

/// fork(2), which Swift hides; for a process with one thread only. Returns -1 and errno on failure.
pid_t cspawn_fork(void);

/// Makes the caller the parent of every orphan below it. Returns -1 and errno on failure.
int cspawn_become_subreaper(void);

/// Ignores INT, TERM, HUP, QUIT and PIPE, gives every other signal its standard meaning, blocks CHLD, and returns a non-blocking descriptor that is readable when a
/// child has ended, or -1 and errno.
int cspawn_child_signals(void);

/// An empty file in memory, close-on-exec, or -1 and errno.
int cspawn_memory_file(void);

/// Forbids any further change of a file in memory. Returns -1 and errno on failure.
int cspawn_seal(int file);

/// A close-on-exec pipe whose reading end does not block. Returns -1 and errno on failure.
int cspawn_output_pipe(int ends[2]);

/// The resource numbers, which are an enumeration in C and cannot be compared in Swift.
enum cspawn_resource {
    cspawn_resource_cpu = RLIMIT_CPU,
    cspawn_resource_memory = RLIMIT_AS,
    cspawn_resource_files = RLIMIT_NOFILE,
    cspawn_resource_processes = RLIMIT_NPROC,
    cspawn_resource_file_size = RLIMIT_FSIZE
};

/// Whether the caller may take on another user's identity and end what runs under it.
int cspawn_may_change_user(void);

/// Puts an open descriptor at the number `to`, close-on-exec, and closes it where it was. Returns -1 and errno on failure.
int cspawn_move(int file, int to);

/// Closes every descriptor from `first` on.
void cspawn_close_from(int first);

#endif
