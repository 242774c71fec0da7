// The floor of hook runs: bare posix_spawn and waitpid, so many at a time.
//
//   bare_spawn COUNT WIDTH PROGRAM
//
// Prints runs per second.
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: bare_spawn COUNT WIDTH PROGRAM\n");
        return 64;
    }
    long count = atol(argv[1]), started = 0, done = 0;
    int width = atoi(argv[2]);
    char *arguments[] = {argv[3], NULL};
    double begin = now();
    while (done < count) {
        while (started < count && started - done < width) {
            pid_t child;
            if (posix_spawn(&child, argv[3], NULL, NULL, arguments, environ)) {
                perror("bare_spawn");
                return 71;
            }
            started++;
        }
        if (waitpid(-1, NULL, 0) > 0) done++;
    }
    printf("%.1f\n", (double)done / (now() - begin));
    return 0;
}
