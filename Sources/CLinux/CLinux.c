#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <ifaddrs.h>
#include <linux/capability.h>
#include <linux/errqueue.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <malloc.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define SAME(ours, field, theirs, member) \
    _Static_assert(offsetof(ours, field) == offsetof(theirs, member), #field)

_Static_assert(sizeof(void *) == 8, "the layouts below are those of 64-bit kernels");
_Static_assert(sizeof(linux_vector) == sizeof(struct iovec), "iovec");
_Static_assert(sizeof(linux_message) == sizeof(struct mmsghdr), "mmsghdr");
_Static_assert(sizeof(linux_message) == 64, "mmsghdr");
SAME(linux_message, name_length, struct mmsghdr, msg_hdr.msg_namelen);
SAME(linux_message, vectors, struct mmsghdr, msg_hdr.msg_iov);
SAME(linux_message, control, struct mmsghdr, msg_hdr.msg_control);
SAME(linux_message, flags, struct mmsghdr, msg_hdr.msg_flags);
SAME(linux_message, octets, struct mmsghdr, msg_len);
_Static_assert(sizeof(linux_event) == sizeof(struct epoll_event), "epoll_event");
SAME(linux_event, token, struct epoll_event, data);
_Static_assert(sizeof(struct sockaddr_in) == 16 && sizeof(struct sockaddr_in6) == 28, "sockaddr");
_Static_assert(sizeof(struct in_pktinfo) == 12 && sizeof(struct in6_pktinfo) == 20, "pktinfo");
_Static_assert(sizeof(linux_local) == 24 && AF_INET == 2 && AF_INET6 == 10, "linux_local");
_Static_assert(MSG_TRUNC == 0x20 && EPOLLIN == 1 && EPOLLOUT == 4, "flags that Swift spells out");
_Static_assert(IN_Q_OVERFLOW == 0x4000 && IN_IGNORED == 0x8000, "inotify flags");
_Static_assert(IFF_UP == 1 && IFF_LOOPBACK == 8, "interface flags that Swift spells out");
_Static_assert(EPOLLERR == 8 && EPOLLHUP == 16 && EPOLLRDHUP == 0x2000, "epoll flags");

_Static_assert((IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVE | IN_CREATE | IN_DELETE
                | IN_DELETE_SELF | IN_MOVE_SELF) == 0xfce, "what Swift watches for");
_Static_assert(sizeof(struct inotify_event) == 16, "inotify_event");

static inline int64_t checked(int64_t result) { return result < 0 ? -errno : result; }

// The kernel's cmsghdr: musl's has a 32-bit length and padding, of the same 16 octets.
struct control { uint64_t length; int32_t level, type; };
enum { control_octets = sizeof(struct control) };
_Static_assert(control_octets == 16 && sizeof(struct cmsghdr) == 16, "cmsghdr");

void linux_read_local(const linux_message *message, linux_local *local) {
    const uint8_t *at = message->control;
    size_t left = message->control_length;
    *local = (linux_local){0};
    while (left >= control_octets) {
        struct control head;
        memcpy(&head, at, sizeof head);
        if (head.length < control_octets || head.length > left) return;
        size_t octets = head.length - control_octets;
        if (head.level == IPPROTO_IP && head.type == IP_PKTINFO && octets >= 12) {
            struct in_pktinfo info;
            memcpy(&info, at + control_octets, sizeof info);
            // The local address, also of a datagram that was sent to a broadcast address.
            *local = (linux_local){AF_INET, (uint32_t)info.ipi_ifindex, {info.ipi_spec_dst.s_addr}};
            return;
        }
        if (head.level == IPPROTO_IPV6 && head.type == IPV6_PKTINFO && octets >= 20) {
            struct in6_pktinfo info;
            memcpy(&info, at + control_octets, sizeof info);
            *local = (linux_local){.family = AF_INET6, .interface = (uint32_t)info.ipi6_ifindex};
            memcpy(local->address, &info.ipi6_addr, 16);
            return;
        }
        size_t step = (head.length + 7) & ~(size_t)7;
        if (step > left) return;
        at += step;
        left -= step;
    }
}

static size_t write_local(void *control, const linux_local *local, int forces_interface) {
    struct control head = {control_octets, 0, 0};
    uint8_t *body = (uint8_t *)control + control_octets;
    if (local->family == AF_INET) {
        struct in_pktinfo info = {.ipi_spec_dst = {local->address[0]}};
        if (forces_interface) info.ipi_ifindex = (int)local->interface;
        head = (struct control){control_octets + sizeof info, IPPROTO_IP, IP_PKTINFO};
        memcpy(body, &info, sizeof info);
    } else if (local->family == AF_INET6) {
        struct in6_pktinfo info = {.ipi6_ifindex = 0};
        memcpy(&info.ipi6_addr, local->address, 16);
        if (IN6_IS_ADDR_MULTICAST(&info.ipi6_addr)) return 0;  // never a source address
        // The route decides on the interface, except where an address means nothing without one.
        if (forces_interface || IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr))
            info.ipi6_ifindex = local->interface;
        head = (struct control){control_octets + sizeof info, IPPROTO_IPV6, IPV6_PKTINFO};
        memcpy(body, &info, sizeof info);
    } else {
        return 0;
    }
    memcpy(control, &head, sizeof head);
    return (head.length + 7) & ~(size_t)7;
}

