// SPDX-License-Identifier: GPL-2.0-only
/*
 * BPF programs for XDP, made of instructions here and now, and frames for them to judge
 * (give_usage() says what there is). ip(8) attaches a program by the name it is pinned to.
 * All of them let pass what is not of KIND, so that other traffic goes on meanwhile.
 * The frames go out of an interface whose driver sends them back with their addresses
 * exchanged, and are compared byte by byte. Not a script, since an interpreter takes
 * seconds to start in an emulated machine. Every error ends the process with a line that
 * says what it was.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define KIND		0x88b5u	/* local experimental */
#define PUSHED		0x88b6u	/* with TAG bytes more in front of it */
#define TAG		4
#define HOPS		14u	/* where in a frame */
#define WINDOW		32u
#define QUIET_MS	2000u	/* without a frame: no more are coming */
#define MOST		4096u
#define SLOTS		64u	/* of a socket's memory */
#define SLOT		4096u

static void give_usage(void)
{
	fputs("usage: xdp load NAME FILE [NUMBER]    pin a program for frames of our kind:\n"
	      "         act N      answers N (enum xdp_action)\n"
	      "         hops       while a counter in the frame is not 0: less one, addresses\n"
	      "                    exchanged, sent back; then passed\n"
	      "         push       4 bytes more in front, and passed\n"
	      "         tail N     N bytes more at the end (or fewer), and passed\n"
	      "         head N     dropped, if there is room for N bytes in front, else passed\n"
	      "         reply N    N bytes more at the end, and sent back\n"
	      "         length N   passed, if the program sees N bytes\n"
	      "         cpu        redirected to a processor, which passes it\n"
	      "         to N       redirected to interface N\n"
	      "       xdp frames INTERFACE COUNT SIZE HOPS PUSHED TAIL\n"
	      "                    send that many and print how many come back: in front PUSHED\n"
	      "                    bytes more, at the end TAIL\n"
	      "       xdp socket INTERFACE COUNT SIZE\n"
	      "                    the same with a program of its own, which redirects them from\n"
	      "                    queue 0 to a socket (AF_XDP), where they are read\n"
	      "       xdp programs how many are in the kernel\n",
	      stderr);
	exit(2);
}

static long to_number(const char *word)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(word, &end, 10);
	if (errno || end == word || *end || value < -(long)MOST || value > 1000000)
		errx(2, "'%s' is no number here", word);
	return value;
}

static long bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

/* A program that is being written. */
static struct bpf_insn code[64];
static unsigned int length;

static void emit(__u8 op, __u8 dst, __u8 src, __s16 off, __s32 imm)
{
	code[length++] = (struct bpf_insn){ op, dst, src, off, imm };
}

