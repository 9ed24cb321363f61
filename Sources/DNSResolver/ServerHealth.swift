import DNSWire

/// What one worker has seen of a server; trivial.
///
/// Everything here is learnt from replies that came from the server's address to the port and with
/// the id of a question, or from their absence; who may make it learn what, and how it forgets,
/// stands at each.
struct ServerHealth {
    /// Smoothed round-trip time in eighths of a millisecond; negative before the first answer. RFC
    /// 6298 §2.
    ///
    /// From good answers by UDP. Whoever owns slow names makes a server look slow, which costs it
    /// its place as the quickest, and repeats their haste.
    private(set) var smoothedEighths: Int64 = -1
    /// How far round-trip times are from it, in quarters of a millisecond.
    private var variationQuarters: Int64 = 0
    /// Questions in a row that brought no reply in the time that one takes.
    ///
    /// Nothing that a server says counts. The owner of names that take long to look up can do it
    /// while nobody asks for anything else; the server then comes after the others. Forgotten with
    /// the next reply.
    private(set) var silencesInRow: UInt16 = 0
    /// It has said nothing to anybody for as long as a question may take, or nobody is there.
    ///
    /// Forgotten with the next reply.
    private(set) var isDown = false
    /// Questions in a row to which it said no, and another server of the group knew better.
    ///
    /// The owner of a name can do that; the server then comes after the others, and is never taken
    /// for dead. Forgotten with the next good answer.
    private(set) var refusalsInRow: UInt16 = 0
    private var backOffMilliseconds: Int64 = 0
    private(set) var backOffUntil = Instant(milliseconds: .min)
    var lastAsked = Instant(milliseconds: .min)
    /// The last reply to anything.
    private(set) var lastReply = Instant(milliseconds: .min)
    /// Questions in random letters, for names that exist.
    var letters = ServerAbility()
    /// To repeat them as they were spelled.
    var echo = ServerAbility()
    /// Questions with an OPT record.
    var edns = ServerAbility()
    /// Questions by UDP.
    var datagrams = ServerAbility()
    /// Questions since one was asked in the way that it is thought not to bear.
    private var asksSinceTrial: UInt8 = 0

    /// Whether it is silent.
    var isFailing: Bool { silencesInRow >= ForwarderLimits.failuresInRow }

    /// Whether the other servers of a group are asked before it.
    var isLast: Bool { isFailing || refusalsInRow >= ForwarderLimits.failuresInRow }

    /// How long its reply takes at the most, for all that is known; nil before the first one.
    ///
    /// RFC 6298 §2.3, with at least half a round trip for what varies.
    var replyMilliseconds: Int64? {
        guard smoothedEighths >= 0 else { return nil }
        let smoothed = smoothedEighths / 8
        return smoothed + max(variationQuarters, smoothed / 2)
    }

    /// A reply came, whatever it says; `milliseconds` is nil where they say nothing about the way.
    ///
    /// Answers whether the server had been silent.
    mutating func noteReply(milliseconds: Int64?, now: Instant) -> Bool {
        let wasSilent = silencesInRow > 0
        lastReply = now
        silencesInRow = 0
        isDown = false
        if !isLast { backOffMilliseconds = 0 }
        guard let milliseconds else { return wasSilent }
        let sample = min(max(0, milliseconds), ForwarderLimits.deadlineMilliseconds)
        guard smoothedEighths >= 0 else {
            (smoothedEighths, variationQuarters) = (sample * 8, sample * 2)
            return wasSilent
        }
        let away = abs(sample - smoothedEighths / 8)
        variationQuarters += away - variationQuarters / 4
        smoothedEighths += sample - smoothedEighths / 8
        return wasSilent
    }

    /// Takes over what another worker measured.
    mutating func learn(milliseconds: Int64) {
        guard smoothedEighths < 0 else { return }
        (smoothedEighths, variationQuarters) = (milliseconds * 8, milliseconds * 2)
    }

