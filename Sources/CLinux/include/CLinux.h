// What Swift's Glibc and Musl modules hide or import badly, as plain structs and functions.
//
// Every function that can fail for a reason answers its result, or the negated errno: so no caller
// has to read errno, and no reference counting can come in between. The layouts are those of the 64-bit
// kernel interface; CLinux.c holds each against the headers of the C library.
#pragma once
// Swift has the plain names of these headers from here too: error numbers, getpid, localtime_r.
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// struct iovec
typedef struct {
    void *base;
    size_t length;
} linux_vector;

// struct mmsghdr with the kernel's field widths: musl's own has 32-bit counts and padding.
typedef struct {
    void *name;
    uint32_t name_length;
    linux_vector *vectors;
    size_t vector_count;
    void *control;
    size_t control_length;
    uint32_t flags;
    uint64_t octets;  // 32 bits and padding in the kernel; the padding is zeroed once and stays so.
} linux_message;

// struct epoll_event: packed on x86-64 only.
typedef struct {
    uint32_t flags;
    uint64_t token;
}
#ifdef __x86_64__
__attribute__((packed))
#endif
linux_event;

static inline uint32_t linux_event_flags(const linux_event *events, long index) {
    return events[index].flags;
}
static inline uint64_t linux_event_token(const linux_event *events, long index) {
    return events[index].token;
}

// Where a datagram arrived, or from where one shall leave; family 0 (unknown), AF_INET or AF_INET6.
typedef struct {
    uint32_t family;
    uint32_t interface;
    uint32_t address[4];  // network order; IPv4 in the first word
} linux_local;

// Reads the packet information out of the control messages of one received datagram.
void linux_read_local(const linux_message *message, linux_local *local);
// Writes a control message that chooses the source address; answers its octets, at most 64.
size_t linux_write_local(void *control, const linux_local *local);

typedef enum {
    linux_reuse_address, linux_reuse_port, linux_no_delay, linux_only_ipv6,
    linux_receive_buffer, linux_receive_buffer_force, linux_send_buffer, linux_send_buffer_force,
    linux_packet_info_4, linux_packet_info_6,
    // Milliseconds that sent octets may stay without an acknowledgement.
    linux_user_timeout,
    // ICMP errors of an unconnected datagram socket wait in a queue, each with what it is about.
    linux_receive_errors_4, linux_receive_errors_6,
} linux_option;

typedef enum { linux_stream, linux_datagram } linux_kind;

int32_t linux_socket(int32_t family, linux_kind kind);
int32_t linux_set_option(int32_t fd, linux_option option, int32_t value);
int32_t linux_set_device(int32_t fd, const char *device);
// A socket to /dev/log.
int32_t linux_syslog_connect(void);
int32_t linux_bind(int32_t fd, const void *address, uint32_t length);
int32_t linux_connect(int32_t fd, const void *address, uint32_t length);
int32_t linux_listen(int32_t fd, int32_t backlog);
int32_t linux_accept(int32_t fd, void *address, uint32_t *length);
int32_t linux_local_address(int32_t fd, void *address, uint32_t *length);
int32_t linux_peer_address(int32_t fd, void *address, uint32_t *length);
int32_t linux_pending_error(int32_t fd);
int32_t linux_receive_messages(int32_t fd, linux_message *messages, uint32_t count);
int32_t linux_send_messages(int32_t fd, linux_message *messages, uint32_t count);
int64_t linux_receive(int32_t fd, void *octets, size_t length);
int64_t linux_receive_datagram(int32_t fd, void *octets, size_t length);
int64_t linux_send(int32_t fd, const void *octets, size_t length);
// One datagram of an unconnected socket. `local` chooses source address and interface; where they are
// zero, or its family is, the route does.
int64_t linux_send_to(int32_t fd, const void *octets, size_t length, const void *address,
                      uint32_t address_length, const linux_local *local);
// One datagram with its sender, 28 octets, and where it arrived if the socket tells. Answers its
// octets, more than `length` if it was longer.
int64_t linux_receive_from(int32_t fd, void *octets, size_t length, void *address,
                           linux_local *local);
// Takes one error out of the queue: as much of the datagram that it is about as was quoted, and where
// that went. `error` is 0 unless an ICMP message said so.
int64_t linux_receive_error(int32_t fd, void *octets, size_t length, void *address, int32_t *error);
// Octets that the kernel keeps for a socket, with what they take beside themselves.
int32_t linux_receive_buffer_octets(int32_t fd);
// Octets of a stream that were given to the kernel and not acknowledged yet.
int32_t linux_unsent(int32_t fd);
// Closes a stream at once: the kernel keeps nothing of it, and the peer is told so (RST).
int32_t linux_reset(int32_t fd);

int32_t linux_epoll_create(void);
int32_t linux_epoll_add(int32_t epoll, int32_t fd, uint32_t flags, uint64_t token);
int32_t linux_epoll_modify(int32_t epoll, int32_t fd, uint32_t flags, uint64_t token);
int32_t linux_epoll_remove(int32_t epoll, int32_t fd);
int32_t linux_epoll_wait(int32_t epoll, linux_event *events, int32_t count, int32_t milliseconds);

