import DNSResolver
import DNSWire
import Testing

/// The tables of a worker's counters.
@Suite struct CountersTests {
    @Test func `a duration goes into the first bucket whose bound it does not exceed`() {
        for (index, bound) in Counters.bounds.enumerated() {
            let counters = Counters()
            counters.noteDuration(.cache, microseconds: bound, count: 3)
            counters.noteDuration(.cache, microseconds: bound + 1)
            #expect(counters.durations(.cache, bucket: index) == 3)
            #expect(counters.durations(.cache, bucket: index + 1) == 1)
            #expect(counters.durationSumMicroseconds(.cache) == 4 * bound + 1)
            #expect(counters.durations(.local, bucket: index) == 0)
        }
    }

    @Test func `each source and code has a place of its own`() {
        let counters = Counters()
        let sources: [AnswerSource] = [
            .none, .local, .rule, .cache, .stale, .upstream, .filtered, .cachedFiltered, .bogus,
            .rebinding, .error, .chaos, .zone,
        ]
        for source in sources {
            for code in 0..<16 { counters.noteResponse(source, flags: 0x8580 | UInt16(code)) }
        }
        for source in sources {
            for code in 0..<16 { #expect(counters.responses(source, code: code) == 1) }
        }
        #expect(counters.durationSumMicroseconds(.local) == 0)
        #expect(counters.queries(.tcp, .any) == 0)
    }
}
