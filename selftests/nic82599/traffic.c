// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traffic whose every byte is checked: programs at the two ends of a cable (give_usage()
 * says which). Not a script, since an interpreter takes seconds to start in an emulated
 * machine. Bytes follow from their place in a block of a prime length, so no alignment
 * repeats. Every error ends the process with a line that says what came instead.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netdb.h>
#include <netpacket/packet.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define BLOCK		65521u
#define CHUNK		65536u
#define WINDOW		8u
#define MAX_FRAMES	1000u
#define KIND		0x88b5u		/* local experimental */
#define PATIENCE_MS	120000u
#define LOST_MS		8000u	/* without a frame: the last one is not coming */
#define QUIET_MS	500u	/* the same after it came; others may have taken another queue */
#define TAG		4u
#define PAYLOAD		46u

/* Three times, so that what is compared never wraps. */
static uint8_t block[3 * BLOCK];

static void make_block(void)
{
	uint32_t x = 82599;
	size_t i;

	for (i = 0; i < BLOCK; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		block[i] = x >> 11;
	}
	memcpy(block + BLOCK, block, BLOCK);
	memcpy(block + 2 * BLOCK, block, BLOCK);
}

static void give_usage(void)
{
	fputs("usage: traffic serve PORT              echo UDP and TCP until killed\n"
	      "       traffic sizes ADDRESS PORT FIRST LAST STEP\n"
	      "                                       UDP echoes in frames of these sizes\n"
	      "       traffic stream ADDRESS PORT KIB TCP, both directions at once\n"
	      "       traffic reach DEST COUNT [VLAN] frames from p0 in n0: prints how many\n"
	      "                                       of them come to p1 in n1 unchanged\n"
	      "\n"
	      "Sizes are those of the Ethernet frame without FCS. Exit status 0: every byte\n"
	      "came back as it was sent; 1: the first difference is named; 2: wrong usage.\n",
	      stderr);
	exit(2);
}

static unsigned long to_number(const char *word, unsigned long most)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(word, &end, 10);
	if (errno || end == word || *end || value > most)
		errx(2, "'%s' is no number up to %lu", word, most);
	return value;
}

static void patience(int fd, unsigned int ms)
{
	struct timeval t = { ms / 1000, ms % 1000 * 1000 };

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)))
		err(1, "time limit");
}

/* serve */

static bool send_all(int fd, const uint8_t *p, size_t len)
{
	while (len) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n < 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

static void *echo_stream(void *arg)
{
	int fd = (intptr_t)arg;
	uint8_t *room = malloc(CHUNK);
	ssize_t n;

	while (room && (n = recv(fd, room, CHUNK, 0)) > 0 && send_all(fd, room, n))
		;
	free(room);
	close(fd);
	return NULL;
}

static void *echo_datagrams(void *arg)
{
	static uint8_t room[CHUNK];
	int fd = (intptr_t)arg;

	for (;;) {
		struct sockaddr_in6 from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(fd, room, CHUNK, 0, (struct sockaddr *)&from, &len);

		if (n >= 0)
			sendto(fd, room, n, 0, (struct sockaddr *)&from, len);
	}
	return NULL;
}

/* For IPv4 and IPv6. */
static int open_port(int type, unsigned long port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = socket(AF_INET6, type, 0), on = 1, off = 0;

	if (fd < 0 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&any, sizeof(any)))
		err(1, "port %lu", port);
	return fd;
}

static void start(void *(*fn)(void *), intptr_t arg)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, fn, (void *)arg);
	if (errno)
		err(1, "thread");
	pthread_detach(thread);
}

static int run_serve(char **words)
{
	unsigned long port = to_number(words[0], UINT16_MAX);
	int listener = open_port(SOCK_STREAM, port);

	if (listen(listener, 16))
		err(1, "port %lu", port);
	start(echo_datagrams, open_port(SOCK_DGRAM, port));
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd >= 0)
			start(echo_stream, fd);
	}
}

/* sizes, stream */

static int connect_to(int type, const char *address, const char *port)
{
	struct addrinfo *to, hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = type,
	};
	int fd, why = getaddrinfo(address, port, &hints, &to);

	if (why)
		errx(2, "%s port %s: %s", address, port, gai_strerror(why));
	fd = socket(to->ai_family, type, 0);
	if (fd < 0)
		err(1, "socket");
	patience(fd, PATIENCE_MS);
	if (connect(fd, to->ai_addr, to->ai_addrlen))
		err(1, "%s port %s", address, port);
	freeaddrinfo(to);
	return fd;
}

