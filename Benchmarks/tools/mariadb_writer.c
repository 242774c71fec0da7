// The panel's part in a measurement on MariaDB: writes rows of `orders` in transactions of a given size.
//
//   mariadb_writer SOCKET COUNT PER_TRANSACTION [RATE [FIRST_ID [TIMES_FILE]]]
//
// RATE is transactions per second, 0 for as fast as possible. Prints rows per second and the median, p99 and maximum
// commit in milliseconds. TIMES_FILE gets one line for each row: ID NANOSECONDS (CLOCK_MONOTONIC, when its commit had
// returned).
#define _GNU_SOURCE
#include <mysql.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void run(MYSQL *server, const char *sql, size_t length) {
    if (mysql_real_query(server, sql, length) == 0) return;
    fprintf(stderr, "mariadb_writer: %s\n", mysql_error(server));
    exit(74);
}

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: mariadb_writer SOCKET COUNT PER_TRANSACTION [RATE [FIRST_ID [TIMES]]]\n");
        return 64;
    }
    long count = atol(argv[2]), per = atol(argv[3]);
    double rate = argc > 4 ? atof(argv[4]) : 0;
    long first = argc > 5 ? atol(argv[5]) : 1;
    FILE *times = argc > 6 ? fopen(argv[6], "w") : NULL;
    MYSQL *server = mysql_init(NULL);
    if (!mysql_real_connect(server, NULL, "root", "", "psa", 0, argv[1], 0)) {
        fprintf(stderr, "mariadb_writer: %s\n", mysql_error(server));
        return 69;
    }
    mysql_autocommit(server, 0);
    long transactions = (count + per - 1) / per, written = 0;
    int64_t *commits = calloc((size_t)transactions, sizeof *commits);
    // One statement of many rows for each transaction: the binlog has the same rows, and the writer is not the limit.
    char *sql = malloc((size_t)per * 256 + 256);
    int64_t begin = now_ns();
    for (long t = 0; t < transactions; t++) {
        if (rate > 0) {
            int64_t due = begin + (int64_t)((double)t / rate * 1e9);
            struct timespec until = {.tv_sec = due / 1000000000, .tv_nsec = due % 1000000000};
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        }
        long in_this = count - written < per ? count - written : per;
        size_t length = (size_t)sprintf(sql, "INSERT INTO orders VALUES ");
        for (long i = 0; i < in_this; i++) {
            long id = first + written + i;
            length += (size_t)sprintf(sql + length,
                "%s(%ld,'customer-%ld','WordPress Toolkit for the base plan',%ld,9.99,"
                "'ordered through the storefront, to be billed with the next invoice')",
                i ? "," : "", id, id % 1000, id % 7 + 1);
        }
        int64_t started = now_ns();
        run(server, sql, length);
        run(server, "COMMIT", 6);
        int64_t ended = now_ns();
        commits[t] = ended - started;
        if (times)
            for (long i = 0; i < in_this; i++) fprintf(times, "%ld %lld\n", first + written + i, (long long)ended);
        written += in_this;
    }
    double seconds = (double)(now_ns() - begin) / 1e9;
    if (times) fclose(times);
    qsort(commits, (size_t)transactions, sizeof *commits, compare);
    printf("%.1f %.4f %.4f %.4f\n", (double)written / seconds, (double)commits[transactions / 2] / 1e6,
           (double)commits[transactions * 99 / 100] / 1e6, (double)commits[transactions - 1] / 1e6);
    return 0;
}
