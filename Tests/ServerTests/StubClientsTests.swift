import Foundation
import Testing

/// The look-ups of `dnsbench stub`: what it says of servers, and what of itself.
@Suite struct StubClientsTests {
    private let directory: TemporaryDirectory
    private let port: UInt16
    private var endpoint: Endpoint { Endpoint("127.0.0.1", port) }

    init() throws {
        directory = try TemporaryDirectory()
        port = try Ports.free()
    }

    /// A run of one second with twenty look-ups.
    private func start(_ name: String, _ port: UInt16) throws -> ChildProcess {
        try ChildProcess(
            [
                Binary.path("dnsbench"), "stub", "--servers", "127.0.0.1#\(port)",
                "--rate", "20", "--seconds", "1", "--ask", "a.test",
            ], output: directory.path(name))
    }

    /// The figures behind `words` in a report.
    private func figure(_ words: String, _ name: String) throws -> Int {
        let text = try String(contentsOfFile: directory.path(name), encoding: .utf8)
        let found = text.firstRange(of: words).map {
            text[$0.upperBound...].prefix(while: \.isNumber)
        }
        return try #require(found.flatMap { Int($0) }, "\(words): \(text)")
    }

    /// Keeps a program from running for more than a second, as a machine does that has no time.
    private func hold(_ child: ChildProcess, meanwhile work: () -> Void = {}) {
        child.signal(SIGSTOP)
        usleep(1_300_000)
        work()
        child.signal(SIGCONT)
    }

    /// Answers what waits in a socket.
    private func answer(_ socket: Socket, within milliseconds: Int) {
        while socket.isReadable(Deadline(milliseconds: milliseconds)),
            let (query, peer) = socket.receive()
        {
            var reply = query
            reply[2] |= 0x80
            socket.send(reply, to: peer)
        }
    }

    @Test func `look-ups that nobody answers are lost, unless nobody waited`() throws {
        // Is read by nobody, and is no closed port either.
        let (silent, other) = (try Socket.udp(on: endpoint), try Ports.free())
        let awake = try start("awake", other)
        let held = try start("held", port)
        #expect(silent.isReadable(Deadline(milliseconds: 10_000)))
        hold(held)
        #expect(held.exitStatus(within: 60_000) == 3)
        #expect(try figure("stood still for ", "held") >= 1_200)
        #expect(try figure("lost meanwhile ", "held") == figure("lost ", "held"))
        #expect(try figure("lost ", "held") > 0)
        let status = awake.exitStatus(within: 60_000)
        // This machine may stand still by itself.
        let isHeld = try figure("stood still for ", "awake") > 1_000
        #expect(isHeld || status == 1)
        let (lost, meanwhile) = try (figure("lost ", "awake"), figure("lost meanwhile ", "awake"))
        #expect(lost > 0 && (isHeld || meanwhile == 0))
    }

    @Test func `what was answered during a standstill is answered`() throws {
        let server = try Socket.udp(on: endpoint)
        let held = try start("held", port)
        #expect(server.isReadable(Deadline(milliseconds: 10_000)))
        hold(held) { answer(server, within: 0) }
        while held.isRunning { answer(server, within: 50) }
        #expect(held.exitStatus(within: 0) == 0)
        #expect(try figure("lost ", "held") == 0)
        #expect(try figure("stood still for ", "held") >= 1_200)
    }
}