/* What a datagram of @size bytes holds: the size, then some of the block. */
static void content(uint8_t *p, size_t size)
{
	uint32_t first = htonl(size);

	memcpy(p, &first, sizeof(first));
	memcpy(p + sizeof(first), block + size % 997, size - sizeof(first));
}

static void come_back(int fd, bool *waiting, size_t header)
{
	static uint8_t answer[CHUNK], wanted[CHUNK];
	ssize_t n = recv(fd, answer, CHUNK, 0);

	if (n < 0)
		err(1, "a frame did not come back");
	if (n < 4 || !waiting[n])
		errx(1, "a frame of %zd bytes came back that was not sent", n + header);
	content(wanted, n);
	if (memcmp(answer, wanted, n))
		errx(1, "a frame of %zd bytes came back changed", n + header);
	waiting[n] = false;
}

/* A window of datagrams in flight; none may be lost on a cable. */
static int run_sizes(char **words)
{
	size_t header = strchr(words[0], ':') ? 62 : 42, size, last, step, count = 0, back = 0;
	static bool waiting[CHUNK];
	static uint8_t p[CHUNK];
	int fd;

	size = to_number(words[2], CHUNK);
	size = size < header + 4 ? 4 : size - header;
	last = to_number(words[3], CHUNK) - header;
	step = to_number(words[4], CHUNK);
	if (last >= CHUNK - 64 || !step)
		errx(2, "sizes %s to %s in steps of %s", words[2], words[3], words[4]);
	fd = connect_to(SOCK_DGRAM, words[0], words[1]);
	while (size <= last || back < count) {
		for (; size <= last && count - back < WINDOW; size += step, count++) {
			content(p, size);
			waiting[size] = true;
			if (send(fd, p, size, 0) < 0)
				err(1, "a frame of %zu bytes", size + header);
		}
		come_back(fd, waiting, header);
		back++;
	}
	printf("%zu sizes\n", count);
	return 0;
}

struct flow {
	int fd;
	uint64_t total;
};

/* Whoever receives sees what is missing when this ends early. */
static void *send_stream(void *arg)
{
	struct flow *flow = arg;
	uint64_t at, part;

	for (at = 0; at < flow->total; at += part) {
		part = flow->total - at < BLOCK ? flow->total - at : BLOCK;
		if (!send_all(flow->fd, block, part))
			break;
	}
	shutdown(flow->fd, SHUT_WR);
	return NULL;
}

/* Bytes that a thread sends are compared with those that come back. */
static int run_stream(char **words)
{
	static uint8_t room[CHUNK];
	struct flow flow = { .total = (uint64_t)to_number(words[2], UINT32_MAX) << 10 };
	uint64_t at = 0;
	ssize_t n;

	flow.fd = connect_to(SOCK_STREAM, words[0], words[1]);
	start(send_stream, (intptr_t)&flow);
	while ((n = recv(flow.fd, room, CHUNK, 0)) > 0) {
		if (memcmp(room, block + at % BLOCK, n))
			errx(1, "wrong data in the %zd bytes from %ju on", n, (uintmax_t)at);
		at += n;
	}
	if (n < 0)
		err(1, "after %ju bytes of %ju", (uintmax_t)at, (uintmax_t)flow.total);
	if (at != flow.total)
		errx(1, "%ju bytes of %ju came back", (uintmax_t)at, (uintmax_t)flow.total);
	return 0;
}

/* reach */

/* A packet socket on a port, in the port's namespace; its address to @mac. */
static int open_raw(unsigned int port, uint8_t *mac)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct ifreq request;
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "/run/netns/n%u", port);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "%s", name);
	close(fd);
	fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	memset(&request, 0, sizeof(request));
	snprintf(request.ifr_name, sizeof(request.ifr_name), "p%u", port);
	at.sll_ifindex = if_nametoindex(request.ifr_name);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)))
		err(1, "%s", request.ifr_name);
	memcpy(mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	return fd;
}

