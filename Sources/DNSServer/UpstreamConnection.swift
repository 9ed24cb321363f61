import DNSResolver
import DNSWire
import LinuxIO

/// A TCP connection to an upstream server, with the questions that wait for their answers on it.
///
/// RFC 7766 §6.2.1.1: questions are sent without waiting for answers, and answers come in any
/// order; the id says what an answer is to. A closed one keeps its memory for the next.
struct UpstreamConnection {
    private struct Question {
        var id: UInt16
        var attempt: Attempt
    }

    /// -1 while closed.
    private(set) var fd: Int32 = -1
    private(set) var token: Token
    private(set) var route = UpstreamRoute(address: SocketAddress())
    /// The handshake is over.
    var isConnected = false
    /// Its server went with a reload: no more questions.
    var isRetiring = false
    /// Answers that were asked for and came.
    private(set) var answered = 0
    /// Questions still waited when the last answer came: a server that closes then answers one at
    /// a time.
    private(set) var leftSome = false
    /// When it became idle.
    private(set) var idleSince = Instant(milliseconds: 0)
    /// What epoll watches now.
    var watched: Interest = []
    private var questions: [Question] = []
    private var input = StreamBuffer()
    private var output = StreamBuffer()
    /// The last answer, or the first question after idling.
    private var quietSince = Instant(milliseconds: 0)
    /// The ids of answers that may still come to attempts that are over.
    private var late: [UInt16] = []
    /// Answers to nothing that was ever asked.
    private var strays = 0

    init(index: Int) {
        token = Token(.connection, index: index)
    }

    var isOpen: Bool { fd >= 0 }
    var isIdle: Bool { questions.isEmpty }
    var pending: Int { questions.count }
    var hasOutput: Bool { !output.isEmpty }
    /// Whether the server does not read what is sent to it.
    var isChoked: Bool { output.count >= ServerLimits.questionOctets }

    /// Whether it may be dead: a server that went, or a box on the way that has forgotten the
    /// connection, says nothing.
    func isStalled(now: Instant) -> Bool {
        !questions.isEmpty
            && now.milliseconds - quietSince.milliseconds >= ServerLimits.stallMilliseconds
    }

    /// What epoll shall watch.
    var interest: Interest { isConnected && !hasOutput ? .read : [.read, .write] }

    /// Takes over a socket that is connecting; tokens of earlier ones in this place are stale.
    mutating func open(_ fd: Int32, to route: UpstreamRoute, now: Instant) {
        precondition(!isOpen, "the place is taken")
        self.fd = fd
        self.route = route
        token = Token(.connection, index: token.index, generation: token.generation &+ 1)
        (isConnected, isRetiring, leftSome) = (false, false, false)
        (answered, strays) = (0, 0)
        (idleSince, quietSince) = (now, now)
        watched = []
    }

    mutating func close() {
        precondition(isOpen, "closed twice")
        Sockets.close(fd)
        fd = -1
        questions.removeAll(keepingCapacity: true)
        late.removeAll(keepingCapacity: true)
        input.removeAll()
        output.removeAll()
    }

    // MARK: Questions

    /// Whether an answer with this id may come: another question must not have it. RFC 7766
    /// §6.2.1.
    ///
    /// A late answer would otherwise be a wrong one to the next question with its id, and be held
    /// against the server.
    func awaits(_ id: UInt16) -> Bool {
        questions.contains { $0.id == id } || late.contains(id)
    }

    /// Whether so many answers never came that it gets no more questions.
    var owesMany: Bool { late.count >= ServerLimits.lateAnswers }

    /// Puts the question of `length` octets behind those to be sent.
    mutating func ask(
        _ row: inout MessageRow, _ length: Int, _ attempt: Attempt, now: Instant
    ) {
        if questions.isEmpty { quietSince = now }
        questions.append(Question(id: row.message(length).uint16(at: 0), attempt: attempt))
        output.append(row.framed(length))
    }

    /// Sends what the connection takes; false if it is broken.
    mutating func flush() -> Bool {
        guard hasOutput else { return true }
        switch output.send(to: fd) {
        case .octets, .wouldBlock: return true
        case .ended, .truncated, .failed: return false
        }
    }

    /// Takes out who waits for the answer with this id; nil where nobody does, or not any more.
    mutating func takeQuestion(_ id: UInt16, now: Instant) -> Attempt? {
        quietSince = now
        guard let index = questions.firstIndex(where: { $0.id == id }) else {
            if let place = late.firstIndex(of: id) {
                late.remove(at: place)
            } else {
                strays += 1
            }
            return nil
        }
        let attempt = questions.remove(at: index).attempt
        idleSince = now
        return attempt
    }

    /// Notes that the answer just taken out was one.
    mutating func noteAnswer() {
        answered += 1
        leftSome = !questions.isEmpty
    }

    /// Whether the server says more of what nobody asked than can be a mistake.
    var isBabbling: Bool { strays >= ServerLimits.strayAnswers }

    /// Forgets the question of an attempt that is over; its answer may still come.
    mutating func forget(_ attempt: Attempt, now: Instant) {
        let index = questions.firstIndex {
            $0.attempt.flight == attempt.flight && $0.attempt.index == attempt.index
        }
        guard let index else { return }
        late.append(questions.remove(at: index).id)
        idleSince = now
    }

    /// Takes out the question that was asked last.
    mutating func takeNewest() -> Attempt? { questions.popLast()?.attempt }

    // MARK: Answers

    /// Reads what has come; the row is only a place to read into.
    mutating func read(through row: inout MessageRow) -> Transfer {
        var span = row.message
        let outcome = Sockets.receive(fd, into: &span)
        if case .octets(let count) = outcome { input.append(row.message(count)) }
        return outcome
    }

    /// Whether what comes next can be no answer: it is shorter than a header.
    var isTrash: Bool { input.announcedOctets.map { $0 < WireLimits.headerOctets } ?? false }

    /// Moves the next whole answer into the row; answers its octets, or nil if none is whole.
    mutating func takeAnswer(into row: inout MessageRow) -> Int? {
        guard let length = input.messageOctets else { return nil }
        input.takeMessage(length, into: &row)
        return length
    }
}