static void move(__u8 dst, __u8 src)
{
	emit(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static void set(__u8 dst, __s32 value)
{
	emit(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value);
}

static void add(__u8 dst, __s32 value)
{
	emit(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, value);
}

static void load(__u8 size, __u8 dst, __u8 src, __s16 off)
{
	emit(BPF_LDX | BPF_MEM | size, dst, src, off, 0);
}

static void store(__u8 size, __u8 dst, __s16 off, __u8 src)
{
	emit(BPF_STX | BPF_MEM | size, dst, src, off, 0);
}

static void call(__s32 helper)
{
	emit(BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

static void leave(void)
{
	emit(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void answer(__s32 action)
{
	set(BPF_REG_0, action);
	leave();
}

/* The begin of the frame to r7, its end to r8; ended with @action if @need bytes are not there. */
static void look(__s32 need, __s32 action)
{
	load(BPF_W, BPF_REG_7, BPF_REG_6, 0);
	load(BPF_W, BPF_REG_8, BPF_REG_6, 4);
	move(BPF_REG_2, BPF_REG_7);
	add(BPF_REG_2, need);
	emit(BPF_JMP | BPF_JLE | BPF_X, BPF_REG_2, BPF_REG_8, 2, 0);
	answer(action);
}

/* What is not ours passes. */
static void write_begin(void)
{
	move(BPF_REG_6, BPF_REG_1);
	look(16, XDP_PASS);
	load(BPF_H, BPF_REG_3, BPF_REG_7, 12);
	emit(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_3, 0, 2, htons(KIND));
	answer(XDP_PASS);
}

static void write_act(long action)
{
	answer(action);
}

/* Bytes 0 to 5 and 6 to 11 */
static void write_hops(long unused)
{
	(void)unused;
	load(BPF_B, BPF_REG_3, BPF_REG_7, HOPS);
	emit(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_3, 0, 2, 0);
	answer(XDP_PASS);
	add(BPF_REG_3, -1);
	store(BPF_B, BPF_REG_7, HOPS, BPF_REG_3);
	for (__s16 at = 0; at < 6; at += 2) {
		load(BPF_H, BPF_REG_2, BPF_REG_7, at);
		load(BPF_H, BPF_REG_3, BPF_REG_7, at + 6);
		store(BPF_H, BPF_REG_7, at, BPF_REG_3);
		store(BPF_H, BPF_REG_7, at + 6, BPF_REG_2);
	}
	answer(XDP_TX);
}

/* Fails where the helper does. */
static void write_adjust(__s32 helper, __s32 by)
{
	move(BPF_REG_1, BPF_REG_6);
	set(BPF_REG_2, by);
	call(helper);
	emit(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 2, 0);
	answer(XDP_ABORTED);
}

/* Addresses to the new front, then the kind, then 0. */
static void write_push(long unused)
{
	(void)unused;
	write_adjust(BPF_FUNC_xdp_adjust_head, -TAG);
	look(16 + TAG, XDP_ABORTED);
	for (__s16 at = 0; at < 12; at += 2) {
		load(BPF_H, BPF_REG_2, BPF_REG_7, at + TAG);
		store(BPF_H, BPF_REG_7, at, BPF_REG_2);
	}
	emit(BPF_ST | BPF_MEM | BPF_H, BPF_REG_7, 0, 12, htons(PUSHED));
	emit(BPF_ST | BPF_MEM | BPF_H, BPF_REG_7, 0, 14, 0);
	answer(XDP_PASS);
}

static void write_tail(long by)
{
	write_adjust(BPF_FUNC_xdp_adjust_tail, by);
	answer(XDP_PASS);
}

static void write_head(long bytes)
{
	move(BPF_REG_1, BPF_REG_6);
	set(BPF_REG_2, -bytes);
	call(BPF_FUNC_xdp_adjust_head);
	emit(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 2, 0);
	answer(XDP_DROP);
	answer(XDP_PASS);
}

static void write_reply(long by)
{
	write_adjust(BPF_FUNC_xdp_adjust_tail, by);
	answer(XDP_TX);
}

static void write_length(long bytes)
{
	emit(BPF_ALU64 | BPF_SUB | BPF_X, BPF_REG_8, BPF_REG_7, 0, 0);
	emit(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_8, 0, 2, bytes);
	answer(XDP_DROP);
	answer(XDP_PASS);
}

/* A map with one place and @value in it. */
static int make_map(__u32 type, __u32 value)
{
	union bpf_attr attr;
	__u32 key = 0;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = sizeof(key);
	attr.value_size = sizeof(value);
	attr.max_entries = 1;
	fd = bpf(BPF_MAP_CREATE, &attr);
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = (unsigned long)&key;
	attr.value = (unsigned long)&value;
	if (fd < 0 || bpf(BPF_MAP_UPDATE_ELEM, &attr))
		err(1, "a map of type %u", type);
	return fd;
}

/* To what is in place 0 of @map. */
static void write_map(long map)
{
	emit(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map);
	emit(0, 0, 0, 0, 0);
	set(BPF_REG_2, 0);
	set(BPF_REG_3, XDP_ABORTED);
	call(BPF_FUNC_redirect_map);
	leave();
}

/* The first processor, with a queue of 192 frames */
static void write_cpu(long unused)
{
	(void)unused;
	write_map(make_map(BPF_MAP_TYPE_CPUMAP, 192));
}

static void write_to(long interface)
{
	set(BPF_REG_1, interface);
	set(BPF_REG_2, 0);
	call(BPF_FUNC_redirect);
	leave();
}

static const struct {
	const char *name;
	void (*write)(long number);
} programs[] = {
	{ "act", write_act }, { "hops", write_hops }, { "push", write_push },
	{ "tail", write_tail }, { "head", write_head }, { "reply", write_reply },
	{ "length", write_length }, { "cpu", write_cpu }, { "to", write_to }, { NULL, NULL }
};

static void write_program(const char *name, long number)
{
	int i;

	for (i = 0; programs[i].name && strcmp(programs[i].name, name); i++)
		;
	if (!programs[i].name)
		errx(2, "no program '%s'", name);
	write_begin();
	programs[i].write(number);
}

/* What was written, to the kernel. */
static int load_program(void)
{
	static char log[65536];
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_XDP;
	attr.insns = (unsigned long)code;
	attr.insn_cnt = length;
	attr.license = (unsigned long)"GPL";
	attr.log_buf = (unsigned long)log;
	attr.log_size = sizeof(log);
	attr.log_level = 1;
	fd = bpf(BPF_PROG_LOAD, &attr);
	if (fd < 0)
		err(1, "%s", log);
	return fd;
}

static int run_load(char **words, int count)
{
	union bpf_attr attr;

	write_program(words[0], count > 2 ? to_number(words[2]) : 0);
	memset(&attr, 0, sizeof(attr));
	attr.pathname = (unsigned long)words[1];
	attr.bpf_fd = load_program();
	if (bpf(BPF_OBJ_PIN, &attr))
		err(1, "%s", words[1]);
	return 0;
}

static int run_programs(void)
{
	union bpf_attr attr;
	int count = 0;

	memset(&attr, 0, sizeof(attr));
	for (; !bpf(BPF_PROG_GET_NEXT_ID, &attr); attr.start_id = attr.next_id)
		count++;
	if (errno != ENOENT)
		err(1, "programs");
	printf("%d\n", count);
	return 0;
}

/* Frames of @kind that come in by @name; the address of that to @own. */
static int open_raw(const char *name, __u16 kind, __u8 *own)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(kind) };
	struct timeval quiet = { QUIET_MS / 1000, QUIET_MS % 1000 * 1000 };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	at.sll_ifindex = if_nametoindex(name);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof(quiet)))
		err(1, "%s", name);
	memcpy(own, request.ifr_hwaddr.sa_data, ETH_ALEN);
	return fd;
}

static void fill(__u8 *frame, size_t size, const __u8 *own, __u8 hops)
{
	static const __u8 peer[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };
	size_t i;

	memcpy(frame, peer, ETH_ALEN);
	memcpy(frame + ETH_ALEN, own, ETH_ALEN);
	frame[12] = KIND >> 8;
	frame[13] = KIND & 0xff;
	frame[HOPS] = hops;
	for (i = HOPS + 1; i < size; i++)
		frame[i] = i * 7 + (i >> 8);
}

/* @frame as it is wanted back: addresses exchanged, no hops left, longer or shorter. */
static void change(__u8 *frame, size_t size, const __u8 *own, size_t pushed, long tail)
{
	memmove(frame + ETH_ALEN, frame, ETH_ALEN);
	memcpy(frame, own, ETH_ALEN);
	frame[HOPS] = 0;
	if (tail > 0)
		memset(frame + size, 0, tail);
	if (!pushed)
		return;
	memmove(frame + 12 + TAG, frame + 12, size + tail - 12);
	frame[12] = PUSHED >> 8;
	frame[13] = PUSHED & 0xff;
	frame[14] = 0;
	frame[15] = 0;
}

static bool comes_back(int fd, const __u8 *wanted, size_t size)
{
	__u8 have[2 * MOST];
	ssize_t n = recv(fd, have, sizeof(have), 0);
	size_t i;

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n != (ssize_t)size)
		err(1, "%zd bytes came back, not %zu", n, size);
	for (i = 0; i < size; i++)
		if (have[i] != wanted[i])
			errx(1, "byte %zu is %#x, not %#x", i, have[i], wanted[i]);
	return true;
}

static int run_frames(char **words)
{
	unsigned long count = to_number(words[1]), size = to_number(words[2]), sent = 0, back = 0;
	long pushed = to_number(words[4]), tail = to_number(words[5]);
	__u8 frame[2 * MOST], wanted[2 * MOST], own[ETH_ALEN];
	int fd = open_raw(words[0], pushed ? PUSHED : KIND, own);
	bool quiet = false;

	if (size < 60 || size > MOST || (pushed && pushed != TAG) || (long)size + tail < 60)
		errx(2, "frames of %lu bytes, %ld and %ld more", size, pushed, tail);
	fill(frame, size, own, to_number(words[3]));
	memcpy(wanted, frame, size);
	change(wanted, size, own, pushed, tail);
	while (back < count && !(quiet && sent == count)) {
		for (; sent < count && (quiet || sent - back < WINDOW); sent++)
			if (send(fd, frame, size, 0) < 0)
				err(1, "frame %lu", sent);
		quiet = !comes_back(fd, wanted, size + pushed + tail);
		back += !quiet;
	}
	printf("%lu\n", back);
	return 0;
}

/* What the kernel shares of a socket's ring */
struct ring {
	__u32 *producer;
	__u32 *consumer;
	void *slots;
};

static struct ring map_ring(int fd, off_t which, const struct xdp_ring_offset *at, size_t slot)
{
	char *begin = mmap(NULL, at->desc + SLOTS * slot, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_POPULATE, fd, which);

	if (begin == MAP_FAILED)
		err(1, "a ring");
	return (struct ring){ (__u32 *)(begin + at->producer), (__u32 *)(begin + at->consumer),
			      begin + at->desc };
}

/* The socket's memory, all of it for frames to come, and rings. */
static struct ring give_memory(int fd, char *memory)
{
	struct xdp_umem_reg all = { .addr = (unsigned long)memory, .len = SLOTS * SLOT,
				    .chunk_size = SLOT };
	struct xdp_mmap_offsets at;
	socklen_t len = sizeof(at);
	unsigned int slots = SLOTS;
	struct ring fill;
	__u32 i;

	if (setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &all, sizeof(all)) ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_FILL_RING, &slots, sizeof(slots)) ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, &slots, sizeof(slots)) ||
	    setsockopt(fd, SOL_XDP, XDP_RX_RING, &slots, sizeof(slots)) ||
	    getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &at, &len))
		err(1, "memory for a socket");
	fill = map_ring(fd, XDP_UMEM_PGOFF_FILL_RING, &at.fr, sizeof(__u64));
	for (i = 0; i < SLOTS; i++)
		((__u64 *)fill.slots)[i] = i * SLOT;
	__atomic_store_n(fill.producer, SLOTS, __ATOMIC_RELEASE);
	return map_ring(fd, XDP_PGOFF_RX_RING, &at.rx, sizeof(struct xdp_desc));
}

