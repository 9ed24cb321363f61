import DNSWire
import Testing

@testable import DNSResolver

/// Replies that were made to be read for ever, or to leave our secrets in answers.
@Suite struct HostileReplyTests {
    /// 58 octets behind whose question two loops of label and pointer agree for ever.
    private func loopReply(to query: [UInt8], code: UInt8) -> [UInt8] {
        Array(query[..<2]) + [0x81, 0x80 | code, 0, 1, 0, 2, 0, 0, 0, 0]
            + query[12..<(12 + 10 + 4)]
            + TestRdata.octets(
                "c00c000500010000003c00040161c026" + "0161c02a000500010000003c0002c00c")
    }

    @Test(arguments: 0..<16 as Range<UInt8>)
    func `two loops of names end, whatever the reply says`(code: UInt8) {
        var bench = ForwarderBench()
        let flight = bench.open("www.test")
        let attempt = bench.unsent(flight)[0]
        let reply = loopReply(to: bench.query(attempt), code: code)
        #expect(reply.count == 58)
        let outcome = bench.receive(reply, for: attempt)
        #expect(outcome == .ignore || outcome == .retry(flight))
        let header = MessageHeader(reply.span.bytes)
        let chain = header.map {
            ReplyChain($0, reply.span.bytes, questionEnd: 26, type: .a)
        }
        #expect(chain?.count ?? 0 <= 2)
    }

    @Test func `what a server makes of the question has the client's letters`() {
        var bench = ForwarderBench(options: forwardingOptions { $0.encodesCase = true })
        let flight = bench.open("WwW-with-MANY-letters.old.test")
        let attempt = bench.unsent(flight)[0]
        let query = bench.query(attempt)
        let name = Array(query[12..<(12 + 31)])
        // The end of the CNAME is made of the question's first label, as it was asked.
        let made = Array(name[..<22]) + [3] + Array("new".utf8) + [4] + Array("test".utf8) + [0]
        var reply = bench.reply(attempt)
        reply[7] = 1
        let opt = Array(reply.suffix(11))
        reply.removeLast(11)
        reply += TestRdata.octets("c00c000500010000003c00") + [UInt8(made.count)] + made + opt
        #expect(bench.receive(reply, for: attempt) == .answered(flight))
        var row = reply
        let count = row.count
        var span = row.mutableSpan
        var bytes = span.mutableBytes
        bench.forwarder.restoreSpelling(of: flight, in: &bytes, octets: count)
        let asked = Array("WwW-with-MANY-letters".utf8)
        #expect(Array(row[13..<(13 + asked.count)]) == asked)
        let end = row.count - 11 - made.count + 1
        #expect(Array(row[end..<(end + asked.count)]) == asked)
    }
}
