// The panel's part in a measurement: writes rows of `orders` in transactions of a given size.
//
//   panel_writer DATABASE init
//   panel_writer DATABASE insert COUNT PER_TRANSACTION [RATE [FIRST_ID [TIMES_FILE]]]
//
// RATE is transactions per second, 0 for as fast as possible. Prints rows per second and the median, p99 and maximum
// commit in milliseconds. TIMES_FILE gets one line for each row: ID NANOSECONDS (CLOCK_MONOTONIC, when its commit had
// returned). The database is in WAL mode with synchronous = FULL.
#define _GNU_SOURCE
#include <sqlite3.h>
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

static void check(sqlite3 *database, int code) {
    if (code == SQLITE_OK || code == SQLITE_DONE) return;
    fprintf(stderr, "panel_writer: %s\n", sqlite3_errmsg(database));
    exit(74);
}

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: panel_writer DATABASE init | insert COUNT PER_TRANSACTION [RATE [FIRST_ID [TIMES]]]\n");
        return 64;
    }
    sqlite3 *database;
    check(NULL, sqlite3_open(argv[1], &database));
    sqlite3_busy_timeout(database, 10000);
    check(database, sqlite3_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", 0, 0, 0));
    if (!strcmp(argv[2], "init")) {
        check(database, sqlite3_exec(database,
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, item TEXT NOT NULL, "
            "quantity INTEGER NOT NULL, price REAL NOT NULL, note TEXT)", 0, 0, 0));
        return 0;
    }
    long count = atol(argv[3]), per = atol(argv[4]);
    double rate = argc > 5 ? atof(argv[5]) : 0;
    long first = argc > 6 ? atol(argv[6]) : 1;
    FILE *times = argc > 7 ? fopen(argv[7], "w") : NULL;
    sqlite3_stmt *insert;
    check(database, sqlite3_prepare_v2(database, "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", -1, &insert, 0));
    long transactions = (count + per - 1) / per, written = 0;
    int64_t *commits = calloc((size_t)transactions, sizeof *commits);
    int64_t begin = now_ns();
    for (long t = 0; t < transactions; t++) {
        if (rate > 0) {
            int64_t due = begin + (int64_t)((double)t / rate * 1e9);
            struct timespec until = {.tv_sec = due / 1000000000, .tv_nsec = due % 1000000000};
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        }
        int64_t started = now_ns();
        check(database, sqlite3_exec(database, "BEGIN IMMEDIATE", 0, 0, 0));
        long in_this = count - written < per ? count - written : per;
        for (long i = 0; i < in_this; i++) {
            long id = first + written + i;
            char customer[32];
            snprintf(customer, sizeof customer, "customer-%ld", id % 1000);
            sqlite3_bind_int64(insert, 1, id);
            sqlite3_bind_text(insert, 2, customer, -1, SQLITE_TRANSIENT);
            sqlite3_bind_text(insert, 3, "WordPress Toolkit for the base plan", -1, SQLITE_STATIC);
            sqlite3_bind_int64(insert, 4, id % 7 + 1);
            sqlite3_bind_double(insert, 5, 9.99);
            sqlite3_bind_text(insert, 6, "ordered through the storefront, to be billed with the next invoice", -1, SQLITE_STATIC);
            check(database, sqlite3_step(insert));
            sqlite3_reset(insert);
        }
        check(database, sqlite3_exec(database, "COMMIT", 0, 0, 0));
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