/* For queue 0 of an interface, and the program that redirects to it, for as long as we live */
static void catch_frames(int fd, unsigned int interface)
{
	struct sockaddr_xdp at = { .sxdp_family = AF_XDP, .sxdp_flags = XDP_COPY,
				   .sxdp_ifindex = interface };
	union bpf_attr attr;

	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		err(1, "a socket for the interface");
	write_begin();
	write_map(make_map(BPF_MAP_TYPE_XSKMAP, fd));
	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = load_program();
	attr.link_create.target_ifindex = interface;
	attr.link_create.attach_type = BPF_XDP;
	attr.link_create.flags = XDP_FLAGS_DRV_MODE;
	if (bpf(BPF_LINK_CREATE, &attr) < 0)
		err(1, "a program for the interface");
}

/* How many come until it is quiet; all are as they should be. */
static unsigned int read_frames(int fd, const struct ring *rx, const char *memory,
				const __u8 *wanted, size_t size)
{
	const struct xdp_desc *have = rx->slots;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	unsigned int i = 0;

	while (poll(&wait, 1, QUIET_MS) > 0) {
		for (; i != __atomic_load_n(rx->producer, __ATOMIC_ACQUIRE); i++)
			if (have[i].len != size || memcmp(memory + have[i].addr, wanted, size))
				errx(1, "frame %u is not what was sent", i);
		__atomic_store_n(rx->consumer, i, __ATOMIC_RELEASE);
	}
	return i;
}

