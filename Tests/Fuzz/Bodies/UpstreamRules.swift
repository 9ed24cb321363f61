import DNSResolver
import DNSWire
import ScenarioSupport

/// What must hold of every message that is sent, whatever came in.
struct UpstreamRules {
    /// Rules that are switched on once the code keeps them.
    enum Kept {
        /// AA is for our own data only.
        static let ownAuthority = true
        /// The letters in which servers were asked never reach a client.
        static let letters = true
        /// A chain that began outside does not end at a private address of our own.
        static let rebindingChains = true
        /// A domain's servers, and no others, are asked in every class.
        static let domainsInEveryClass = true
        /// `stop-dns-rebind` looks at answers to ANY; dnsmasq does not.
        static let rebindingOfANY = false
        /// Names in the data of RRSIG, NSEC, SVCB and HTTPS have no pointers, whatever a server
        /// writes.
        static let namesOfNewTypes = false
    }

    /// Octets of any input were handed in as a reply, so that it may say anything.
    var hasRaw = false
    private var configuration: Int
    /// Configurations that were in force.
    private var configurations: Set<Int>
    /// The labels of names that were asked for, as the clients spelled them.
    private var labels: Set<[UInt8]> = []
    private var attempts: [UInt64: Int] = [:]

    init(_ configuration: Int) {
        self.configuration = configuration
        configurations = [configuration]
    }

    mutating func adopt(_ configuration: Int) {
        self.configuration = configuration
        configurations.insert(configuration)
    }

    mutating func note(question octets: [UInt8]) {
        guard let message = try? StrictMessage(octets) else { return }
        for label in message.question.labels { labels.insert(label) }
    }

    // MARK: To servers

    mutating func fault(inQuery query: ScenarioBench.UpstreamQuery) -> String? {
        let flight = query.attempt.token >> 16
        attempts[flight, default: 0] += 1
        guard attempts[flight, default: 0] <= Int(ForwarderLimits.attemptsPerFlight) else {
            return "a question was sent too often"
        }
        do {
            let message = try StrictMessage(query.octets)
            guard message.flags & 0xF800 == 0, message.records.isEmpty, message.questionCount == 1
            else { return "it is no question" }
            guard Kept.domainsInEveryClass || message.questionClass == 1 else { return nil }
            if message.question.isInside(UpstreamWorld.lan) { return "a private name" }
            let isCorp = message.question.isInside(UpstreamWorld.corp)
            guard isCorp == (query.server == UpstreamWorld.corpServer) else {
                return "a question of another domain"
            }
            return nil
        } catch {
            return error.text
        }
    }

    // MARK: To clients

    mutating func fault(
        in answer: ScenarioBench.Answer, to question: ScenarioBench.Question
    ) -> String? {
        let late = answer.at.milliseconds - question.asked.milliseconds
        guard late <= 4_000 else { return "answered after \(late) ms" }
        do {
            let message = try StrictMessage(answer.octets)
            return headerFault(message, answer, question) ?? sizeFault(answer, question)
                ?? contentFault(message, answer)
        } catch {
            return error.text
        }
    }

    private func headerFault(
        _ message: StrictMessage, _ answer: ScenarioBench.Answer,
        _ question: ScenarioBench.Question
    ) -> String? {
        let asked = question.octets
        guard answer.octets[..<2] == asked[..<2] else { return "another id" }
        guard message.flags & 0xF900 == 0x8000 | Int(asked[2]) << 8 & 0x7900 else {
            return "flags \(message.flags)"
        }
        guard message.questionCount == 1 else {
            return message.code == 1 ? nil : "no question"
        }
        guard answer.octets[12..<message.questionEnd] == asked[12..<message.questionEnd] else {
            return "another question"
        }
        guard message.hasOPT == (asked[11] == 1) else { return "OPT where none was asked for" }
        if message.isTruncated {
            guard question.transport == .udp else { return "cut on a connection" }
        }
        if Kept.ownAuthority, message.isAuthoritative,
            ![.local, .rule, .zone, .chaos, .cachedFiltered].contains(answer.source)
        {
            return "AA of another's data"
        }
        return nil
    }

    private func sizeFault(
        _ answer: ScenarioBench.Answer, _ question: ScenarioBench.Question
    ) -> String? {
        guard question.transport == .udp else { return nil }
        var limit = 512
        if question.octets[11] == 1 {
            var end = 12
            while question.octets[end] > 0 { end += 1 + Int(question.octets[end]) }
            limit = max(512, Int(question.octets[end + 8]) << 8 | Int(question.octets[end + 9]))
        }
        let count = answer.octets.count
        return count <= limit ? nil : "\(count) octets where \(limit) are taken"
    }

    private func contentFault(
        _ message: StrictMessage, _ answer: ScenarioBench.Answer
    ) -> String? {
        for record in message.records {
            if let address = Self.address(in: record),
                let fault = addressFault(address, record, message, answer)
            {
                return fault
            }
            if Kept.letters, !hasRaw {
                for name in record.names + [record.owner] {
                    if let fault = spellingFault(name) { return fault }
                }
            }
        }
        return nil
    }

    /// What a record tells a client to connect to: an address, or the hint that the grammar writes.
    private static func address(in record: StrictMessage.Record) -> [UInt8]? {
        let octets = Array(record.rdata)
        switch record.type {
        case 1, 28: return octets
        case 64, 65:
            var at = 2
            while at < octets.count, (1..<64).contains(octets[at]) { at += 1 + Int(octets[at]) }
            guard octets.count == at + 9, octets[at..<at + 5] == [0, 0, 4, 0, 4] else { return nil }
            return Array(octets.suffix(4))
        default: return nil
        }
    }

    private func addressFault(
        _ address: [UInt8], _ record: StrictMessage.Record, _ message: StrictMessage,
        _ answer: ScenarioBench.Answer
    ) -> String? {
        if !hasRaw {
            guard Array<UInt8>(address.suffix(4)) != UpstreamWorld.forged else {
                return "an address of a forged reply"
            }
            guard
                Array<UInt8>(address.suffix(4)) != UpstreamWorld.failed
                    || answer.source == .upstream
            else { return "an address of a failure was kept" }
        }
        // What was taken in before a reload is held to the rules of then.
        guard configurations.count == 1, record.section == 0,
            Kept.rebindingOfANY || message.questionType != 255,
            UpstreamWorld.stopsRebinding[configuration]
        else { return nil }
        let isOwn =
            answer.source == .local || answer.source == .rule
            || record.owner.isInside(UpstreamWorld.lan) && !Kept.rebindingChains
        let isExempt = configuration == 2 && message.question.isInside(UpstreamWorld.exempt)
        guard !isOwn, !isExempt,
            UpstreamWorld.isPrivate(address, exceptLoopback: configuration == 11)
        else { return nil }
        return "a private address: \(address)"
    }

    private func spellingFault(_ name: [UInt8]) -> String? {
        for label in name.labels where !labels.contains(label) {
            if label == label.folded || label == label.capitals { continue }
            return "letters that nobody wrote: \(String(decoding: label, as: UTF8.self))"
        }
        return nil
    }
}
