import DNSWire

extension Comparison {
    /// Whether upstream servers name the name as the target of aliases.
    var isEndOfChain: Bool {
        name.hasPrefix("hop") || name == "a.test"
    }

    /// Whether an option, as `CODE:HEX`, does not come down to the client: a subnet does to one
    /// that sent its own, if that went on.
    func isOfOneHop(_ option: String) -> Bool {
        guard let code = option.split(separator: ":").first.flatMap({ UInt16($0) }) else {
            return false
        }
        guard code == EDNSOptionCode.subnet else {
            // What does not go up is not sent back by servers that send everything back.
            return !EDNSOption.comesDown(code)
                || !EDNSOption.goesUp(code) && query.options?.options.contains(option) ?? false
        }
        return config.contains("strip-subnet")
            || !(query.options?.options.contains { $0.hasPrefix("8:") } ?? false)
    }
}

extension Departure {
    /// What the caches know, and what upstream servers say.
    static let caches: [Departure] = [
        Departure(
            "truncated upstream",
            "what an upstream cuts off is asked again by TCP, so that the client need not"
        ) {
            $0.theirs?.isTruncated ?? false && $0.theirs?.answers == []
                && $0.ours?.isTruncated == false
        },
        Departure(
            "TTL of what is over", "is never 0, and what has no second left is over"
        ) {
            guard $0.config.contains("use-stale-cache"), let ours = $0.ours,
                ours.extendedError == 3 || ours.edns == nil
            else { return false }
            return $0.isEqualAfter { theirs in
                theirs.options = ours.options
                theirs.copyTTLs(of: ours)
            }
        },
        Departure(
            "max-ttl", "is what clients are to see, so it holds in every section of a reply"
        ) {
            $0.boundedByMaximumTTL?.isEqualButOrder ?? false
        },
        Departure(
            "extended error of no server",
            "the denial of domain-needed does not depend on servers, and says nothing about them"
        ) {
            $0.config.contains("domain-needed") && $0.ours?.answers == []
                && $0.theirs?.options == ["15:000e"]
                && $0.isEqualAfter { theirs in theirs.options = [] }
        },
        Departure(
            "denied end",
            "where upstream denies the end of a chain, that holds whatever is known here about"
                + " its beginning. RFC 2308 §2.1"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs else { return false }
            return ours.code == .nameError && theirs.code == .noError
                && ours.answers.last?.type == .cname
                && Comparison.isEqualButTTLs(ours.answers, theirs.answers)
                && Comparison.isEqualButTTLs(ours.authority, theirs.authority)
        },
        Departure(
            "cached otherwise",
            "PTR is cached wherever it stands, as in dnsmasq 2.92, and with a chain what it leads"
                + " to, but not under the name of its end, and no denial without SOA. Shows where"
                + " TTLs in the cache are bounded"
        ) {
            guard $0.config.contains("-cache-ttl="), let ours = $0.ours,
                $0.query.type == .ptr || ours.answers.first?.type == .cname || $0.isEndOfChain
            else { return false }
            return $0.isEqualAfter { theirs in theirs.copyTTLs(of: ours) }
        },
        Departure(
            "cached denial of PTR",
            "a denial of PTR is cached wherever it stands, and its SOA only if it is of the name's"
                + " zone. Shows where neg-ttl has other denials cached, too"
        ) {
            guard $0.config.contains("neg-ttl="), $0.query.type == .ptr, let ours = $0.ours,
                ours.answers.isEmpty, ours.authority.isEmpty
            else { return false }
            return $0.isEqualAfter { theirs in theirs.authority = [] }
        },
        Departure(
            "shortened chain",
            "the cache gives all CNAMEs of a chain; dnsmasq leaves some out after questions by TCP"
        ) {
            guard let ours = $0.ours?.answers, let theirs = $0.theirs?.answers else { return false }
            let links = theirs.filter { $0.type == .cname }
            return !links.isEmpty && links.count < ours.count { $0.type == .cname }
                && $0.isEqualAfter { theirs in
                    theirs.answers.removeAll { $0.type == .cname }
                    theirs.answers = ours.filter { $0.type == .cname } + theirs.answers
                }
        },
        Departure(
            "known by an SOA in the cache",
            "that a cached SOA stands at a name does not make its denial NODATA: what was asked"
                + " before must not change the answer"
        ) {
            guard $0.isOwnerOfSOA, let ours = $0.ours, let theirs = $0.theirs else {
                return false
            }
            if $0.config.contains("filter-"), ours.code == .noError, theirs.code == .noError {
                return theirs.answers == [] && theirs.authority == []
                    && theirs.extendedError ?? 17 == 17
                    && ours.answers.allSatisfy { $0.type == .cname }
            }
            return ours.code == .nameError && theirs.code == .noError
                && ours.answers == [] && theirs.answers == []
                && Comparison.isEqual(ours.authority, theirs.authority) && !$0.isDefined
        },
        Departure(
            "umbrella", "answers that may depend on the client are not cached. Shows in TTLs"
        ) {
            guard $0.config.contains("umbrella"), $0.config.contains("-cache-ttl="),
                $0.wasAskedBefore, let ours = $0.ours
            else { return false }
            return $0.isEqualAfter { theirs in theirs.copyTTLs(of: ours) }
        },
        Departure(
            "after a departure",
            "what one cache knows by then and the other does not shows in the TTLs"
        ) {
            guard $0.isAfterDeparture, let ours = $0.ours else { return false }
            return $0.isEqualAfter { theirs in theirs.copyTTLs(of: ours) }
        },
        Departure(
            "stale denial",
            "a denial that does not say how long it holds is not kept, with use-stale-cache,"
                + " min-cache-ttl and at the end of a chain neither; dnsmasq adds the SOA of"
                + " another"
        ) {
            ($0.isEndOfChain || $0.config.contains("use-stale-cache")
                || $0.config.contains("min-cache-ttl")) && $0.theirs?.answers == []
                && ($0.theirs?.authority == [] || $0.ours?.authority == [])
                && $0.isEqualAfter { [ours = $0.ours] theirs in
                    theirs.authority = ours?.authority ?? []
                }
        },
        Departure(
            "denial without an SOA record",
            "at the end of a chain is not kept; the fresh one has the options of the server"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs, $0.wasAskedBefore else {
                return false
            }
            return ours.options != [] && theirs.options == [] && ours.authority == []
                && ours.answers.last?.type == .cname
                && $0.isEqualAfter { theirs in theirs.options = ours.options }
        },
        Departure(
            "options of cached answers",
            "what is kept has no options of the server; PTR and denials at the end of a chain are"
                + " kept whatever the type"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs, $0.wasAskedBefore else {
                return false
            }
            return ours.options == theirs.options.filter { $0.hasPrefix("15:") }
                && ($0.query.type == .ptr || ours.answers.last?.type == .cname)
                && $0.isEqualAfter { theirs in
                    theirs.options = ours.options
                    theirs.copyTTLs(of: ours)
                }
        },
        Departure(
            "answers without recursion",
            "are not kept: a server may know less then. What is filtered out of them is not known"
                + " of either"
        ) {
            guard $0.wasAskedWithoutRecursion, let ours = $0.ours, let theirs = $0.theirs else {
                return false
            }
            if $0.config.contains("bogus-nxdomain"), ours.code == .nameError {
                return ours.answers == [] && !theirs.answers.isEmpty
            }
            if $0.config.contains("filter-"), theirs.extendedError == 17 {
                return ours.answers == [] && theirs.answers == [] && ours.code == .noError
                    && theirs.code == .noError
            }
            return ours.options != []
                && $0.isEqualAfter { theirs in
                    theirs.options = theirs.options.isEmpty ? ours.options : theirs.options
                    theirs.copyTTLs(of: ours)
                }
        },
        Departure(
            "denial of capital letters",
            "is kept as any other; dnsmasq wants the owner of the SOA record spelled as in the"
                + " question"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs, $0.wasAskedBefore,
                $0.query.name != $0.name, ours.answers == [], ours.authority.count == 1
            else { return false }
            return theirs.answers == []
                && $0.isEqualAfter { theirs in
                    theirs.options = []
                    if theirs.authority.isEmpty { theirs.authority = ours.authority }
                    theirs.copyTTLs(of: ours)
                }
        },
        Departure(
            "authoritative CNAME",
            "a CNAME from the cache is not marked authoritative; dnsmasq's may lead to the end of"
                + " its chain at once"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs else { return false }
            return $0.query.type == .cname && theirs.answers.map(\.type) == [.cname]
                && ours.answers.map(\.type) == [.cname]
                && !$0.config.contains("cname=" + $0.query.name.lowercased() + ",")
                && theirs.header.flags == ours.header.flags | 0x0400
        },
        Departure(
            "cached alias",
            "local data of a name is not hidden by a CNAME that an upstream said about it and that"
                + " the cache holds"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs else { return false }
            let links = ours.answers.prefix { $0.type == .cname }.count
            let (first, second) = (ours.answers.prefix(links), theirs.answers.prefix(links))
            guard Comparison.isEqual(Array(first), Array(second)), theirs.answers.count > links
            else { return false }
            // At the end of a chain of a server it does not take the place of what the server said.
            guard links < ours.answers.count else {
                let local = theirs.answers[links]
                return $0.wasAskedBefore && ours.header.flags & 0x0400 == 0
                    && theirs.header.flags & 0x0400 != 0 && local.ttlSeconds == 0
                    && $0.config.contains(local.data)
            }
            return ours.header.flags & 0x0400 != 0 && theirs.answers[links].type == .cname
        },
        Departure(
            "denied by a server of its own",
            "where a server is asked for a domain, an address= line for a parent of it does not"
                + " make its names exist"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs else { return false }
            return $0.hasAddressLine && $0.hasServerLine && ours.code == .nameError
                && theirs.code == .noError
                && ours.answers == [] && theirs.answers == []
                && (Comparison.isEqual(ours.authority, theirs.authority)
                    || $0.config.contains("filter-rr=ANY") && theirs.authority == [])
                && theirs.header.flags & 0xFFF0 == ours.header.flags & 0xFFF0 | 0x0400
        },
        Departure(
            "denied at the end of a chain",
            "a name that has an address here exists, also where the cache holds its denial from the"
                + " end of a chain"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs else { return false }
            return $0.wasAskedBefore && ($0.hasAddressLine || $0.isDefined)
                && ours.code == .noError && theirs.code == .nameError
                && ours.answers == [] && theirs.answers == []
                && Comparison.isEqual(ours.authority, theirs.authority)
        },
        Departure(
            "denial before the filter",
            "filterwin2k answers whatever the cache knows: what was asked before must not change"
                + " the answer"
        ) {
            $0.config.contains("filterwin2k")
                && ($0.theirs?.code == .nameError || $0.theirs?.answers.last?.type == .cname)
                && $0.ours?.code == .noError && $0.ours?.answers == []
                && [.soa, .srv, .any].contains($0.query.type)
        },
        Departure(
            "SOA of a denial",
            "is no answer to a question for it: RFC 2308 §5"
        ) {
            guard $0.query.type == .soa, let ours = $0.ours, let theirs = $0.theirs,
                theirs.answers.last?.type == .soa, theirs.authority == []
            else { return false }
            guard ours.answers.last?.type == .soa else { return true }
            // Nor is it one for the name that it stands at; shows in the TTL.
            return $0.config.contains("cache-rr=ANY") && $0.config.contains("-cache-ttl=")
                && $0.isEqualAfter { theirs in theirs.copyTTLs(of: ours) }
        },
        Departure(
            "ANY of a made-up name", "the reverse name of an address has no address itself"
        ) {
            $0.config.contains("synth-domain=") && $0.query.type == .any
                && $0.name.hasSuffix(".arpa")
                && $0.isEqualAfter { theirs in theirs.answers.removeAll { $0.type != .ptr } }
        },
        Departure(
            "reverse name of a network",
            "a reverse name with less numbers than an address is not that of an address"
        ) {
            $0.config.contains("synth-domain=") && $0.name.hasSuffix(".arpa")
                && $0.query.name.split(separator: ".").count < 6
                && $0.theirs?.answers.first?.type == .ptr
        },
        Departure(
            "address of dotless names",
            "address=//... says nothing about other types of names without dots: they"
                + " are asked upstream and not refused"
        ) {
            $0.config.contains("//") && !$0.query.name.contains(".")
                && ($0.theirs?.code == .refused
                    || $0.config.contains("domain-needed") && $0.theirs?.code == .nameError)
        },
        Departure(
            "mail for parents",
            "selfmx and localmx speak of machines, not of every domain that one of them is in"
        ) {
            ($0.config.contains("selfmx") || $0.config.contains("localmx"))
                && ($0.query.type == .mx || $0.query.type == .any)
                && $0.theirs?.answers.contains { $0.type == .mx } ?? false
                && !($0.ours?.answers.contains { $0.type == .mx && $0.ttlSeconds == 0 } ?? true)
        },
        Departure(
            "bogus denial kept",
            "holds for all types as long as the address would have; dnsmasq loses it when it learns"
                + " something else of the name"
        ) {
            $0.config.contains("bogus-nxdomain") && $0.wasDeniedBefore
                && $0.ours?.code == .nameError && $0.ours?.answers == []
                && $0.ours?.authority == []
                && ($0.theirs?.code == .noError || $0.theirs?.extendedError == 15)
        },
        Departure(
            "answers and the cache",
            "what clients asked before does not change an answer: this is the one that dnsmasq"
                + " gives when its cache is empty"
        ) { $0.isAsFresh },
        Departure(
            "cache",
            "at least 2 MiB of cache: 150 entries are too few for a house. Shows as fewer"
                + " questions upstream"),
        Departure(
            "reload", "HUP reads the configuration again too. Shows in no answer of these tests"),
    ]
}