size_t linux_write_local(void *control, const linux_local *local) {
    return write_local(control, local, 0);
}

int32_t linux_socket(int32_t family, linux_kind kind) {
    int type = kind == linux_stream ? SOCK_STREAM : SOCK_DGRAM;
    return checked(socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

int32_t linux_set_option(int32_t fd, linux_option option, int32_t value) {
    static const struct { int level, name; } names[] = {
        [linux_reuse_address] = {SOL_SOCKET, SO_REUSEADDR},
        [linux_reuse_port] = {SOL_SOCKET, SO_REUSEPORT},
        [linux_no_delay] = {IPPROTO_TCP, TCP_NODELAY},
        [linux_only_ipv6] = {IPPROTO_IPV6, IPV6_V6ONLY},
        [linux_receive_buffer] = {SOL_SOCKET, SO_RCVBUF},
        [linux_receive_buffer_force] = {SOL_SOCKET, SO_RCVBUFFORCE},
        [linux_send_buffer] = {SOL_SOCKET, SO_SNDBUF},
        [linux_send_buffer_force] = {SOL_SOCKET, SO_SNDBUFFORCE},
        [linux_packet_info_4] = {IPPROTO_IP, IP_PKTINFO},
        [linux_user_timeout] = {IPPROTO_TCP, TCP_USER_TIMEOUT},
        [linux_packet_info_6] = {IPPROTO_IPV6, IPV6_RECVPKTINFO},
        [linux_receive_errors_4] = {IPPROTO_IP, IP_RECVERR},
        [linux_receive_errors_6] = {IPPROTO_IPV6, IPV6_RECVERR},
    };
    return checked(setsockopt(fd, names[option].level, names[option].name, &value, sizeof value));
}

int32_t linux_set_device(int32_t fd, const char *device) {
    return checked(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device)));
}

int32_t linux_bind(int32_t fd, const void *address, uint32_t length) {
    return checked(bind(fd, address, length));
}

int32_t linux_connect(int32_t fd, const void *address, uint32_t length) {
    return checked(connect(fd, address, length));
}

int32_t linux_listen(int32_t fd, int32_t backlog) { return checked(listen(fd, backlog)); }

