/* The floor: an epoll loop that writes one prepared frame to every connection, and does nothing else.
 *
 * floor PORT FILE tell|greet: FILE holds the payload of an event. A message "n" has it written n times
 * to each connection, as n frames in one write. With "greet" who comes is written to at once.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FILES = 65536, MOST_FRAMES = 16, EVENTS = 1024, READ = 65536 };

/* The load driver always gives the key of RFC 6455, section 1.3; this is the answer to it. */
static const char ACCEPTED[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static char *frames;
static size_t frame_length;
static int listening[FILES], listeners, greets;
static char is_open[FILES];
static char buffer[READ];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static size_t head_of(unsigned char *head, size_t length) {
    head[0] = 0x81;
    if (length < 126) {
        head[1] = (unsigned char)length;
        return 2;
    }
    if (length < 65536) {
        head[1] = 126;
        head[2] = (unsigned char)(length >> 8);
        head[3] = (unsigned char)length;
        return 4;
    }
    head[1] = 127;
    for (int n = 0; n < 8; n++) head[2 + n] = (unsigned char)((uint64_t)length >> (56 - 8 * n));
    return 10;
}

static void prepare(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *payload = malloc(length);
    if (fread(payload, 1, length, file) != length) fail(path);
    fclose(file);
    unsigned char head[10];
    size_t before = head_of(head, length);
    frame_length = before + length;
    frames = malloc(frame_length * MOST_FRAMES);
    for (int n = 0; n < MOST_FRAMES; n++) {
        memcpy(frames + n * frame_length, head, before);
        memcpy(frames + n * frame_length + before, payload, length);
    }
    free(payload);
}

static int listen_at(int port) {
    int one = 1, at = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(at, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(at, (struct sockaddr *)&here, sizeof here) || listen(at, 4096)) fail("listen");
    return at;
}

static void watch(int epoll, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

static void let_in(int epoll, int at) {
    int fd, one = 1;
    while ((fd = accept4(at, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        is_open[fd] = 0;
        watch(epoll, fd);
    }
}

static void tell(int times) {
    size_t length = frame_length * (size_t)(times > MOST_FRAMES ? MOST_FRAMES : times);
    for (int n = 0; n < listeners; n++)
        if (send(listening[n], frames, length, MSG_NOSIGNAL) != (ssize_t)length)
            fprintf(stderr, "a listener did not take all of it\n");
}

static void forget(int fd) {
    for (int n = 0; n < listeners; n++)
        if (listening[n] == fd) listening[n--] = listening[--listeners];
    close(fd);
}

static void hear(int fd) {
    ssize_t length = recv(fd, buffer, sizeof buffer - 1, 0);
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) {
        forget(fd);
        return;
    }
    if (!is_open[fd]) {
        send(fd, ACCEPTED, sizeof ACCEPTED - 1, MSG_NOSIGNAL);
        if (greets) send(fd, frames, frame_length, MSG_NOSIGNAL);
        is_open[fd] = 1;
        listening[listeners++] = fd;
        return;
    }
    unsigned char *frame = (unsigned char *)buffer; /* masked, short: 2 bytes, mask, a number */
    if ((frame[0] & 15) != 1 || length < 7) return;
    char number[8] = "";
    for (int n = 0; n < 7 && n < (frame[1] & 127); n++)
        number[n] = (char)(frame[6 + n] ^ frame[2 + n % 4]);
    tell(atoi(number));
}

int main(int count, char **words) {
    if (count != 4) {
        fprintf(stderr, "floor PORT FILE tell|greet\n");
        return 2;
    }
    greets = !strcmp(words[3], "greet");
    struct rlimit most;
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max < FILES ? most.rlim_max : FILES;
    setrlimit(RLIMIT_NOFILE, &most);
    prepare(words[2]);
    int at = listen_at(atoi(words[1])), epoll = epoll_create1(0);
    watch(epoll, at);
    static struct epoll_event events[EVENTS];
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int n = 0; n < ready; n++)
            if (events[n].data.fd == at)
                let_in(epoll, at);
            else
                hear(events[n].data.fd);
    }
}
