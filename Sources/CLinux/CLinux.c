#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/mman.h>

void clinux_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

int clinux_memfd(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