static int run_socket(char **words)
{
	unsigned long count = to_number(words[1]), size = to_number(words[2]);
	char *memory = mmap(NULL, SLOTS * SLOT, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = socket(AF_XDP, SOCK_RAW, 0), raw;
	__u8 frame[MOST], own[ETH_ALEN];
	struct ring rx;

	if (size < 60 || size > SLOT / 2 || count > SLOTS)
		errx(2, "%lu frames of %lu bytes", count, size);
	if (memory == MAP_FAILED || fd < 0)
		err(1, "a socket");
	rx = give_memory(fd, memory);
	catch_frames(fd, if_nametoindex(words[0]));
	raw = open_raw(words[0], KIND, own);
	fill(frame, size, own, 0);
	while (count--)
		if (send(raw, frame, size, 0) < 0)
			err(1, "a frame");
	change(frame, size, own, 0, 0);
	printf("%u\n", read_frames(fd, &rx, memory, frame, size));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 3 && argc < 6 && !strcmp(argv[1], "load"))
		return run_load(argv + 2, argc - 2);
	if (argc == 8 && !strcmp(argv[1], "frames"))
		return run_frames(argv + 2);
	if (argc == 5 && !strcmp(argv[1], "socket"))
		return run_socket(argv + 2);
	if (argc == 2 && !strcmp(argv[1], "programs"))
		return run_programs();
	give_usage();
	return 2;
}