int32_t linux_eventfd(void);
// A descriptor that becomes readable when one of these blocked signals has come.
int32_t linux_signals(const int32_t *numbers, int32_t count);
// The number of the next one, or the negated errno: EAGAIN if there is none.
int32_t linux_next_signal(int32_t fd);
int32_t linux_inotify(void);
// A socket that becomes readable when links and addresses come and go.
int32_t linux_interface_changes(void);
int32_t linux_inotify_add(int32_t fd, const char *path, uint32_t mask);
int64_t linux_read(int32_t fd, void *octets, size_t length);
int64_t linux_write(int32_t fd, const void *octets, size_t length);
// Whether a write of a page will not wait: 0 no, not in so many milliseconds; 1 yes, or it fails at
// once; 2 no write will, for it is a regular file.
int32_t linux_room(int32_t fd, int32_t milliseconds);
int64_t linux_random(void *octets, size_t length);
int64_t linux_monotonic_milliseconds(void);
int64_t linux_monotonic_microseconds(void);
int64_t linux_wall_seconds(void);
int64_t linux_wall_microseconds(void);
// Processor time of all threads of this process.
int64_t linux_processor_microseconds(void);
// From now on a fault of the program (a trap, a bad address) says on standard error where it was,
// before it ends the process as ever.
void linux_report_faults(void);
// SIGPIPE is ignored from now on.
void linux_ignore_broken_pipes(void);
// RLIMIT_NOFILE: what is allowed now, and as much as the hard limit allows from now on.
uint64_t linux_descriptor_limit(void);
void linux_raise_descriptor_limit(void);
// Gives free memory back to the system, where the C library keeps it.
void linux_release_memory(void);

// Starts a thread with all signals blocked but those of its own faults; body(context) runs on it. `handle` is its pthread_t.
int32_t linux_thread_start(uintptr_t *handle, const char *name, size_t stack_octets,
                           void (*body)(void *), void *context);
void linux_thread_join(uintptr_t handle);
void linux_thread_detach(uintptr_t handle);
// Lets the other threads of the machine go before the calling one: `nice`, 0...19.
int32_t linux_thread_yield(int32_t nice);

// Leaves all supplementary groups but `group`, then takes the group; and then the user.
int32_t linux_become_group(uint32_t group);
int32_t linux_become_user(uint32_t user);
// Lets the next change of user keep the permitted capabilities.
int32_t linux_keep_capabilities(void);
// Gives up every capability but that to bind ports below 1024, which must be permitted.
int32_t linux_keep_bind_only(void);
uint32_t linux_effective_user(void);
uint32_t linux_effective_group(void);

// The cores that this process may run on; 1 or more.
int32_t linux_core_count(void);

typedef struct {
    char name[16];
    uint32_t index;
    uint32_t flags;
    uint32_t prefix;
    uint32_t address[7];  // sockaddr_in or sockaddr_in6; all zero for an interface without address
} linux_interface;

// Fills at most `capacity` rows; answers how many there are.
int32_t linux_interfaces(linux_interface *rows, int32_t capacity);
// 0 if there is none of that name.
uint32_t linux_interface_index(const char *name);

typedef struct {
    uint64_t device, inode, octets;
    int64_t modified_nanoseconds;
    uint32_t is_regular, is_directory;
} linux_status;

// Of the open file, or of the one at `path` (links followed) when that is given.
int32_t linux_file_status(int32_t fd, const char *path, linux_status *status);

// For reading. Never waits, be it a FIFO that nobody writes to.
int32_t linux_open_read(const char *path);
// For appending; creates the file. Never waits, be it a FIFO that nobody reads. A symbolic link is
// followed to devices, FIFOs and what is open as standard output or error, else -ELOOP. A regular
// file that is no link and has no other name is given to `user` and `group` (UINT32_MAX: as it is),
// if it is of root or of that user.
int32_t linux_open_log(const char *path, uint32_t mode, uint32_t user, uint32_t group);
// The pipe or terminal of a descriptor with a mode of its own: writes to it do not wait.
int32_t linux_reopen(int32_t fd);
// Writes without waiting where the descriptor is a socket, or does not wait by itself.
int64_t linux_write_now(int32_t fd, const void *octets, size_t length);
// Whether there is something to read, or the end: 0 not in so many milliseconds.
int32_t linux_readable(int32_t fd, int32_t milliseconds);
// A file that did not exist before: EEXIST if it does, be it a link.
int32_t linux_open_new(const char *path, uint32_t mode);
// NULL where `failure`, a negated errno, says why.
DIR *linux_open_directory(const char *path, int32_t *failure);
// The next name, until the one after it is asked for; NULL after the last.
const char *linux_next_name(DIR *directory);
int32_t linux_unlink(const char *path);
// What a symbolic link says; not terminated.
int64_t linux_read_link(const char *path, void *octets, size_t length);
int32_t linux_close(int32_t fd);

// Starts `/bin/sh -c command`; answers the descriptor of its standard output.
int32_t linux_spawn_shell(const char *command, int32_t *pid);
// Exit status of a child, or 128 + the signal that ended it; -EAGAIN while it runs.
int32_t linux_child_status(int32_t pid);
// Kills a child of linux_spawn_shell with its own children.
void linux_kill_group(int32_t pid);
void linux_pause(int32_t milliseconds);
// Whether a TERM or INT waits to be fetched.
int32_t linux_is_ending(void);
// Ends the process at once, and waits for nobody.
_Noreturn void linux_end_now(int32_t status);