/* The frame of that number, which is longer than those before; returns its length. */
static size_t make_frame(uint8_t *frame, const uint8_t *ends, uint16_t kind, size_t n)
{
	kind = htons(kind);
	memcpy(frame, ends, 2 * ETH_ALEN);
	memcpy(frame + 2 * ETH_ALEN, &kind, sizeof(kind));
	content(frame + ETH_HLEN, PAYLOAD + n);
	return ETH_HLEN + PAYLOAD + n;
}

static void send_frame(int fd, const uint8_t *frame, size_t len, const uint8_t *tag)
{
	static uint8_t tagged[CHUNK];

	if (tag) {
		memcpy(tagged, frame, 2 * ETH_ALEN);
		memcpy(tagged + 2 * ETH_ALEN, tag, TAG);
		memcpy(tagged + 2 * ETH_ALEN + TAG, frame + 2 * ETH_ALEN, len - 2 * ETH_ALEN);
		frame = tagged;
		len += TAG;
	}
	if (send(fd, frame, len, 0) < 0)
		err(1, "a frame of %zu bytes", len);
}

/* Is it one of the frames, with the tag or, since it may have been taken off, without? */
static bool is_frame(const uint8_t *got, size_t len, const uint8_t *ends, size_t n, bool tagged)
{
	static uint8_t frame[CHUNK];
	size_t want = make_frame(frame, ends, KIND, n);

	if (len == want && !memcmp(got, frame, len))
		return true;
	return tagged && len == want + TAG && !memcmp(got, frame, 2 * ETH_ALEN) &&
	       !memcmp(got + 2 * ETH_ALEN + TAG, frame + 2 * ETH_ALEN, want - 2 * ETH_ALEN);
}

/* Counts each of the first @count frames once. */
static size_t receive(int fd, const uint8_t *ends, const uint8_t *last, size_t last_len,
		      size_t count, bool tagged)
{
	static uint8_t got[CHUNK];
	bool seen[MAX_FRAMES] = { false };
	size_t n, come = 0;
	ssize_t len;

	patience(fd, LOST_MS);
	while (come < count && (len = recv(fd, got, CHUNK, 0)) >= 0) {
		for (n = 0; n < count; n++) {
			if (seen[n] || !is_frame(got, len, ends, n, tagged))
				continue;
			seen[n] = true;
			come++;
		}
		if ((size_t)len == last_len && !memcmp(got, last, last_len))
			patience(fd, QUIET_MS);
	}
	return come;
}

/* A broadcast follows the frames, which passes every filter. */
static int run_reach(char **words)
{
	uint8_t ends[2 * ETH_ALEN], all[2 * ETH_ALEN], other[ETH_ALEN], tag[TAG] = { 0x81 };
	size_t count = to_number(words[1], MAX_FRAMES), n, len;
	static uint8_t frame[CHUNK], last[CHUNK];
	bool tagged = words[2];
	int tx, rx;

	if (sscanf(words[0], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &ends[0], &ends[1], &ends[2],
		   &ends[3], &ends[4], &ends[5]) != ETH_ALEN)
		errx(2, "'%s' is no Ethernet address", words[0]);
	if (tagged) {
		n = to_number(words[2], 4095);
		tag[2] = n >> 8;
		tag[3] = n;
	}
	tx = open_raw(0, ends + ETH_ALEN);
	rx = open_raw(1, other);
	for (n = 0; n < count; n++) {
		len = make_frame(frame, ends, KIND, n);
		send_frame(tx, frame, len, tagged ? tag : NULL);
	}
	memset(all, 0xff, ETH_ALEN);
	memcpy(all + ETH_ALEN, ends + ETH_ALEN, ETH_ALEN);
	len = make_frame(last, all, KIND + 1, 0);
	send_frame(tx, last, len, NULL);
	printf("%zu\n", receive(rx, ends, last, len, count, tagged));
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int words, more;
		int (*run)(char **words);
	} commands[] = {
		{ "serve", 1, 0, run_serve },
		{ "sizes", 5, 0, run_sizes },
		{ "stream", 3, 0, run_stream },
		{ "reach", 2, 1, run_reach },
	};
	size_t i;

	make_block();
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		int words = argc - 2 - commands[i].words;

		if (argc > 1 && !strcmp(argv[1], commands[i].name) && words >= 0 &&
		    words <= commands[i].more)
			return commands[i].run(argv + 2);
	}
	give_usage();
}