int32_t linux_accept(int32_t fd, void *address, uint32_t *length) {
    return checked(accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

int32_t linux_local_address(int32_t fd, void *address, uint32_t *length) {
    return checked(getsockname(fd, address, length));
}

int32_t linux_peer_address(int32_t fd, void *address, uint32_t *length) {
    return checked(getpeername(fd, address, length));
}

int32_t linux_pending_error(int32_t fd) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

// The system calls themselves: musl's functions copy every header, or send one message at a time.
int32_t linux_receive_messages(int32_t fd, linux_message *messages, uint32_t count) {
    return checked(syscall(SYS_recvmmsg, fd, messages, count, MSG_DONTWAIT, NULL));
}

int32_t linux_send_messages(int32_t fd, linux_message *messages, uint32_t count) {
    return checked(syscall(SYS_sendmmsg, fd, messages, count, MSG_DONTWAIT | MSG_NOSIGNAL));
}

int64_t linux_receive(int32_t fd, void *octets, size_t length) {
    return checked(recv(fd, octets, length, MSG_DONTWAIT));
}

int64_t linux_receive_datagram(int32_t fd, void *octets, size_t length) {
    return checked(recv(fd, octets, length, MSG_DONTWAIT | MSG_TRUNC));
}

int64_t linux_send(int32_t fd, const void *octets, size_t length) {
    return checked(send(fd, octets, length, MSG_DONTWAIT | MSG_NOSIGNAL));
}

// The system calls themselves, as above; the kernel's msghdr is the beginning of its mmsghdr.
int64_t linux_send_to(int32_t fd, const void *octets, size_t length, const void *address,
                      uint32_t address_length, const linux_local *local) {
    _Alignas(8) uint8_t control[64];
    linux_vector vector = {(void *)octets, length};
    linux_message message = {.name = (void *)address, .name_length = address_length,
                             .vectors = &vector, .vector_count = 1, .control = control};
    message.control_length = write_local(control, local, 1);
    return checked(syscall(SYS_sendmsg, fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL));
}

int64_t linux_receive_from(int32_t fd, void *octets, size_t length, void *address,
                           linux_local *local) {
    _Alignas(8) uint8_t control[128];
    linux_vector vector = {octets, length};
    linux_message message = {.name = address, .name_length = sizeof(struct sockaddr_in6),
                             .vectors = &vector, .vector_count = 1, .control = control,
                             .control_length = sizeof control};
    int64_t result = checked(syscall(SYS_recvmsg, fd, &message, MSG_DONTWAIT | MSG_TRUNC));
    if (result >= 0) linux_read_local(&message, local);
    return result;
}

// The kernel's sock_extended_err, which the offender's address follows.
struct datagram_error { uint32_t error; uint8_t origin, type, code, pad; uint32_t info, data; };
_Static_assert(sizeof(struct datagram_error) == sizeof(struct sock_extended_err), "errqueue");
SAME(struct datagram_error, origin, struct sock_extended_err, ee_origin);

int64_t linux_receive_error(int32_t fd, void *octets, size_t length, void *address, int32_t *error) {
    _Alignas(8) uint8_t control[256];
    linux_vector vector = {octets, length};
    linux_message message = {.name = address, .name_length = sizeof(struct sockaddr_in6),
                             .vectors = &vector, .vector_count = 1, .control = control,
                             .control_length = sizeof control};
    int64_t result = checked(syscall(SYS_recvmsg, fd, &message, MSG_DONTWAIT | MSG_ERRQUEUE));
    *error = 0;
    if (result < 0) return result;
    const uint8_t *at = control;
    size_t left = message.control_length;
    while (left >= control_octets) {
        struct control head;
        memcpy(&head, at, sizeof head);
        if (head.length < control_octets || head.length > left) break;
        struct datagram_error found;
        if (((head.level == IPPROTO_IP && head.type == IP_RECVERR)
             || (head.level == IPPROTO_IPV6 && head.type == IPV6_RECVERR))
            && head.length - control_octets >= sizeof found) {
            memcpy(&found, at + control_octets, sizeof found);
            if (found.origin == SO_EE_ORIGIN_ICMP || found.origin == SO_EE_ORIGIN_ICMP6)
                *error = (int32_t)found.error;
            break;
        }
        size_t step = (head.length + 7) & ~(size_t)7;
        if (step > left) break;
        at += step;
        left -= step;
    }
    return result;
}

int32_t linux_receive_buffer_octets(int32_t fd) {
    int octets = 0;
    socklen_t length = sizeof octets;
    return getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, &length) < 0 ? -errno : octets;
}

int32_t linux_unsent(int32_t fd) {
    int octets = 0;
    return ioctl(fd, SIOCOUTQ, &octets) < 0 ? -errno : octets;
}

int32_t linux_reset(int32_t fd) {
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    return linux_close(fd);
}

int32_t linux_syslog_connect(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    int32_t fd = linux_socket(AF_UNIX, linux_datagram);
    if (fd < 0) return fd;
    int32_t result = linux_connect(fd, &address, sizeof address);
    if (result == 0) return fd;
    linux_close(fd);
    return result;
}

int32_t linux_epoll_create(void) { return checked(epoll_create1(EPOLL_CLOEXEC)); }

static int32_t control(int32_t epoll, int operation, int32_t fd, uint32_t flags, uint64_t token) {
    struct epoll_event event = {.events = flags, .data = {.u64 = token}};
    return checked(epoll_ctl(epoll, operation, fd, &event));
}

int32_t linux_epoll_add(int32_t epoll, int32_t fd, uint32_t flags, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, fd, flags, token);
}

