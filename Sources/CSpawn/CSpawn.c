#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

void cspawn_close_from(int first) {
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0) return;
    // Kernels before 5.9 do not know close_range.
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 65536) limit = 65536;
    for (int file = first; file < limit; file++) close(file);
}

// What the runner ignores itself; exec gives every signal that is caught its standard meaning, but not an ignored one.
static const int ignored_here[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};

// glibc's wrappers would change the ids of every thread of the process, with locks; here the caller's memory is shared
// and this process alone is meant.
static enum cspawn_step change_user(const struct cspawn_user *user) {
    if (syscall(SYS_setgroups, user->group_count, user->groups) != 0) return cspawn_step_user;
    if (syscall(SYS_setresgid, user->group, user->group, user->group) != 0) return cspawn_step_user;
    if (syscall(SYS_setresuid, user->user, user->user, user->user) != 0) return cspawn_step_user;
    return cspawn_step_none;
}

// A runner that is not root holds its rights as ambient capabilities, which would go to every program that it starts.
static int drop_capabilities(void) {
    if (geteuid() == 0) return 0;
    // Kernels without ambient capabilities have nothing to clear.
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL) return -1;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    return syscall(SYS_capset, &header, none) == 0 ? 0 : -1;
}

// Runs between vfork and exec, in the caller's memory: it only makes system calls and returns only on failure.
static enum cspawn_step become(const struct cspawn_command *command) {
    if (setsid() < 0) return cspawn_step_prepare;
    umask(command->mask);
    if (dup2(command->input, 0) < 0) return cspawn_step_prepare;
    if (dup2(command->output, 1) < 0 || dup2(command->output, 2) < 0) return cspawn_step_prepare;
    cspawn_close_from(3);

    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (unsigned i = 0; i < sizeof ignored_here / sizeof *ignored_here; i++) sigaction(ignored_here[i], &standard, NULL);

    // A core file would hold the event.
    const struct rlimit no_core = {0, 0};
    if (setrlimit(RLIMIT_CORE, &no_core) != 0) return cspawn_step_limit;
    for (size_t i = 0; i < command->limit_count; i++) {
        // What is forbidden to the runner already stays so: a limit never gives more than there is.
        const struct cspawn_limit *wanted = &command->limits[i];
        struct rlimit limit;
        if (getrlimit(wanted->resource, &limit) != 0) return cspawn_step_limit;
        if (wanted->hard < limit.rlim_max) limit.rlim_max = wanted->hard;
        limit.rlim_cur = wanted->soft < limit.rlim_max ? wanted->soft : limit.rlim_max;
        if (setrlimit(wanted->resource, &limit) != 0) return cspawn_step_limit;
    }
    if (command->user) {
        enum cspawn_step step = change_user(command->user);
        if (step != cspawn_step_none) return step;
    }
    if (drop_capabilities() != 0) return cspawn_step_prepare;
    // As the user that the command runs as: what that one may not enter, the command may not either.
    if (chdir(command->directory) != 0) return cspawn_step_directory;
    // If every process above it is killed at once, nobody is left to end this one: the kernel does. A change of user
    // takes this back, so it comes after that.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return cspawn_step_prepare;
    if (command->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return cspawn_step_prepare;
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0) return cspawn_step_prepare;

    execve(command->path, command->argv, command->envp);
    return cspawn_step_execute;
}

int cspawn_start(const struct cspawn_command *command, pid_t *pid, enum cspawn_step *step) {
    // The child writes these while the caller is suspended; both run in the same memory.
    volatile int failure = 0;
    volatile enum cspawn_step failed_at = cspawn_step_none;

    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t child = vfork();
    if (child == 0) {
        failed_at = become(command);
        failure = errno;
        _exit(127);
    }
    int cause = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);

    *pid = child;
    if (child < 0) {
        *step = cspawn_step_process;
        return cause;
    }
    *step = failed_at;
    if (failed_at != cspawn_step_none) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        return failure;
    }
    return 0;
}

int cspawn_move(int file, int to) {
    if (file == to) return fcntl(file, F_SETFD, FD_CLOEXEC);
    if (dup3(file, to, O_CLOEXEC) < 0) return -1;
    return close(file);
}

pid_t cspawn_fork(void) { return fork(); }

int cspawn_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int cspawn_child_signals(void) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGKILL && number != SIGSTOP) sigaction(number, &standard, NULL);
    }
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    for (unsigned i = 0; i < sizeof ignored_here / sizeof *ignored_here; i++) sigaction(ignored_here[i], &ignored, NULL);
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    if (sigprocmask(SIG_SETMASK, &children, NULL) != 0) return -1;
    return signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cspawn_memory_file(void) { return memfd_create("callbackd-event", MFD_CLOEXEC | MFD_ALLOW_SEALING); }

int cspawn_seal(int file) {
    return fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

int cspawn_output_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

int cspawn_may_change_user(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3] = {{0}};
    if (syscall(SYS_capget, &header, held) != 0) return 0;
    const unsigned needed = 1U << CAP_SETUID | 1U << CAP_SETGID | 1U << CAP_KILL;
    return (held[0].effective & needed) == needed;
}
