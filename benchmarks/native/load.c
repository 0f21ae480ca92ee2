/* Many WebSocket connections to one server, and what it takes to serve them: one JSON object.
 *
 * load MODE name=value ...
 *   open    connections open, and that is all: memory
 *   rounds  something is said, and when all have heard it the next is: delivery
 *   flood   whoever has been answered speaks again: what is written down
 *   storm   all come at once, and each has come when it has its first frame
 *
 * See the names in `settings`. A server tells `{"seq":n,...}` when it numbers what it tells, and is
 * then done with a round when all are n further on; else its frames are counted. `{"done":n}` is
 * an answer to the one who spoke.
 */
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
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum { READ = 256 * 1024, KEPT = 192, EVENTS = 1024, NARROW = 4096, PATIENCE = 60 };
enum state { CONNECTING, FETCHING, SHAKING, GREETING, OPEN, STALLED, DEAD };

typedef struct {
    int fd;
    enum state state;
    char fetching;               /* a page comes first, on a line of its own */
    unsigned char head[14];      /* of the frame that is coming in */
    int head_length, crlf, kept_length;
    uint64_t left;               /* of its payload */
    char kept[KEPT + 1];         /* the beginning of the answer, or of the payload */
    int in_payload, greetings;
    uint64_t begun, said, seq;
} Line;

/* --- settings ------------------------------------------------------------------------- */

static int port, connections = 1000, stalled, burst = 1, times = 1, rounds = 100, warm = 5;
static int askers, after, chunk = 256, settle = 500, pause_us, seconds = 60, processor_of, beside, said_before, silent;
static int socketio;
static int counted_frames; /* the server does not number what it tells */
static const char *heads_file, *says_file, *pages_file;

static const struct {
    const char *name;
    int *number;
    const char **text;
} settings[] = {
    {"port", &port, 0},
    {"pid", &processor_of, 0},          /* whose processor time and memory are measured */
    {"beside", &beside, 0},             /* whose processor time counts as well */
    {"connections", &connections, 0},
    {"stalled", &stalled, 0},           /* more connections, which never read */
    {"burst", &burst, 0},               /* things said at once in a round */
    {"times", &times, 0},               /* frames that each of them comes to, where they count */
    {"rounds", &rounds, 0},
    {"warm", &warm, 0},                 /* rounds before those that count, or tenths of seconds */
    {"pause", &pause_us, 0},            /* microseconds from one round's beginning to the next's */
    {"askers", &askers, 0},             /* connections that speak in a flood; 0: all */
    {"seconds", &seconds, 0},           /* of a flood; of rounds, after which they are given up */
    {"said", &said_before, 0},          /* how many lines of what is said have been said */
    {"after", &after, 0},               /* the number up to which all have heard already */
    {"chunk", &chunk, 0},               /* connections that are being opened at one time */
    {"settle", &settle, 0},             /* ms of quiet before anything is measured */
    {"silent", &silent, 0},             /* in a storm: nobody is told anything at once */
    {"counted", &counted_frames, 0},
    {"socketio", &socketio, 0},
    {"heads", 0, &heads_file},          /* requests that open a socket, with an empty line each */
    {"pages", 0, &pages_file},          /* requests for a page, to be made before */
    {"says", 0, &says_file},            /* what is said, line by line */
};

/* --- what was seen ---------------------------------------------------------------------- */

static Line *lines;
static int total, epoll, opened, dead, closed, arrived;
static uint64_t delivered, answered, refused, frames, bytes, now_ns;
static int timing, flooding;
typedef struct {
    uint32_t *us;
    size_t length, room;
} Times;
static Times answer_times, delivery_times, arrival_times;
static uint64_t round_began;
static char buffer[READ];
static z_stream inflating;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000 + (uint64_t)at.tv_nsec;
}

static void seen(Times *times, uint64_t ns) {
    if (times->length == times->room) {
        times->room = times->room ? 2 * times->room : 1 << 16;
        times->us = realloc(times->us, times->room * sizeof *times->us);
    }
    times->us[times->length++] = ns / 1000 > UINT32_MAX ? UINT32_MAX : (uint32_t)(ns / 1000);
}

