import Testing

@testable import DNSServer

/// The parts that metrics and JSON lines are made of.
@Suite struct MetricsTextTests {
    private func text(_ page: MetricsText) -> String {
        String(decoding: page.octets, as: UTF8.self)
    }

    @Test func `a family has its help, its type and its samples`() {
        var page = MetricsText()
        page.add(.gauge, "a", "What it is.", UInt64(3))
        page.add(
            .counter, "b_total", "More.",
            [.init(UInt64(1), ("x", "1"), ("y", "2")), .init(0.5, ("x", "2"), ("y", ""))])
        page.add(.gauge, "none", "Without samples.", [])
        #expect(
            text(page) == """
                # HELP a What it is.
                # TYPE a gauge
                a 3
                # HELP b_total More.
                # TYPE b_total counter
                b_total{x="1",y="2"} 1
                b_total{x="2",y=""} 0.5

                """)
    }

    @Test func `buckets add up, and their bounds have no exponent`() {
        var page = MetricsText()
        page.addHistograms(
            "h_seconds", "Time.", bounds: [0.00005, 0.5, 1, 4],
            [.init(label: ("of", "a"), buckets: [1, 0, 2, 0, 4], sum: 17.25)])
        #expect(
            text(page) == """
                # HELP h_seconds Time.
                # TYPE h_seconds histogram
                h_seconds_bucket{of="a",le="0.00005"} 1
                h_seconds_bucket{of="a",le="0.5"} 1
                h_seconds_bucket{of="a",le="1"} 3
                h_seconds_bucket{of="a",le="4"} 3
                h_seconds_bucket{of="a",le="+Inf"} 7
                h_seconds_sum{of="a"} 17.25
                h_seconds_count{of="a"} 7

                """)
        #expect(MetricsPage(text(page)).faults == [])
    }

    @Test func `values of labels are escaped`() {
        var page = MetricsText()
        page.add(.gauge, "a", "x", [.init(UInt64(1), ("b", "q\"b\\n\nü"))])
        #expect(text(page).hasSuffix(#"a{b="q\"b\\n\nü"} 1"# + "\n"))
        #expect(MetricsPage(text(page)).faults == [])
    }

    // MARK: HTTP

    @Test(arguments: [
        ("", HTTPRequest.incomplete), ("GET", .incomplete), ("GET / HTTP/1.1\r\n", .incomplete),
        ("GET / HTTP/1.1\r\nA: b\r\n", .incomplete),
        ("GET / HTTP/1.1\r\n\r\n", .complete(method: "GET", path: "/")),
        ("GET /a?b=c HTTP/1.0\n\n", .complete(method: "GET", path: "/a")),
        ("GET / HTTP/1.1\r\n\r\nrest", .complete(method: "GET", path: "/")),
        ("GET / HTTP/1.1 \r\n\r\n", .malformed), ("GET /\u{7f} HTTP/1.1\r\n\r\n", .malformed),
        (" GET / HTTP/1.1\r\n\r\n", .malformed), ("\r\n", .malformed), ("\u{16}\u{3}", .malformed),
        ("G=T / HTTP/1.1\r\n", .malformed), ("GET / HTTP/1.1x\r\n", .malformed),
        (String(repeating: "G", count: 4_095), .incomplete),
        (String(repeating: "G", count: 4_096), .tooLong),
        (String(repeating: "G", count: 4_097), .tooLong),
    ])
    func `a request is read as far as it has come`(text: String, expected: HTTPRequest) {
        #expect(HTTPRequest(Array(text.utf8)) == expected)
    }

    @Test func `no octets end the reader`() {
        var random = Seeded(state: 11)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...200, using: &random)
            var octets = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            if Bool.random(using: &random) { octets = Array("GET /".utf8) + octets }
            _ = HTTPRequest(octets)
        }
    }

    // MARK: Repeats and time

    @Test func `equal warnings are written once, and counted`() {
        var filter = RepeatFilter()
        func admits(_ text: String, _ now: Int64) -> Bool { filter.admits(text, now: now) }
        func due(_ now: Int64) -> [String] { filter.takeDue(now: now) }
        #expect(admits("a", 0))
        #expect(filter.nextDue == nil)
        #expect(!admits("a", 1))
        #expect(!admits("a", 4_999))
        #expect(admits("b", 2_000))
        #expect(filter.nextDue == 5_000)
        #expect(due(4_999) == [])
        #expect(due(5_000) == ["a (2 more in 5 seconds)"])
        #expect(due(20_000) == [])
        #expect(admits("a", 20_000))
    }

    @Test func `a flood of different warnings is cut and counted`() {
        var filter = RepeatFilter()
        var admitted = 0
        for number in 0..<1_000 where filter.admits("\(number)", now: 10) { admitted += 1 }
        #expect(admitted == RepeatFilter.limit)
        let lines = filter.takeDue(now: 5_010)
        #expect(lines == ["968 more warnings of different names were not written"])
        let isAdmitted = filter.admits("new", now: 5_011)
        #expect(isAdmitted)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_709_251_199_000, "2024-02-29T23:59:59.000Z"),
        (1_709_251_200_000, "2024-03-01T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (1_767_225_599_999, "2025-12-31T23:59:59.999Z"),
    ])
    func `a moment is written as RFC 3339`(milliseconds: Int, text: String) {
        #expect(TimeText.text(microsecondsSince1970: Int64(milliseconds) * 1_000 + 999) == text)
    }
}
