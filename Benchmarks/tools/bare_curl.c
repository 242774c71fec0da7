// The floor of webhook delivery: a bare libcurl multi loop that posts one body again and again.
//
//   bare_curl URL BODY_FILE COUNT CONNECTIONS
//
// Prints requests per second.
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t discard(char *data, size_t size, size_t count, void *user) {
    (void)data;
    (void)user;
    return size * count;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: bare_curl URL BODY_FILE COUNT CONNECTIONS\n");
        return 64;
    }
    static char body[65536];
    FILE *file = fopen(argv[2], "rb");
    if (!file) {
        perror(argv[2]);
        return 66;
    }
    size_t length = fread(body, 1, sizeof body, file);
    fclose(file);
    long count = atol(argv[3]), started = 0, done = 0, failed = 0;
    int width = atoi(argv[4]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)width);
    struct curl_slist *headers = NULL;
    headers = curl_slist_append(headers, "Content-Type: application/cloudevents+json; charset=utf-8");
    headers = curl_slist_append(headers, "webhook-timestamp: 1700000000");
    headers = curl_slist_append(headers, "webhook-signature: v1,MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=");
    headers = curl_slist_append(headers, "Expect:");
    double begin = now();
    for (int i = 0; i < width && started < count; i++, started++) {
        CURL *easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)length);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
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
            if (message->data.result != CURLE_OK) failed++;
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
    if (failed) fprintf(stderr, "bare_curl: %ld requests failed\n", failed);
    printf("%.1f\n", (double)done / seconds);
    return failed ? 1 : 0;
}
