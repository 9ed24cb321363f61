import LinuxIO

/// 127.0.0.0/8 by its last octet.
func loopback(_ last: UInt32 = 1, port: UInt16 = 0) -> SocketAddress {
    SocketAddress(ipv4: 0x7f00_0000 | last, port: port)
}

/// The address ::1.
func loopback6(port: UInt16 = 0) -> SocketAddress {
    SocketAddress(ipv6High: 0, low: 1, port: port)
}

/// A connected client socket, or a failed test.
func client(
    of server: SocketAddress, from source: SocketAddress? = nil, port: UInt16 = 0
) throws -> FileDescriptor {
    switch Sockets.udpConnected(to: server, from: source, port: port) {
    case .open(let fd): return FileDescriptor(fd)
    case .portBusy: throw Unexpected("the port is busy")
    case .failed(let error): throw error
    }
}

struct Unexpected: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

func send(_ fd: Int32, _ octets: [UInt8]) -> Transfer {
    Sockets.send(fd, octets.span.bytes)
}

/// Everything that waits on a connected socket, one datagram.
func receive(_ fd: Int32, room: Int = 70_000) -> [UInt8]? {
    var memory = [UInt8](repeating: 0, count: room)
    var elements = memory.mutableSpan
    var span = elements.mutableBytes
    guard case .octets(let count) = Sockets.receiveDatagram(fd, into: &span) else { return nil }
    return Array(memory.prefix(count))
}

func array(_ span: RawSpan) -> [UInt8] {
    span.withUnsafeBytes { Array($0) }
}

/// Waits until `fd` can be read; loopback delivers at once, so two seconds mean never.
func waitReadable(_ fd: Int32) throws -> Bool {
    var epoll = try Epoll()
    try epoll.add(fd, token: 1, for: .read)
    return epoll.wait(timeoutMilliseconds: 2000) == 1
}

/// Sends back what came, reversed; the shape of the worker's loop.
func echo(_ fd: Int32, _ receiving: inout ReceiveBatch, _ sending: inout SendBatch) -> Int {
    let count = receiving.receive(fd)
    for index in 0..<count {
        let message = receiving.message(index)
        var row = sending.row(sending.count)
        for offset in 0..<message.byteCount {
            let octet = message.unsafeLoad(
                fromByteOffset: message.byteCount - 1 - offset, as: UInt8.self)
            row.storeBytes(of: octet, toByteOffset: offset, as: UInt8.self)
        }
        sending.commit(length: message.byteCount, to: receiving.peer(index))
    }
    sending.flush(fd)
    return count
}
