import Glibc
import LinuxIO

@testable import DNSResolver
@testable import DNSServer

/// The octets of TCP connections, in pieces of any size: the messages that come out are the same
/// however they were cut, and memory stays within what they announce.
func checkStream(_ octets: [UInt8]) -> String? {
    var program = FuzzProgram(octets)
    let mode = program.next()
    let cuts = program.take(8).map { Int($0) }
    let limit = mode & 4 == 0 ? 65_535 : 4_096
    let stream = StreamText(&program).octets
    switch mode & 3 {
    case 0, 1: return clientFault(stream, cuts, atOnce: 1 + mode >> 3 & 7, limit: limit)
    case 2: return serverFault(stream, cuts)
    default: return outputFault(stream, cuts)
    }
}

/// What comes through a connection, as an input says: messages with their lengths, and other
/// octets.
private struct StreamText {
    private(set) var octets: [UInt8] = []

    init(_ program: inout FuzzProgram) {
        var count = 0
        while !program.isOver, octets.count < 100_000, count < 64 {
            count += 1
            let kind = program.next()
            switch kind & 7 {
            case 0, 1: add(UpstreamQuestion.write(&program, number: count).octets)
            case 2: add(program.take(program.next()))
            case 3: add([UInt8](repeating: UInt8(count), count: program.next() << 8 | kind))
            case 4: octets += [0, 0]
            case 5:
                // Less than it says.
                octets.append(word: program.next() << 8 | kind)
                octets += program.take(program.next() & 31)
            case 6: octets += program.take(kind >> 3)
            default: add([UInt8](repeating: UInt8(count), count: kind & 16 == 0 ? 65_535 : 11))
            }
        }
    }

    private mutating func add(_ message: [UInt8]) {
        octets.append(word: message.count)
        octets += message
    }
}

/// The messages of a stream, and where they end: at one that is shorter than a header, or longer
/// than `limit`.
private func messages(of stream: [UInt8], limit: Int) -> [ArraySlice<UInt8>] {
    var found: [ArraySlice<UInt8>] = []
    var at = 0
    while at + 2 <= stream.count {
        let length = Int(stream[at]) << 8 | Int(stream[at + 1])
        guard length >= 12, length <= limit, at + 2 + length <= stream.count else { break }
        found.append(stream[(at + 2)..<(at + 2 + length)])
        at += 2 + length
    }
    return found
}

/// The sizes of pieces, small ones and large ones, without end.
private struct Cuts {
    let list: [Int]
    private var index = 0

    init(_ list: [Int]) {
        self.list = list
    }

    mutating func next(atMost most: Int) -> Int {
        defer { index += 1 }
        guard !list.isEmpty else { return most }
        let cut = list[index % list.count]
        // Few octets, or many at once.
        return min(most, cut < 192 ? 1 + cut : 1 + (cut - 191) * 1_024)
    }
}

/// Queries of a client, of which a worker takes a few at a time.
private func clientFault(
    _ stream: [UInt8], _ cuts: [Int], atOnce: Int, limit: Int
) -> String? {
    let expected = messages(of: stream, limit: limit)
    var cuts = Cuts(cuts)
    var buffer = StreamBuffer()
    var row = MessageRow()
    var taken = 0
    var offset = 0
    var isOver = false
    repeat {
        let count = cuts.next(atMost: stream.count - offset)
        if count > 0 {
            buffer.append(stream[offset..<offset + count].span.bytes)
            offset += count
        }
        for _ in 0..<(offset == stream.count ? Int.max : atOnce) where !isOver {
            if let announced = buffer.announcedOctets, announced < 12 || announced > limit {
                isOver = true
            }
            guard !isOver, let length = buffer.messageOctets else { break }
            guard taken < expected.count else { return "a message that was not sent" }
            buffer.takeMessage(length, into: &row)
            guard isEqual(row.message(length), expected[taken]) else {
                return "message \(taken) is another"
            }
            if length <= 512, let fault = checkQuery(Array(expected[taken])) { return fault }
            taken += 1
        }
    } while offset < stream.count && !isOver
    guard taken == expected.count else { return "\(taken) messages of \(expected.count)" }
    if !isOver, buffer.count > 2 + (buffer.announcedOctets ?? 0) {
        return "\(buffer.count) octets are kept"
    }
    buffer.removeAll()
    return buffer.isEmpty ? nil : "it is not empty"
}

