import DNSWire
import ScenarioSupport

@testable import DNSResolver

// What a client got, against what the scenario says it should have got.

extension ScenarioPlayer {
    mutating func expectAnswer(_ step: Scenario.Step) throws {
        guard let answer = bench?.answers.first else {
            throw ScenarioFailure(line: step.line, text: "no client was answered")
        }
        bench?.answers.removeFirst()
        guard let question = bench?.questions[answer.client - 1] else { return }
        let actual: TestMessage
        do {
            actual = try TestMessage(octets: answer.octets)
        } catch let malformed as TestMessage.Malformed {
            let hex = TestRdata.hex(answer.octets)
            throw ScenarioFailure(line: step.line, text: "\(malformed.reason): \(hex)")
        }
        if let client = step.value("client"), client != "\(answer.client)" {
            throw ScenarioFailure(line: step.line, text: "client \(answer.client) was answered")
        }
        let expected = try Self.expected(step, like: actual)
        guard expected == Self.comparable(actual, isSet: step.has("set")) else {
            throw ScenarioFailure(
                line: step.line, text: "expected\n\(expected)\nactual\n\(actual.text)")
        }
        if let fault = Self.fault(
            of: actual, octets: answer.octets.count, to: question, isBare: step.has("bare"))
        {
            throw ScenarioFailure(line: step.line, text: fault + "\n" + actual.text)
        }
    }

    /// The text of the message that the step describes.
    private static func expected(_ step: Scenario.Step, like actual: TestMessage) throws -> String {
        var message = TestMessage()
        let code = step.words.first ?? ""
        let number = TestMessage.codes.firstIndex(of: code) ?? Int(code)
        message.flags = UInt16(number ?? (code == "BADVERS" ? 0 : 15))
        for (bit, word) in TestMessage.flagNames where step.has(word) { message.flags |= bit }
        if code == "BADVERS" { message.opt = TestMessage.OPT(udpOctets: 1232, extendedCode: 1) }
        if let error = step.value("ede") {
            message.opt = TestMessage.OPT(udpOctets: 1232, extendedError: UInt16(error))
        }
        let options = step.values("opt")
        if !options.isEmpty {
            if message.opt == nil { message.opt = TestMessage.OPT(udpOctets: 1232) }
            message.opt?.options = options
        }
        message.sections = try records(step).sections
        return comparable(message, isSet: step.has("set"))
    }

    private static func comparable(_ message: TestMessage, isSet: Bool) -> String {
        var message = message
        if isSet {
            for index in message.sections.indices {
                message.sections[index].sort { $0.text < $1.text }
            }
        }
        return message.text
    }

    /// What holds for every answer.
    private static func fault(
        of answer: TestMessage, octets: Int, to question: ScenarioBench.Question, isBare: Bool
    ) -> String? {
        if isBare {
            return octets == 12 ? nil : "the answer is not a bare header"
        }
        guard let asked = try? TestMessage(octets: question.octets) else {
            return "an answer to a malformed query"
        }
        if answer.id != asked.id { return "another id" }
        if answer.name != asked.name || answer.type != asked.type
            || answer.recordClass != asked.recordClass
        {
            return "another question: \(answer.name ?? "none")"
        }
        if answer.flags & 0x8080 != 0x8080 { return "QR or RA is missing" }
        if answer.flags & 0x7900 != asked.flags & 0x7900 { return "RD or opcode is not echoed" }
        if (answer.opt == nil) != (asked.opt == nil) { return "OPT is wrong" }
        if let opt = answer.opt {
            if opt.udpOctets != 1232 || opt.isDNSSECOK != asked.opt?.isDNSSECOK {
                return "OPT is wrong"
            }
        }
        let limit = asked.opt.map { min(max(Int($0.udpOctets), 512), 1232) } ?? 512
        if question.transport == .udp, octets > limit { return "\(octets) octets" }
        return nil
    }

    // MARK: Nothing

    mutating func expectDropped(_ step: Scenario.Step) throws {
        try expectNothing(step.line)
        guard let bench, !bench.waiting.contains(bench.questions.count) else {
            throw ScenarioFailure(line: step.line, text: "the message was forwarded")
        }
    }

    func expectNothing(_ line: Int) throws {
        guard let octets = bench?.answers.first?.octets else { return }
        let text = (try? TestMessage(octets: octets).text) ?? TestRdata.hex(octets)
        throw ScenarioFailure(line: line, text: "an answer that nobody expects:\n" + text)
    }

    func expectNoUpstream(_ line: Int) throws {
        guard let query = bench?.upstream.first else { return }
        let message = try TestMessage(octets: query.octets)
        throw ScenarioFailure(
            line: line,
            text: """
                a query to \(query.server) that nobody expects: \
                \(message.name?.lowercased() ?? "")
                """)
    }

    mutating func expectWarning(_ step: Scenario.Step) throws {
        let actual = bench?.warnings.first
        guard actual == step.words.joined(separator: " ") else {
            throw ScenarioFailure(line: step.line, text: "warning: \(actual ?? "none")")
        }
        bench?.warnings.removeFirst()
    }

    // MARK: Records

    /// The records in the block of a step: `owner TTL TYPE rdata`, `authority` and `additional`
    /// before those of the other sections, `octets HEX` for a record that is no record.
    static func records(
        _ step: Scenario.Step
    ) throws -> (sections: [[TestMessage.Record]], raw: [[UInt8]]) {
        var sections: [[TestMessage.Record]] = [[], [], []]
        var raw: [[UInt8]] = []
        var section = 0
        for line in step.block {
            let words = line.text.split(separator: " ", maxSplits: 3).map(String.init)
            if words == ["authority"] {
                section = 1
            } else if words == ["additional"] {
                section = 2
            } else if words[0] == "octets" {
                raw.append(TestRdata.octets(words.dropFirst().joined()))
            } else {
                guard words.count >= 3, let ttl = UInt32(words[1]),
                    let type = RecordType(parsing: words[2])
                else {
                    throw ScenarioFailure(line: line.number, text: "owner TTL TYPE rdata")
                }
                sections[section].append(
                    TestMessage.Record(
                        owner: words[0], type: type, ttlSeconds: ttl,
                        rdata: words.count > 3 ? words[3] : ""))
            }
        }
        return (sections, raw)
    }
}
