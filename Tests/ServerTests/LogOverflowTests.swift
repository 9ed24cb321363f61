import DNSWire
import Foundation
import Testing

/// A log that nobody reads: events are lost and counted, answers are not.
@Suite(.serialized) struct LogOverflowTests {
    /// A pipe with a name that holds what is written to it until somebody reads.
    private final class Pipe {
        let descriptor: Int32

        init(_ path: String) throws {
            guard mkfifo(path, 0o600) == 0 else { throw Unexpected("no pipe at \(path)") }
            // Both ends, so that whoever writes finds a reader and waits for room.
            descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        }

        deinit { close(descriptor) }

        /// What can be read now.
        func read() -> String {
            var octets = [UInt8](repeating: 0, count: 65_536)
            let count = Foundation.read(descriptor, &octets, octets.count)
            return count > 0 ? String(decoding: octets[..<count], as: UTF8.self) : ""
        }
    }

    private static let lost = "waggle_log_events_dropped_total"

    private func lost(_ http: HTTPClient) throws -> Int {
        let page = MetricsPage(try #require(http.get("/metrics")).body)
        return Int(try #require(page.samples[Self.lost]))
    }

    /// The median time of an answer.
    private func time(_ client: DNSClient) throws -> Duration {
        var times: [Duration] = []
        for _ in 0..<500 {
            times.append(
                ContinuousClock().measure { #expect(client.ask(Query("h.lan")) != nil) })
        }
        return times.sorted()[250]
    }

    @Test func `a log that is blocked costs lines that are counted, and no answer`() throws {
        let directory = try TemporaryDirectory()
        let pipe = try Pipe(directory.path("pipe"))
        let port = try Ports.free()
        let common = ServerProcess.common.replacing(
            "log-facility={DIR}/log", with: "log-facility=\(directory.path("pipe"))")
        let server = try ServerProcess(
            """
            log-queries=extra
            host-record=h.lan,10.0.0.1
            metrics-listen=127.0.0.1:\(port)

            """, common: common)
        let http = HTTPClient(endpoint: Endpoint("127.0.0.1", port))
        let client = try DNSClient(server.endpoint)
        // The pipe is read while this is measured.
        var text = ""
        #expect(
            eventually {
                text += pipe.read(); return text.contains("started")
            })
        let before = try time(client)
        #expect(
            eventually {
                text += pipe.read(); return text.contains("h.lan is 10.0.0.1")
            })
        #expect(try lost(http) == 0)

        // Nobody reads it: 64 KiB of pipe and the ring of each worker are full at some time.
        var asked = 0
        while try lost(http) == 0, asked < 100_000 {
            for _ in 0..<100 { client.socket.write(Query("h.lan").octets) }
            asked += client.replies(100).count
        }
        let first = try lost(http)
        #expect(first > 0 && asked % 100 == 0, "\(first) of \(asked)")
        let during = try time(client)
        #expect(during < before * 3 + .milliseconds(1), "\(before) \(during)")
        let all = try lost(http)
        // Two events for a query.
        #expect(all >= first + 900 && all <= first + 1_000, "\(first) \(all)")
        #expect(http.get("/health")?.status == 200)

        // It is read again: the lines say how many are missing, and the next ones come.
        text = ""
        func told() -> Int {
            text.matches(of: /(\d+) events were not logged/).reduce(0) { $0 + (Int($1.1) ?? 0) }
        }
        #expect(
            eventually(within: 10_000) {
                text += pipe.read(); return told() >= all
            })
        #expect(
            eventually {
                _ = client.ask(Query("h.lan", .txt))
                text += pipe.read()
                return text.contains("query[TXT] h.lan")
            })
        #expect(try lost(http) == told())
    }

    @Test func `a server whose log is blocked still ends when it is told to`() throws {
        let directory = try TemporaryDirectory()
        let pipe = try Pipe(directory.path("pipe"))
        let common = ServerProcess.common.replacing(
            "log-facility={DIR}/log", with: "log-facility=\(directory.path("pipe"))")
        let server = try ServerProcess(
            "log-queries\nhost-record=h.lan,10.0.0.1\n", common: common)
        let client = try DNSClient(server.endpoint)
        for _ in 0..<100 {
            for _ in 0..<100 { client.socket.write(Query("h.lan").octets) }
            #expect(client.replies(100).count == 100)
        }
        // These are written by the thread that hears signals.
        server.child.signal(SIGUSR1)
        server.child.signal(SIGHUP)
        server.child.signal(SIGTERM)
        #expect(server.child.exitStatus(within: 5000) == 0)
        withExtendedLifetime(pipe) {}
    }
}
