import DNSConfig
import DNSWire

// MARK: Configuration

extension Forwarder {
    /// Takes over the servers and groups of a snapshot.
    package mutating func adopt(_ snapshot: Snapshot) {
        var folded = FoldedName()
        adopt(servers: snapshot.servers, groups: snapshot.groups, options: snapshot.options) {
            name, type in
            guard folded.take(name),
                case .servers(let group, _) = snapshot.domains.decide(
                    folded, type: type, seed: snapshot.seed)
            else { return nil }
            return UInt16(exactly: group)
        }
    }

    /// Takes over the servers and groups of a configuration; `groupOf` says whom it names for a
    /// question.
    ///
    /// A server with an equal option keeps its health. Flights keep flying, and go on with whom the
    /// new rules name for their question: a name that has become private is asked of nobody any
    /// more. A reply of a server that went is still taken, for those who wait for it. Cost:
    /// allocates; O(servers + groups + flights).
    mutating func adopt(
        servers: [UpstreamServer], groups: [ServerGroup], options: borrowing Options,
        groupOf: (NameBuffer, RecordType) -> UInt16?
    ) {
        maximumInFlight = options.forwarding.maximumInFlight
        ednsOctets = options.answers.ednsPacketOctets
        scramblesCase = options.forwarding.encodesCase ?? true
        failures.removeAll()
        retryMilliseconds = options.forwarding.retryMilliseconds.map {
            Int64($0.first)...Int64(max($0.first, $0.limit))
        }
        let policy: ServerSelection.Policy =
            options.forwarding.isStrictlyOrdered
            ? .strictOrder : options.forwarding.asksAllServers ? .allServers : .fastest
        let moved = selection.adopt(servers: servers, groups: groups, policy: policy)
        for slot in table.records.indices where table.records[slot].state != .vacant {
            let group = groupOf(table.names[slot], table.records[slot].type)
            move(slot, to: group ?? FlightTable.none, servers: moved)
        }
    }

    private mutating func move(_ slot: Int, to group: UInt16, servers moved: [UInt16?]) {
        // Its answer may be wrong by what holds now: it is for those who wait, and no others.
        table.records[slot].traits.insert(.isPrivate)
        table.records[slot].group = group
        table.records[slot].asked = 0
        for index in 0..<ForwarderLimits.openAttempts {
            let place = table[slot, index]
            guard place.state != .vacant, place.server != FlightTable.none else { continue }
            let server = moved[Int(place.server)] ?? FlightTable.none
            table[slot, index].server = server
            if server == FlightTable.none {
                if place.state == .unsent { table[slot, index].state = .finished }
                // Long due: `expire` asks one of the new servers, if there is one.
                table.records[slot].stepDue = table.records[slot].opened
            } else if let position = selection.position(of: Int(server), in: Int(group)) {
                table.records[slot].asked |= 1 << UInt64(position)
            }
        }
        guard table.records[slot].state == .flying else { return }
        if table.records[slot].sharing != .follower { selection.add(1, to: Int(group)) }
        schedule(slot)
    }
}
