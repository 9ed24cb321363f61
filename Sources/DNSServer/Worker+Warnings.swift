import DNSResolver
import DNSWire

/// What a worker tells the operator, whether queries are logged or not.
extension Worker {
    /// Says that an upstream gave a private address to a public name.
    func warnRebinding(of name: borrowing NameBuffer) {
        setup.queryLog?.warn(.rebinding, name: name)
    }

    /// Says that `local-service` keeps a client out.
    ///
    /// Each worker says so once, and the log thread writes it once for all of them.
    mutating func warnForeign(_ client: IPAddress) {
        guard !hasNotedForeign else { return }
        hasNotedForeign = true
        setup.queryLog?.warn(.foreign, client: client, name: NameBuffer())
    }

    /// Says that a reply was dropped because its subnet is not the one that was sent; as seldom.
    mutating func warnSubnetMismatch() {
        guard now >= nextSubnetWarning else { return }
        nextSubnetWarning = now.advanced(byMilliseconds: ServerLimits.overloadWarningMilliseconds)
        setup.queryLog?.warn(.subnetMismatch, name: NameBuffer())
    }

    /// Says that a question was refused because `limit` of them are under way.
    ///
    /// A flood of questions must not become a flood of events: of each worker one in five seconds
    /// gets through, and the log thread writes one of those.
    mutating func warnOverloaded(limit: Int) {
        guard now >= nextOverloadWarning else { return }
        nextOverloadWarning = now.advanced(
            byMilliseconds: ServerLimits.overloadWarningMilliseconds)
        setup.queryLog?.warn(
            .overloaded, number: UInt32(clamping: limit), name: NameBuffer())
    }

    /// Says that there are no more descriptors, to the other workers each time and to the operator
    /// once in a while.
    mutating func noteExhaustion() {
        setup.state.streamLoad.noteScarcity(now: now)
        guard now >= nextExhaustionWarning else { return }
        nextExhaustionWarning = now.advanced(
            byMilliseconds: ServerLimits.exhaustionWarningMilliseconds)
        setup.queryLog?.warn(.exhausted, name: NameBuffer())
    }

    /// Says that questions to servers cannot leave from the port that they shall leave from.
    mutating func warnPortTaken(_ port: UInt16) {
        guard now >= nextPortWarning else { return }
        nextPortWarning = now.advanced(byMilliseconds: ServerLimits.portWarningMilliseconds)
        setup.queryLog?.warn(.portTaken, number: UInt32(port), name: NameBuffer())
    }

    /// Says that connections were closed because all of them take more memory than they may.
    mutating func warnStarved() {
        guard now >= nextMemoryWarning else { return }
        nextMemoryWarning = now.advanced(byMilliseconds: ServerLimits.memoryWarningMilliseconds)
        setup.queryLog?.warn(
            .starved, number: UInt32(clamping: setup.state.streamMemory.limit >> 10),
            name: NameBuffer())
    }
}
