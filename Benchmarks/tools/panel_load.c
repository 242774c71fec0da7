// The load of a panel's HTTP interfaces: sends one request again and again over connections that are kept.
//
//   panel_load URL BODY_FILE COUNT CONNECTIONS EXPECTED [HEADER …]
//
// Counts as good what is HTTP status 200 with EXPECTED in its body. Certificates are not verified. Prints requests per
// second, and fails where any was not good.
#define _GNU_SOURCE
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ANSWER = 4096 };

typedef struct {
    char answer[ANSWER];
    size_t used;
} transfer;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t keep(char *data, size_t size, size_t count, void *user) {
    transfer *it = user;
    size_t length = size * count, room = ANSWER - it->used, kept = length < room ? length : room;
    memcpy(it->answer + it->used, data, kept);
    it->used += kept;
    return length;
}

int main(int argc, char **argv) {
    if (argc < 6) {
        fprintf(stderr, "usage: panel_load URL BODY_FILE COUNT CONNECTIONS EXPECTED [HEADER ...]\n");
        return 64;
    }
    static char body[1 << 20];
    FILE *file = fopen(argv[2], "rb");
    if (!file) {
        perror(argv[2]);
        return 66;
    }
    size_t length = fread(body, 1, sizeof body, file);
    fclose(file);
    long count = atol(argv[3]), started = 0, done = 0, failed = 0;
    int width = atoi(argv[4]);
    size_t expected = strlen(argv[5]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)width);
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    for (int i = 6; i < argc; i++) headers = curl_slist_append(headers, argv[i]);
    transfer *transfers = calloc((size_t)width, sizeof *transfers);
    double begin = now();
    for (int i = 0; i < width && started < count; i++, started++) {
        CURL *easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)length);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfers[i]);
        curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfers[i]);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_multi_add_handle(multi, easy);
    }
    int running = 1;
    while (done < count) {
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        int left;
        while ((message = curl_multi_info_read(multi, &left))) {
            CURL *easy = message->easy_handle;
            transfer *it = NULL;
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, &it);
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            if (message->data.result != CURLE_OK || status != 200 || !memmem(it->answer, it->used, argv[5], expected)) {
                if (!failed)
                    fprintf(stderr, "panel_load: %s, status %ld: %.*s\n", curl_easy_strerror(message->data.result), status,
                            (int)it->used, it->answer);
                failed++;
            }
            it->used = 0;
            done++;
            curl_multi_remove_handle(multi, easy);
            if (started < count) {
                curl_multi_add_handle(multi, easy);
                started++;
            } else {
                curl_easy_cleanup(easy);
            }
        }
        if (done < count) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    double seconds = now() - begin;
    if (failed) fprintf(stderr, "panel_load: %ld of %ld requests failed\n", failed, done);
    printf("%.1f\n", (double)done / seconds);
    return failed ? 1 : 0;
}