private func isEqual(_ octets: RawSpan, _ expected: ArraySlice<UInt8>) -> Bool {
    octets.withUnsafeBytes { mine in
        expected.withUnsafeBytes { theirs in
            guard mine.count == theirs.count, let one = mine.baseAddress,
                let two = theirs.baseAddress
            else { return mine.count == theirs.count }
            return memcmp(one, two, mine.count) == 0
        }
    }
}

/// Two ends of a connection, the second one ours.
private func connectedPair() -> (peer: Int32, ours: Int32)? {
    var pair: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &pair) == 0
    else { return nil }
    return (pair[0], pair[1])
}

/// Answers of a server, in whatever pieces.
private func serverFault(_ stream: [UInt8], _ cuts: [Int]) -> String? {
    guard let pair = connectedPair() else { return nil }
    defer { close(pair.peer) }
    var connection = UpstreamConnection(index: 0)
    connection.open(
        pair.ours, to: UpstreamRoute(address: SocketAddress()), now: .init(milliseconds: 1))
    defer { connection.close() }
    let expected = messages(of: stream, limit: 65_535)
    var cuts = Cuts(cuts)
    var row = MessageRow()
    var taken = 0
    var offset = 0
    while offset < stream.count, !connection.isTrash {
        let count = cuts.next(atMost: min(stream.count - offset, 16_384))
        let sent = stream[offset..<offset + count].withUnsafeBytes {
            write(pair.peer, $0.baseAddress, count)
        }
        guard sent == count else { return "the pipe is full" }
        offset += count
        var left = count
        while left > 0 {
            guard case .octets(let read) = connection.read(through: &row), read > 0 else {
                return "nothing to read"
            }
            left -= read
        }
        while !connection.isTrash, let length = connection.takeAnswer(into: &row) {
            guard taken < expected.count else { return "an answer that was not sent" }
            guard isEqual(row.message(length), expected[taken]) else {
                return "answer \(taken) is another"
            }
            _ = connection.takeQuestion(
                row.message(length).uint16(at: 0), now: .init(milliseconds: 2))
            taken += 1
        }
    }
    return taken == expected.count ? nil : "\(taken) answers of \(expected.count)"
}

/// Questions to a server that reads as slowly as it likes: it gets them all, in order.
private func outputFault(_ stream: [UInt8], _ cuts: [Int]) -> String? {
    guard let pair = connectedPair() else { return nil }
    defer { close(pair.peer) }
    var room: Int32 = 4_096
    setsockopt(pair.ours, SOL_SOCKET, SO_SNDBUF, &room, socklen_t(MemoryLayout<Int32>.size))
    var connection = UpstreamConnection(index: 0)
    connection.open(
        pair.ours, to: UpstreamRoute(address: SocketAddress()), now: .init(milliseconds: 1))
    defer { connection.close() }
    var cuts = Cuts(cuts)
    var row = MessageRow()
    var expected: [UInt8] = []
    var received: [UInt8] = []
    for message in messages(of: stream, limit: 65_535) {
        row.fill(message)
        let attempt = Attempt(
            flight: Flight(slot: UInt16(connection.pending), generation: 1), index: 0, serial: 0,
            server: 0, transport: .tcp, isRepeat: false)
        connection.ask(&row, message.count, attempt, now: .init(milliseconds: 1))
        expected.append(word: message.count)
        expected += message
        guard connection.flush() else { return "it is broken" }
        received += take(pair.peer, cuts.next(atMost: 65_536))
    }
    for _ in 0..<1_000 where received.count < expected.count {
        guard connection.flush() else { return "it is broken" }
        received += take(pair.peer, 65_536)
    }
    guard received == expected else { return "\(received.count) octets of \(expected.count)" }
    guard !connection.hasOutput else { return "something is left" }
    while connection.takeNewest() != nil {}
    return nil
}

private func take(_ fd: Int32, _ most: Int) -> [UInt8] {
    var octets = [UInt8](repeating: 0, count: most)
    let count = read(fd, &octets, most)
    return Array(octets.prefix(max(0, count)))
}

extension MessageRow {
    fileprivate mutating func fill(_ octets: ArraySlice<UInt8>) {
        var span = message
        span.withUnsafeMutableBytes { row in octets.withUnsafeBytes { row.copyMemory(from: $0) } }
    }
}
