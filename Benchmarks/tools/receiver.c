// A receiver for measurements: answers every POST with 204 as fast as one thread can, and remembers what it saw.
//
//   receiver PORT
//
// GET /stats  {"received": …, "unique": …, "duplicates": …, "disordered": …, "first_ns": …, "last_ns": …}
// GET /times  one line for each delivery: SUBJECT NANOSECONDS (CLOCK_MONOTONIC, at the moment the request was whole)
// GET /reset  forgets everything
//
// A delivery is known by its webhook-id. "disordered" counts deliveries whose `sequence` is lower than an earlier one
// of the same subject.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 17, MAX_FD = 65536, SLOTS = 1 << 23 };

typedef struct {
    char *data;
    size_t used;
} connection;

static connection connections[MAX_FD];
static uint64_t *seen;
static uint64_t received, unique_count, duplicates, disordered, first_ns, last_ns;

// The highest sequence of each subject, by hash.
static uint64_t *subject_keys, *subject_last;

typedef struct {
    char subject[32];
    uint64_t ns;
} arrival;
static arrival *arrivals;
static size_t arrival_count;
static const size_t ARRIVAL_LIMIT = 1 << 20;

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static uint64_t hash(const char *bytes, size_t count) {
    uint64_t value = 0xcbf29ce484222325ull;
    for (size_t i = 0; i < count; i++) value = (value ^ (unsigned char)bytes[i]) * 0x100000001b3ull;
    value ^= value >> 32;
    return value ? value : 1;
}

static void note(const char *head, size_t head_length, const char *body, size_t body_length) {
    uint64_t now = now_ns();
    if (!received++) first_ns = now;
    last_ns = now;
    const char *id = memmem(head, head_length, "webhook-id: ", 12);
    if (!id) return;
    id += 12;
    const char *end = memchr(id, '\r', head_length - (size_t)(id - head));
    uint64_t key = hash(id, (size_t)(end - id));
    size_t slot = key & (SLOTS - 1);
    while (seen[slot] && seen[slot] != key) slot = (slot + 1) & (SLOTS - 1);
    if (seen[slot]) {
        duplicates++;
        return;
    }
    seen[slot] = key;
    unique_count++;
    const char *subject = memmem(body, body_length, "\"subject\":\"", 11);
    const char *sequence = memmem(body, body_length, "\"sequence\":\"", 12);
    if (!subject || !sequence) return;
    subject += 11;
    const char *quote = memchr(subject, '"', body_length - (size_t)(subject - body));
    size_t length = (size_t)(quote - subject);
    uint64_t number = strtoull(sequence + 12, NULL, 10);
    uint64_t lane = hash(subject, length);
    slot = lane & (SLOTS - 1);
    while (subject_keys[slot] && subject_keys[slot] != lane) slot = (slot + 1) & (SLOTS - 1);
    subject_keys[slot] = lane;
    if (number < subject_last[slot]) disordered++;
    else subject_last[slot] = number;
    if (arrival_count < ARRIVAL_LIMIT) {
        arrival *a = &arrivals[arrival_count++];
        size_t keep = length < sizeof a->subject - 1 ? length : sizeof a->subject - 1;
        memcpy(a->subject, subject, keep);
        a->subject[keep] = 0;
        a->ns = now;
    }
}

static void write_all(int fd, const char *bytes, size_t count) {
    while (count) {
        ssize_t n = write(fd, bytes, count);
        if (n < 0 && errno == EAGAIN) { usleep(200); continue; }
        if (n <= 0) return;
        bytes += n;
        count -= (size_t)n;
    }
}

static void reset(void) {
    memset(seen, 0, SLOTS * sizeof *seen);
    memset(subject_keys, 0, SLOTS * sizeof *subject_keys);
    memset(subject_last, 0, SLOTS * sizeof *subject_last);
    received = unique_count = duplicates = disordered = first_ns = last_ns = 0;
    arrival_count = 0;
}

static void answer_get(int fd, const char *path) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!strncmp(path, "/reset", 6)) {
        reset();
    } else if (!strncmp(path, "/times", 6)) {
        for (size_t i = 0; i < arrival_count; i++)
            fprintf(out, "%s %llu\n", arrivals[i].subject, (unsigned long long)arrivals[i].ns);
    } else {
        fprintf(out,
                "{\"received\": %llu, \"unique\": %llu, \"duplicates\": %llu, \"disordered\": %llu, "
                "\"first_ns\": %llu, \"last_ns\": %llu}\n",
                (unsigned long long)received, (unsigned long long)unique_count, (unsigned long long)duplicates,
                (unsigned long long)disordered, (unsigned long long)first_ns, (unsigned long long)last_ns);
    }
    fclose(out);
    char head[128];
    int n = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", size);
    write_all(fd, head, (size_t)n);
    write_all(fd, text, size);
    free(text);
}

// Takes whole requests off the front of a buffer. Returns 0 where the connection must be closed.
static int serve(int fd, connection *c) {
    static const char no_content[] = "HTTP/1.1 204 No Content\r\n\r\n";
    size_t start = 0;
    while (1) {
        char *head = c->data + start;
        char *end = memmem(head, c->used - start, "\r\n\r\n", 4);
        if (!end) break;
        size_t head_length = (size_t)(end - head) + 4;
        if (!strncmp(head, "GET ", 4)) {
            answer_get(fd, head + 4);
            start += head_length;
            continue;
        }
        char *length_line = memmem(head, head_length, "Content-Length: ", 16);
        size_t body_length = length_line ? strtoul(length_line + 16, NULL, 10) : 0;
        if (head_length + body_length > BUFFER) return 0;
        if (c->used - start < head_length + body_length) break;
        note(head, head_length, head + head_length, body_length);
        if (write(fd, no_content, sizeof no_content - 1) < 0) return 0;
        start += head_length + body_length;
    }
    memmove(c->data, c->data + start, c->used - start);
    c->used -= start;
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: receiver PORT\n");
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    seen = calloc(SLOTS, sizeof *seen);
    subject_keys = calloc(SLOTS, sizeof *subject_keys);
    subject_last = calloc(SLOTS, sizeof *subject_last);
    arrivals = calloc(ARRIVAL_LIMIT, sizeof *arrivals);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) {
        perror("receiver: cannot listen");
        return 69;
    }
    int poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    puts("ready");
    fflush(stdout);
    struct epoll_event events[256];
    while (1) {
        int count = epoll_wait(poll, events, 256, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int client;
                while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0 && client < MAX_FD) {
                    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                    if (!connections[client].data) connections[client].data = malloc(BUFFER);
                    connections[client].used = 0;
                    struct epoll_event added = {.events = EPOLLIN, .data.fd = client};
                    epoll_ctl(poll, EPOLL_CTL_ADD, client, &added);
                }
                continue;
            }
            connection *c = &connections[fd];
            ssize_t n = read(fd, c->data + c->used, BUFFER - c->used);
            if (n < 0 && errno == EAGAIN) continue;
            if (n <= 0) {
                close(fd);
                continue;
            }
            c->used += (size_t)n;
            if (!serve(fd, c)) close(fd);
        }
    }
}