int32_t linux_epoll_modify(int32_t epoll, int32_t fd, uint32_t flags, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, fd, flags, token);
}

int32_t linux_epoll_remove(int32_t epoll, int32_t fd) {
    return control(epoll, EPOLL_CTL_DEL, fd, 0, 0);
}

int32_t linux_epoll_wait(int32_t epoll, linux_event *events, int32_t count, int32_t milliseconds) {
    return checked(epoll_wait(epoll, (struct epoll_event *)events, count, milliseconds));
}

int32_t linux_eventfd(void) { return checked(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)); }
int32_t linux_interface_changes(void) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd < 0) return -errno;
    struct sockaddr_nl address = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
    };
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

int32_t linux_signals(const int32_t *numbers, int32_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (int32_t index = 0; index < count; index++) sigaddset(&set, numbers[index]);
    return checked(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int32_t linux_next_signal(int32_t fd) {
    struct signalfd_siginfo signal;
    ssize_t count = read(fd, &signal, sizeof signal);
    return count == sizeof signal ? (int32_t)signal.ssi_signo : -errno;
}

int32_t linux_inotify(void) { return checked(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)); }

int32_t linux_inotify_add(int32_t fd, const char *path, uint32_t mask) {
    return checked(inotify_add_watch(fd, path, mask));
}

int64_t linux_read(int32_t fd, void *octets, size_t length) {
    return checked(read(fd, octets, length));
}

int64_t linux_write(int32_t fd, const void *octets, size_t length) {
    return checked(write(fd, octets, length));
}

int32_t linux_room(int32_t fd, int32_t milliseconds) {
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) return 2;
    struct pollfd entry = {.fd = fd, .events = POLLOUT};
    return poll(&entry, 1, milliseconds) > 0;
}

int64_t linux_random(void *octets, size_t length) { return checked(getrandom(octets, length, 0)); }

int64_t linux_monotonic_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t microseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t linux_monotonic_microseconds(void) { return microseconds(CLOCK_MONOTONIC); }
int64_t linux_wall_microseconds(void) { return microseconds(CLOCK_REALTIME); }
int64_t linux_processor_microseconds(void) { return microseconds(CLOCK_PROCESS_CPUTIME_ID); }

int64_t linux_wall_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

// A thread that has one of them blocked dies of it without the handler.
static const int fault_signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE};
enum { fault_signal_count = sizeof fault_signals / sizeof *fault_signals };

// Only what is safe in a signal handler is used.
static void report_fault(int number, siginfo_t *information, void *context) {
    (void)information;
    uint64_t place = 0;
#if defined(__x86_64__)
    place = (uint64_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    place = ((ucontext_t *)context)->uc_mcontext.pc;
#endif
    char line[] = "waggle: fault, signal 00 at 0x0000000000000000; please report it, with the version\n";
    char *digits = strstr(line, "00 at");
    digits[0] = (char)('0' + number / 10 % 10);
    digits[1] = (char)('0' + number % 10);
    char *last = strchr(line, ';') - 1;
    for (; place != 0; place >>= 4, last--) *last = "0123456789abcdef"[place & 15];
    ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
    (void)written;
    // SA_RESETHAND: the process now ends of it.
    raise(number);
}

void linux_report_faults(void) {
    struct sigaction action = {.sa_sigaction = report_fault,
                               .sa_flags = SA_SIGINFO | SA_RESETHAND};
    for (int index = 0; index < fault_signal_count; index++)
        sigaction(fault_signals[index], &action, NULL);
}

void linux_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }

uint64_t linux_descriptor_limit(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : UINT64_MAX;
}

void linux_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void linux_release_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

struct start { void (*body)(void *); void *context; };

static void *enter(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    start.body(start.context);
    return NULL;
}