/* --- the server, as the kernel counts ------------------------------------------------- */

/* To the nanosecond, of all its threads, ended ones too, and of its children. */
static uint64_t processor(int pid) {
    clockid_t clock;
    struct timespec used = {0};
    if (!pid || clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used)) return 0;
    uint64_t all = (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    FILE *children = fopen(path, "r");
    for (int child; children && fscanf(children, "%d", &child) == 1;) all += processor(child);
    if (children) fclose(children);
    return all;
}

static long memory(int pid) {
    char path[48], line[256];
    long kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = pid ? fopen(path, "r") : NULL;
    if (!file) return 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "VmRSS: %ld", &kilobytes) == 1) break;
    fclose(file);
    return kilobytes * 1024;
}

/* --- files: requests, and what is said ------------------------------------------------- */

typedef struct {
    char **text;
    int *length, count;
} Pieces;
static Pieces heads, pages, says;
static int next_say;

/* The pieces of a file that each end in `end`, which belongs to them if it is kept. */
static Pieces pieces_of(const char *path, const char *end, int kept) {
    Pieces all = {0};
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file) {
        if (path) fail(path);
        return all;
    }
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file), wide = strlen(end);
    rewind(file);
    char *text = malloc(length + 1), *at = text;
    if (fread(text, 1, length, file) != length) fail(path);
    text[length] = 0;
    fclose(file);
    for (char *to; (to = strstr(at, end)); at = to + wide) {
        if (!(all.count & (all.count + 1))) {
            size_t room = 2 * (size_t)all.count + 2;
            all.text = realloc(all.text, room * sizeof *all.text);
            all.length = realloc(all.length, room * sizeof *all.length);
        }
        all.text[all.count] = at;
        all.length[all.count++] = (int)(to - at) + (kept ? (int)wide : 0);
    }
    return all;
}

/* --- writing ----------------------------------------------------------------------------- */

static void write_out(Line *line, const char *text, size_t length) {
    if (send(line->fd, text, length, MSG_NOSIGNAL) != (ssize_t)length)
        fprintf(stderr, "the server does not take what is said\n");
}

static void write_frame(Line *line, int opcode, const char *text, int length) {
    static const char mask[4] = {0x12, 0x34, 0x56, 0x78};
    static char frame[70000];
    int before = 2;
    frame[0] = (char)(0x80 | opcode);
    if (length < 126) {
        frame[1] = (char)(0x80 | length);
    } else {
        frame[1] = (char)(0x80 | 126);
        frame[2] = (char)(length >> 8);
        frame[3] = (char)length;
        before = 4;
    }
    memcpy(frame + before, mask, 4);
    for (int n = 0; n < length; n++) frame[before + 4 + n] = text[n] ^ mask[n & 3];
    write_out(line, frame, (size_t)(before + 4 + length));
}

static void speak(Line *line) {
    int n = (said_before + next_say++) % says.count;
    line->said = now();
    write_frame(line, 1, says.text[n], says.length[n]);
}

/* --- opening and closing ---------------------------------------------------------------- */

static void watch(Line *line, int change, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u32 = (uint32_t)(line - lines)};
    if (epoll_ctl(epoll, change, line->fd, &event)) fail("epoll_ctl");
}

