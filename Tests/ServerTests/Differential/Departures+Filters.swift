import DNSWire

extension Departure {
    /// What filters take out of answers of servers.
    static let filters: [Departure] = [
        Departure("ignored by TCP", "ignore-address drops replies by TCP too") {
            guard let ours = $0.ours, ours.answers == [], $0.theirs?.code == .noError else {
                return false
            }
            return $0.config.contains("ignore-address=")
                && (ours.code == .serverFailure || $0.hasFailingServer && ours.code == .refused)
        },
        Departure("wait for an ignored answer", "the seconds of it show in TTLs of the cache") {
            guard $0.config.contains("ignore-address="), let ours = $0.ours else { return false }
            return $0.isEqualAfter { theirs in theirs.copyTTLs(of: ours) }
        },
        Departure(
            "SOA of a bogus denial", "bogus-nxdomain has no SOA, whatever the cache knows of one"
        ) {
            $0.config.contains("bogus-nxdomain=") && $0.ours?.code == .nameError
                && $0.ours?.authority == [] && $0.isEqualAfter { theirs in theirs.authority = [] }
        },
        Departure(
            "filtered from the cache",
            "records of a filtered type are hidden out of the cache as they are fresh, and the"
                + " client is told so: dnsmasq does both for addresses only"
        ) {
            guard $0.config.contains("filter-rr"), let ours = $0.ours, ours.answers == [],
                ours.options == ["15:0011"]
            else { return false }
            return $0.isEqualAfter { theirs in
                theirs.answers = []
                theirs.options = ours.options
            }
        },
        Departure(
            "cached under its own name",
            "what a CNAME led to is kept for the question alone, so that filters judge each name"
        ) {
            guard $0.config.contains("bogus-nxdomain") || $0.config.contains("rebind"),
                let ours = $0.ours
            else { return false }
            if $0.config.contains("bogus-nxdomain"), $0.wasAskedBefore,
                $0.isEndOfChain || $0.query.type == .ptr,
                $0.theirs?.code == .nameError
            {
                return true
            }
            if $0.config.contains("bogus-nxdomain"), $0.wasAskedBefore, ours.code == .nameError,
                ours.answers == []
            {
                return $0.isEqualAfter { theirs in
                    theirs.answers.removeAll { $0.type == .cname }
                }
            }
            guard ours.answers == [], ours.extendedError == 15 else { return false }
            return $0.isEqualAfter { theirs in
                theirs.answers = []
                theirs.options = ours.options
            }
        },
        Departure(
            "bogus denial before address=",
            "a denial that bogus-nxdomain made up, and the cache holds, does not hide addresses of"
                + " the configuration"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs else { return false }
            return $0.config.contains("bogus-nxdomain") && $0.wasAskedBefore && $0.hasAddressLine
                && !ours.answers.isEmpty && ours.header.flags & 0x0400 != 0
                && theirs.code == .nameError && theirs.answers == []
        },
        Departure(
            "personal denial",
            "what a server says to one client is not kept, and neither is the denial that"
                + " bogus-nxdomain makes of it"
        ) {
            guard let theirs = $0.theirs else { return false }
            return $0.config.contains("bogus-nxdomain") && $0.isPersonal && $0.wasAskedBefore
                && theirs.code == .nameError && theirs.answers == [] && theirs.authority == []
        },
    ]
}
