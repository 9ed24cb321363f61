import DNSWire
import Foundation

/// An address of this machine, and a port.
struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    var address: String
    var port: UInt16

    var isIPv6: Bool { address.contains(":") }
    var description: String { "\(address)#\(port)" }

    /// Lends the address in the form of the kernel.
    func withKernelAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        if isIPv6 {
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = port.bigEndian
            inet_pton(AF_INET6, address, &form.sin6_addr)
            return withUnsafePointer(to: form) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var form = sockaddr_in()
        form.sin_family = sa_family_t(AF_INET)
        form.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &form.sin_addr)
        return withUnsafePointer(to: form) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    init(_ address: String, _ port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads the form of the kernel; only the port of an IPv6 peer is told.
    init(_ storage: sockaddr_storage) {
        var copy = storage
        if Int32(storage.ss_family) == AF_INET6 {
            self = withUnsafeBytes(of: &copy) {
                Endpoint(
                    "::", UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
            }
            return
        }
        self = withUnsafeBytes(of: &copy) {
            let number = UInt32(
                bigEndian: $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
            let port = UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
            return Endpoint("\(IPAddress(ipv4: number))", port)
        }
    }
}

/// A socket that closes with its last owner.
final class Socket: Sendable {
    let fd: Int32

    init(_ fd: Int32) throws {
        guard fd >= 0 else { throw Unexpected("no socket: \(String(cString: strerror(errno)))") }
        self.fd = fd
    }

    private convenience init(_ endpoint: Endpoint, _ type: __socket_type) throws {
        let flags = Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        try self.init(socket(endpoint.isIPv6 ? AF_INET6 : AF_INET, flags, 0))
    }

    deinit { close(fd) }

    /// A datagram socket whose other end is `peer`.
    static func udp(to peer: Endpoint, from source: String? = nil) throws -> Socket {
        let made = try Socket(peer, SOCK_DGRAM)
        if let source { try made.bind(Endpoint(source, 0)) }
        try made.connect(peer)
        return made
    }

    /// A connection to `peer`; `receiving` is how many octets the kernel keeps that nobody reads.
    static func tcp(
        to peer: Endpoint, from source: String? = nil, receiving octets: Int32? = nil
    ) throws -> Socket {
        let made = try Socket(peer, SOCK_STREAM)
        made.set(Self.tcpLevel, TCP_NODELAY, 1)
        if let octets { made.set(SOL_SOCKET, SO_RCVBUF, octets) }
        if let source { try made.bind(Endpoint(source, 0)) }
        try made.connect(peer)
        return made
    }

    /// A datagram socket on `endpoint`.
    static func udp(on endpoint: Endpoint) throws -> Socket {
        let made = try Socket(endpoint, SOCK_DGRAM)
        made.set(SOL_SOCKET, SO_RCVBUF, 1 << 20)
        try made.bind(endpoint)
        return made
    }

    /// A listener on `endpoint`.
    static func tcp(on endpoint: Endpoint) throws -> Socket {
        let made = try Socket(endpoint, SOCK_STREAM)
        made.set(SOL_SOCKET, SO_REUSEADDR, 1)
        try made.bind(endpoint)
        guard listen(made.fd, 1024) == 0 else { throw Unexpected("cannot listen") }
        return made
    }

    /// The number of TCP, which is the level of its options.
    private static let tcpLevel = Int32(6)

    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(fd, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private func bind(_ endpoint: Endpoint) throws {
        let result = endpoint.withKernelAddress { Glibc.bind(fd, $0, $1) }
        guard result == 0 else {
            throw Unexpected("bind \(endpoint): \(String(cString: strerror(errno)))")
        }
    }

    private func connect(_ endpoint: Endpoint) throws {
        let result = endpoint.withKernelAddress { Glibc.connect(fd, $0, $1) }
        guard result == 0 else {
            throw Unexpected("connect \(endpoint): \(String(cString: strerror(errno)))")
        }
    }

    /// The port of this end.
    var localPort: UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(fd, $0, &length) }
        }
        return Endpoint(storage).port
    }

    func isReadable(_ deadline: Deadline) -> Bool {
        var entry = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, deadline.milliseconds) > 0
    }

    /// Sends all octets; false if the other end is gone.
    @discardableResult func write(_ octets: [UInt8]) -> Bool {
        var sent = 0
        while sent < octets.count {
            let count = octets[sent...].withUnsafeBytes {
                Glibc.send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends a datagram without content.
    func writeEmpty() {
        _ = Glibc.send(fd, nil, 0, 0)
    }

    /// One datagram, or what a stream has; nil after the deadline, empty at the end of a stream.
    func read(_ deadline: Deadline, atMost limit: Int = 65_536) -> [UInt8]? {
        guard isReadable(deadline) else { return nil }
        var room = [UInt8](repeating: 0, count: limit)
        let count = recv(fd, &room, room.count, 0)
        return count < 0 ? [] : Array(room.prefix(count))
    }

    /// One datagram and its sender.
    func receive() -> ([UInt8], Endpoint)? {
        var room = [UInt8](repeating: 0, count: 65_536)
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let count = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(fd, &room, room.count, Int32(MSG_DONTWAIT), $0, &length)
            }
        }
        guard count >= 0 else { return nil }
        return (Array(room.prefix(count)), Endpoint(storage))
    }

    func send(_ octets: [UInt8], to peer: Endpoint) {
        _ = peer.withKernelAddress { address, length in
            octets.withUnsafeBytes { sendto(fd, $0.baseAddress, $0.count, 0, address, length) }
        }
    }

    /// The next connection of a listener, if one waits.
    func accept() -> Socket? {
        guard let made = try? Socket(Glibc.accept(fd, nil, nil)) else { return nil }
        _ = fcntl(made.fd, F_SETFD, FD_CLOEXEC)
        return made
    }

    /// Says that nothing more will be written.
    func endWriting() {
        shutdown(fd, Int32(SHUT_WR))
    }
}