static void dial(Line *line, int narrow) {
    int one = 1, small = NARROW;
    struct linger at_once = {1, 0};
    line->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (line->fd < 0) fail("socket");
    setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(line->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (narrow) setsockopt(line->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(line->fd, (struct sockaddr *)&there, sizeof there) && errno != EINPROGRESS)
        fail("connect");
    line->state = CONNECTING;
    line->head_length = line->crlf = line->kept_length = line->in_payload = 0;
    watch(line, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

static void die(Line *line, const char *why) {
    if (line->state == OPEN) opened--;
    if (dead++ < 3) fprintf(stderr, "a connection ended: %s %.80s\n", why, line->kept);
    line->state = DEAD;
    close(line->fd);
}

static void dialled(Line *line) {
    Pieces *requests = line->fetching ? &pages : &heads;
    int n = (int)(line - lines) % requests->count;
    watch(line, EPOLL_CTL_MOD, EPOLLIN);
    line->state = line->fetching ? FETCHING : SHAKING;
    write_out(line, requests->text[n], (size_t)requests->length[n]);
}

static void fetched(Line *line) {
    if (strncmp(line->kept, "HTTP/1.1 200", 12)) {
        die(line, "no page:");
        return;
    }
    close(line->fd);
    line->fetching = 0;
    dial(line, 0);
}

static void arrive(Line *line) {
    seen(&arrival_times, now_ns - line->begun);
    line->begun = 0;
    arrived++;
}

static void is_open(Line *line) {
    line->state = OPEN;
    line->kept_length = 0;
    line->seq = (uint64_t)after;
    opened++;
    if (line->begun && silent) arrive(line);
    if (line - lines < connections) return;
    line->state = STALLED; /* it does not read from now on */
    epoll_ctl(epoll, EPOLL_CTL_DEL, line->fd, NULL);
}

/* --- reading ------------------------------------------------------------------------------- */

/* The beginning of a message that was compressed for itself alone. */
static const char *unpacked(Line *line) {
    static char text[KEPT + 1];
    inflateReset(&inflating);
    inflating.next_in = (unsigned char *)line->kept;
    inflating.avail_in = (unsigned)line->kept_length;
    inflating.next_out = (unsigned char *)text;
    inflating.avail_out = KEPT;
    inflate(&inflating, Z_SYNC_FLUSH);
    text[KEPT - inflating.avail_out] = 0;
    return text;
}

static void heard(uint64_t events) {
    delivered += events;
    if (round_began && timing && events) seen(&delivery_times, now_ns - round_began);
}

static void message(Line *line) {
    line->kept[line->kept_length] = 0;
    const char *text = line->head[0] & 0x40 && !counted_frames ? unpacked(line) : line->kept;
    frames += line->state == OPEN;
    if (line->state == GREETING) { /* socket.io: its own opening, then that of the namespace */
        if (++line->greetings == 2) is_open(line);
    } else if (!strncmp(text, "{\"done\":", 8)) {
        answered++;
        if (timing) seen(&answer_times, now_ns - line->said);
        if (flooding) speak(line);
    } else if (!strncmp(text, "{\"refused\":", 11)) {
        if (refused++ < 3) fprintf(stderr, "refused: %s\n", text);
    } else if (counted_frames) {
        heard(1);
    } else if (!strncmp(text, "{\"seq\":", 7)) {
        uint64_t seq = strtoull(text + 7, NULL, 10);
        heard(seq > line->seq ? seq - line->seq : 0);
        if (seq > line->seq) line->seq = seq;
    }
    if (line->begun && line->state == OPEN) arrive(line);
}

static void frame_ended(Line *line) {
    line->in_payload = line->head_length = 0;
    switch (line->head[0] & 15) {
        case 8: closed++; break;
        case 9: write_frame(line, 10, line->kept, line->kept_length); break;
        case 10: break;
        default: message(line);
    }
}

static int head_wanted(const Line *line) {
    if (line->head_length < 2) return 2;
    int length = line->head[1] & 127;
    return length == 127 ? 10 : length == 126 ? 4 : 2;
}

static void head_ended(Line *line) {
    int wide = line->head_length == 2 ? 0 : line->head_length - 2;
    line->left = wide ? 0 : line->head[1] & 127;
    for (int n = 0; n < wide; n++) line->left = line->left << 8 | line->head[2 + n];
    line->in_payload = 1;
    line->kept_length = 0;
}

static size_t keep(Line *line, const char *text, size_t length) {
    size_t room = (size_t)(KEPT - line->kept_length);
    size_t taken = length < room ? length : room;
    memcpy(line->kept + line->kept_length, text, taken);
    line->kept_length += (int)taken;
    return taken;
}

static void frames_in(Line *line, const char *text, const char *end) {
    while (text < end) {
        if (!line->in_payload) {
            line->head[line->head_length++] = (unsigned char)*text++;
            if (line->head_length < head_wanted(line)) continue;
            head_ended(line);
        }
        size_t there = (size_t)(end - text);
        size_t taken = there < line->left ? there : (size_t)line->left;
        keep(line, text, taken);
        text += taken;
        line->left -= taken;
        if (!line->left) frame_ended(line);
        if (line->state == STALLED) return;
    }
}

/* Where an answer's head ends, or NULL. */
static const char *head_in(Line *line, const char *text, const char *end) {
    static const char CRLF[] = "\r\n\r\n";
    while (text < end) {
        line->crlf = *text == CRLF[line->crlf] ? line->crlf + 1 : *text == '\r';
        text++;
        if (line->crlf == 4) return text;
    }
    return NULL;
}

static void shaken(Line *line, const char *text, const char *end) {
    if (strncmp(line->kept, "HTTP/1.1 101", 12)) {
        die(line, "not let in:");
        return;
    }
    if (socketio) {
        line->state = GREETING;
        write_frame(line, 1, "40", 2);
    } else {
        is_open(line);
    }
    if (line->state != STALLED) frames_in(line, text, end);
}

static void came(Line *line, const char *text, size_t length) {
    const char *end = text + length;
    bytes += length;
    if (line->state == FETCHING) {
        keep(line, text, length);
    } else if (line->state == SHAKING) {
        keep(line, text, length);
        const char *behind = head_in(line, text, end);
        if (behind) shaken(line, behind, end);
    } else {
        frames_in(line, text, end);
    }
}

static void read_all(Line *line) {
    while (line->state != STALLED && line->state != DEAD) {
        ssize_t length = recv(line->fd, buffer, sizeof buffer, 0);
        if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (length <= 0 && line->state == FETCHING) {
            fetched(line);
            return;
        }
        if (length <= 0) {
            die(line, length ? strerror(errno) : "closed");
            return;
        }
        now_ns = now();
        came(line, buffer, (size_t)length);
        if (length < (ssize_t)sizeof buffer) return;
    }
}

static void turn(int wait) {
    static struct epoll_event events[EVENTS];
    int ready = epoll_wait(epoll, events, EVENTS, wait);
    for (int n = 0; n < ready; n++) {
        Line *line = &lines[events[n].data.u32];
        if (line->state == CONNECTING && events[n].events & (EPOLLERR | EPOLLHUP))
            die(line, "no connection");
        else if (line->state == CONNECTING && events[n].events & EPOLLOUT)
            dialled(line);
        else if (line->state != CONNECTING)
            read_all(line);
    }
}

/* --- what is done ----------------------------------------------------------------------------- */

static void quiet(int ms) {
    for (uint64_t end = now() + (uint64_t)ms * 1000000; now() < end;) turn(20);
}

static void open_all(int storm) {
    uint64_t end = now() + PATIENCE * 1000000000ull;
    for (int begun = 0; (storm ? arrived : opened) + dead < total && now() < end; turn(20))
        for (; begun < total && begun - opened - dead < chunk; begun++) {
            lines[begun].fetching = pages.count > 0;
            lines[begun].begun = storm ? now() : 0;
            dial(&lines[begun], begun >= connections);
        }
}

static int by_size(const void *one, const void *other) {
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return a < b ? -1 : a > b;
}

static void tell_times(const char *name, Times *times) {
    size_t n = times->length;
    if (!n) return;
    qsort(times->us, n, sizeof *times->us, by_size);
    printf("\"%s_p50\":%u,\"%s_p99\":%u,\"%s_most\":%u,", name, times->us[n / 2], name,
           times->us[n * 99 / 100], name, times->us[n - 1]);
}

typedef struct {
    uint64_t at, processor, delivered, answered, frames, bytes;
} Mark;

static Mark mark(void) {
    return (Mark){now(), processor(processor_of) + processor(beside), delivered, answered, frames, bytes};
}

static void tell(Mark from, Mark to) {
    printf("\"seconds\":%.6f,\"processor\":%.6f,\"delivered\":%llu,\"answered\":%llu,"
           "\"frames\":%llu,\"bytes\":%llu,",
           (double)(to.at - from.at) / 1e9, (double)(to.processor - from.processor) / 1e9,
           (unsigned long long)(to.delivered - from.delivered),
           (unsigned long long)(to.answered - from.answered),
           (unsigned long long)(to.frames - from.frames),
           (unsigned long long)(to.bytes - from.bytes));
}

/* One after the other; gives the rounds of those that count which came to their end. */
static int all_rounds(Mark *from) {
    uint64_t end = now() + (uint64_t)seconds * 1000000000, goal = delivered;
    int speaker = 0;
    for (int n = 0; n < warm + rounds; n++) {
        if (n == warm) {
            *from = mark();
            timing = 1;
        }
        round_began = now();
        goal += (uint64_t)(burst * times) * (uint64_t)connections;
        if (burst > 1) kill(processor_of, SIGSTOP); /* what comes meanwhile comes at once */
        for (int said = 0; said < burst; said++) speak(&lines[speaker++ % connections]);
        if (burst > 1) kill(processor_of, SIGCONT);
        while (delivered < goal) {
            turn(0);
            if (now() > end || dead) return n > warm ? n - warm : 0;
        }
        while (pause_us && now() < round_began + (uint64_t)pause_us * 1000) turn(0);
    }
    return rounds;
}

/* Gives the time that counts; then waits for the last answers, so that nothing is under way. */
static Mark flood(Mark *to) {
    int speaking = askers ? askers : connections;
    flooding = 1;
    for (int n = 0; n < speaking; n++) speak(&lines[n]);
    uint64_t begins = now() + (uint64_t)warm * 100000000;
    uint64_t ends = begins + (uint64_t)seconds * 1000000000;
    Mark from = {0};
    while (now() < ends && !dead) {
        if (!timing && now() >= begins) {
            from = mark();
            timing = 1;
        }
        turn(0);
    }
    *to = mark();
    timing = flooding = 0;
    while (answered + refused < (uint64_t)next_say && now() < ends + PATIENCE * 1000000000ull) turn(20);
    return from;
}

static void set(const char *word) {
    for (size_t n = 0; n < sizeof settings / sizeof *settings; n++) {
        size_t wide = strlen(settings[n].name);
        if (strncmp(word, settings[n].name, wide) || word[wide] != '=') continue;
        if (settings[n].number)
            *settings[n].number = atoi(word + wide + 1);
        else
            *settings[n].text = word + wide + 1;
        return;
    }
    fprintf(stderr, "there is no such setting: %s\n", word);
    exit(2);
}

static void get_ready(void) {
    struct rlimit most;
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_NOFILE, &most);
    heads = pieces_of(heads_file, "\r\n\r\n", 1);
    pages = pieces_of(pages_file, "\r\n\r\n", 1);
    says = pieces_of(says_file, "\n", 0);
    total = connections + stalled;
    lines = calloc((size_t)total, sizeof *lines);
    epoll = epoll_create1(0);
    inflateInit2(&inflating, -MAX_WBITS);
}

int main(int count, char **words) {
    for (int n = 2; n < count; n++) set(words[n]);
    const char *mode = count > 1 ? words[1] : "";
    get_ready();
    int storm = !strcmp(mode, "storm"), done = 0;
    long before = memory(processor_of);
    Mark from = mark();
    open_all(storm);
    Mark to = mark();
    int came = opened;
    if (!storm) quiet(settle);
    long held = memory(processor_of);
    if (!strcmp(mode, "rounds")) {
        done = all_rounds(&from);
        to = mark();
    } else if (!strcmp(mode, "flood")) {
        from = flood(&to);
    }
    printf("{\"wanted\":%d,\"came\":%d,\"opened\":%d,\"dead\":%d,\"closed\":%d,\"refused\":%llu,"
           "\"rounds\":%d,",
           total, came, opened, dead, closed, (unsigned long long)refused, done);
    tell(from, to);
    tell_times("answer", &answer_times);
    tell_times("delivery", &delivery_times);
    tell_times("arrival", &arrival_times);
    printf("\"memory_before\":%ld,\"memory_open\":%ld,\"memory_after\":%ld}\n", before, held,
           memory(processor_of));
    return 0;
}