int32_t linux_thread_start(uintptr_t *handle, const char *name, size_t stack_octets,
                           void (*body)(void *), void *context) {
    _Static_assert(sizeof(pthread_t) == sizeof(uintptr_t), "pthread_t");
    struct start *start = malloc(sizeof *start);
    if (!start) return -ENOMEM;
    *start = (struct start){body, context};
    sigset_t blocked, before;
    pthread_attr_t attributes;
    pthread_t thread;
    sigfillset(&blocked);
    for (int index = 0; index < fault_signal_count; index++)
        sigdelset(&blocked, fault_signals[index]);
    pthread_attr_init(&attributes);
    int error = pthread_attr_setstacksize(&attributes, stack_octets);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    if (!error) error = pthread_create(&thread, &attributes, enter, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (error) {
        free(start);
        return -error;
    }
    pthread_setname_np(thread, name);
    *handle = (uintptr_t)thread;
    return 0;
}

void linux_thread_join(uintptr_t handle) { pthread_join((pthread_t)handle, NULL); }
void linux_thread_detach(uintptr_t handle) { pthread_detach((pthread_t)handle); }
// To Linux 0 is the calling thread, and not the process.
int32_t linux_thread_yield(int32_t nice) { return checked(setpriority(PRIO_PROCESS, 0, nice)); }

int32_t linux_become_group(uint32_t group) {
    gid_t only = group;
    if (setgroups(1, &only) < 0) return -errno;
    return checked(setgid(group));
}

int32_t linux_keep_capabilities(void) { return checked(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)); }

int32_t linux_keep_bind_only(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2] = {{0}};
    sets[0].effective = sets[0].permitted = 1u << CAP_NET_BIND_SERVICE;
    return checked((int32_t)syscall(SYS_capset, &header, sets));
}

int32_t linux_become_user(uint32_t user) { return checked(setuid(user)); }
uint32_t linux_effective_user(void) { return geteuid(); }
uint32_t linux_effective_group(void) { return getegid(); }

int32_t linux_core_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) < 0) return 1;
    return CPU_COUNT(&set) < 1 ? 1 : CPU_COUNT(&set);
}

static uint32_t prefix_length(const uint8_t *mask, size_t octets) {
    uint32_t bits = 0;
    for (size_t i = 0; i < octets; i++) bits += (uint32_t)__builtin_popcount(mask[i]);
    return bits;
}

int32_t linux_interfaces(linux_interface *rows, int32_t capacity) {
    struct ifaddrs *list;
    if (getifaddrs(&list) < 0) return -errno;
    int32_t count = 0;
    for (struct ifaddrs *each = list; each; each = each->ifa_next) {
        int family = each->ifa_addr ? each->ifa_addr->sa_family : AF_UNSPEC;
        if (count++ >= capacity) continue;
        linux_interface *row = &rows[count - 1];
        *row = (linux_interface){.flags = each->ifa_flags, .index = if_nametoindex(each->ifa_name)};
        strncpy(row->name, each->ifa_name, sizeof row->name - 1);
        if (family == AF_INET) memcpy(row->address, each->ifa_addr, sizeof(struct sockaddr_in));
        if (family == AF_INET6) memcpy(row->address, each->ifa_addr, sizeof(struct sockaddr_in6));
        if (!each->ifa_netmask) continue;
        const uint8_t *mask = (const uint8_t *)each->ifa_netmask;
        if (family == AF_INET) row->prefix = prefix_length(mask + 4, 4);
        if (family == AF_INET6) row->prefix = prefix_length(mask + 8, 16);
    }
    freeifaddrs(list);
    return count;
}

uint32_t linux_interface_index(const char *name) { return if_nametoindex(name); }

int32_t linux_file_status(int32_t fd, const char *path, linux_status *status) {
    struct stat found;
    if ((path ? stat(path, &found) : fstat(fd, &found)) < 0) return -errno;
    *status = (linux_status){
        .device = found.st_dev, .inode = found.st_ino, .octets = (uint64_t)found.st_size,
        .modified_nanoseconds = (int64_t)found.st_mtim.tv_sec * 1000000000 + found.st_mtim.tv_nsec,
        .is_regular = S_ISREG(found.st_mode), .is_directory = S_ISDIR(found.st_mode)};
    return 0;
}