    /// No reply came in the time that it usually takes, or there is no way to the server.
    mutating func noteSilence(now: Instant) {
        if silencesInRow < .max { silencesInRow += 1 }
        if isLast, backOffUntil <= now { backOff(now: now) }
    }

    /// A question was given up, and the server had said nothing since it was opened.
    mutating func noteDown() { isDown = true }

    /// It said no, and another one knew better.
    mutating func noteRefusal(now: Instant) {
        if refusalsInRow < .max { refusalsInRow += 1 }
        if isLast, backOffUntil <= now { backOff(now: now) }
    }

    /// It gave a good answer.
    mutating func noteAnswer() {
        refusalsInRow = 0
        if !isLast { backOffMilliseconds = 0 }
    }

    /// How long it comes after the others, twice as long each time.
    mutating func backOff(now: Instant) {
        let limits = ForwarderLimits.backOffMilliseconds
        backOffMilliseconds = min(
            max(backOffMilliseconds * 2, limits.lowerBound), limits.upperBound)
        backOffUntil = now.advanced(byMilliseconds: backOffMilliseconds)
    }

    /// How it is asked first, as far as it is known what it can bear.
    func usualKind(now: Instant) -> AttemptKind {
        AttemptKind(
            transport: datagrams.isAvoided(now: now) ? .tcp : .udp,
            isPlain: edns.isAvoided(now: now),
            isLowerCase: letters.isAvoided(now: now) || echo.isAvoided(now: now))
    }

    /// The same for a new question, with one thing of those that are left out put back from time to
    /// time: so a server that was taken for less than it is comes to its own again.
    mutating func nextKind(now: Instant) -> (kind: AttemptKind, isTrial: Bool) {
        var kind = usualKind(now: now)
        guard kind.isPlain || kind.isLowerCase else { return (kind, false) }
        asksSinceTrial &+= 1
        guard asksSinceTrial & (ForwarderLimits.asksBetweenTrials - 1) == 0 else {
            return (kind, false)
        }
        let isTurnOfLetters = asksSinceTrial & ForwarderLimits.asksBetweenTrials == 0
        if kind.isLowerCase, isTurnOfLetters || !kind.isPlain {
            kind.isLowerCase = false
        } else {
            kind.isPlain = false
        }
        return (kind, true)
    }
}

/// Whether a server bears one of the things that make a question hard to forge, or its reply long.
///
/// What was seen to work counts for a while, and nothing is learnt against it meanwhile. What did
/// not work where the simpler form of the same question did, twice in a row and with nothing of a
/// client's in the question, is left out for a while.
struct ServerAbility {
    private var provedUntil = Instant(milliseconds: .min)
    private var avoidedUntil = Instant(milliseconds: .min)
    private var missesInRow: UInt8 = 0

    func isProved(now: Instant) -> Bool { now < provedUntil }
    func isAvoided(now: Instant) -> Bool { now < avoidedUntil }
    /// Whether it has failed before, and was not seen to work since.
    var isDoubted: Bool { missesInRow > 0 }

    /// A question that had it was answered well.
    mutating func noteBorne(for milliseconds: Int64, now: Instant) {
        provedUntil = now.advanced(byMilliseconds: milliseconds)
        avoidedUntil = Instant(milliseconds: .min)
        missesInRow = 0
    }

    /// A question was answered well without it, and not with it.
    ///
    /// `isTold`: the server said that this is what it does not know.
    mutating func noteMissed(isTold: Bool, for milliseconds: Int64, now: Instant) {
        guard !isProved(now: now) else { return }
        missesInRow = isTold ? ForwarderLimits.habits : min(missesInRow + 1, ForwarderLimits.habits)
        guard missesInRow >= ForwarderLimits.habits else { return }
        avoidedUntil = now.advanced(byMilliseconds: milliseconds)
    }
}
