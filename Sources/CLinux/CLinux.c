#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/mman.h>
#include <sys/resource.h>

void clinux_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

int clinux_memfd(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

void clinux_lower_priority(void) {
    // Linux keeps it for each thread. Where it is refused, the thread runs as before.
    if (getpriority(PRIO_PROCESS, 0) < 10) setpriority(PRIO_PROCESS, 0, 10);
}
