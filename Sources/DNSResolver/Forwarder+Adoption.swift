package import DNSConfig
import DNSWire

// MARK: Configuration

extension Forwarder {
    /// Takes over the servers and groups of a configuration.
    ///
    /// A server with an equal option keeps its health. Flights keep flying: their servers and
    /// groups are found again in the new configuration by option and domain; a reply of a server
    /// that went is still taken, for those who wait for it. Cost: allocates; O(servers + groups +
    /// flights).
    package mutating func adopt(
        servers: [UpstreamServer], groups: [ServerGroup], options: borrowing Options
    ) {
        maximumInFlight = options.forwarding.maximumInFlight
        ednsOctets = options.answers.ednsPacketOctets
        scramblesCase = options.forwarding.encodesCase ?? true
        failures.removeAll()
        retryMilliseconds = options.forwarding.retryMilliseconds.map {
            Int64($0.first)...Int64(max($0.first, $0.limit))
        }
        let taken = table.records.indices.filter { table.records[$0].state != .vacant }
        var domains: [Int: DomainName?] = [:]
        for slot in taken where table.records[slot].group != FlightTable.none {
            let group = Int(table.records[slot].group)
            let domain = selection.domain(of: group)
            // Only the default group is known by having no domain: the question of another one must
            // not go to servers that it was not meant for.
            guard group == 0 || domain != nil else { continue }
            domains[slot] = .some(domain)
        }
        let policy: ServerSelection.Policy =
            options.forwarding.isStrictlyOrdered
            ? .strictOrder : options.forwarding.asksAllServers ? .allServers : .fastest
        let moved = selection.adopt(servers: servers, groups: groups, policy: policy)
        let found = selection.groups(of: Set(domains.values))
        for slot in taken {
            let group = domains[slot].flatMap { found[$0] } ?? FlightTable.none
            move(slot, to: group, servers: moved)
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
        selection.add(1, to: Int(group))
        schedule(slot)
    }
}