int32_t linux_open_read(const char *path) {
    return checked(open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

// A FIFO that nobody reads can only be opened for both.
static int open_to_append(const char *path, int flags, uint32_t mode) {
    flags |= O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = open(path, O_WRONLY | flags, mode);
    if (fd < 0 && errno == ENXIO) fd = open(path, O_RDWR | (flags & ~O_CREAT));
    return fd;
}

static int is_standard(const struct stat *file) {
    struct stat other;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
        if (fstat(fd, &other) == 0 && other.st_dev == file->st_dev
            && other.st_ino == file->st_ino)
            return 1;
    return 0;
}

// Through a link that root made, or this user, to what is no file of its own: /dev/stdout.
static int32_t open_linked_log(const char *path) {
    struct stat link, target;
    if (lstat(path, &link) < 0) return -errno;
    if (link.st_uid != 0 && link.st_uid != geteuid()) return -ELOOP;
    int fd = open_to_append(path, 0, 0);
    if (fd < 0) return errno == ENOENT ? -ELOOP : -errno;
    if (fstat(fd, &target) == 0 && (!S_ISREG(target.st_mode) || is_standard(&target))) return fd;
    close(fd);
    return -ELOOP;
}

int32_t linux_open_log(const char *path, uint32_t mode, uint32_t user, uint32_t group) {
    int fd = open_to_append(path, O_CREAT | O_NOFOLLOW, mode);
    if (fd < 0) return errno == ELOOP ? open_linked_log(path) : -errno;
    struct stat file;
    if (fstat(fd, &file) < 0 || !S_ISREG(file.st_mode) || geteuid() != 0) return fd;
    // A second name may lead to anybody's file.
    if (file.st_nlink > 1 && file.st_uid != user) {
        close(fd);
        return -EMLINK;
    }
    if ((user != UINT32_MAX || group != UINT32_MAX) && (file.st_uid == 0 || file.st_uid == user))
        (void)!fchown(fd, user, group);
    return fd;
}

int32_t linux_reopen(int32_t fd) {
    struct stat file;
    if (fstat(fd, &file) < 0) return -errno;
    if (!S_ISFIFO(file.st_mode) && !S_ISCHR(file.st_mode)) return -ENOTSUP;
    char path[] = "/proc/self/fd/?";
    if (fd < 0 || fd > 9) return -ENOTSUP;
    path[sizeof path - 2] = (char)('0' + fd);
    return checked(open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

int64_t linux_write_now(int32_t fd, const void *octets, size_t length) {
    ssize_t result = send(fd, octets, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (result < 0 && errno == ENOTSOCK) result = write(fd, octets, length);
    return checked(result);
}

int32_t linux_readable(int32_t fd, int32_t milliseconds) {
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    return checked(poll(&entry, 1, milliseconds));
}

int32_t linux_open_new(const char *path, uint32_t mode) {
    return checked(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
}

DIR *linux_open_directory(const char *path, int32_t *failure) {
    DIR *directory = opendir(path);
    *failure = directory == NULL ? -errno : 0;
    return directory;
}

const char *linux_next_name(DIR *directory) {
    struct dirent *entry = readdir(directory);
    return entry == NULL ? NULL : entry->d_name;
}

int32_t linux_unlink(const char *path) { return checked(unlink(path)); }

int64_t linux_read_link(const char *path, void *octets, size_t length) {
    return checked(readlink(path, octets, length));
}

int32_t linux_close(int32_t fd) { return checked(close(fd)); }

int32_t linux_spawn_shell(const char *command, int32_t *pid) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
                                              | POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    char *arguments[] = {"sh", "-c", (char *)command, NULL};
    pid_t child = 0;
    int error = posix_spawn(&child, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    if (error) {
        close(ends[0]);
        return -error;
    }
    *pid = child;
    return ends[0];
}

int32_t linux_child_status(int32_t pid) {
    int status;
    pid_t found;
    while ((found = waitpid(pid, &status, WNOHANG)) < 0)
        if (errno != EINTR) return -errno;
    if (found == 0) return -EAGAIN;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void linux_kill_group(int32_t pid) { kill(-pid, SIGKILL); }

void linux_pause(int32_t milliseconds) { poll(NULL, 0, milliseconds); }

int32_t linux_is_ending(void) {
    sigset_t set;
    if (sigpending(&set) < 0) return 0;
    return sigismember(&set, SIGTERM) == 1 || sigismember(&set, SIGINT) == 1;
}

void linux_end_now(int32_t status) { _exit(status); }
