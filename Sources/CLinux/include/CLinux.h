#ifndef CLINUX_H
#define CLINUX_H
// The Linux calls that Swift's Glibc module does not export. The header must not define _GNU_SOURCE: that changes
// types which Swift has already seen through Glibc.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

/// Names the calling thread, for `top -H`. Swift cannot call the variadic prctl.
void clinux_name_thread(const char *name);

/// Has the calling thread give way to others: nice 10. A priority that is lower already stays.
void clinux_lower_priority(void);

/// An anonymous file in memory, close-on-exec. Returns -1 and sets errno where it cannot be made.
int clinux_memfd(const char *name);
#endif
