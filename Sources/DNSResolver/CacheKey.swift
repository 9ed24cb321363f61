import DNSWire

/// Types that no question has, under which the cache keeps what holds for a whole name.
enum CacheKey {
    /// NXDOMAIN: the name does not exist, whatever the type. RFC 2308 §5, RFC 8020.
    ///
    /// Or, as NOERROR with nothing in it, a *mark*: the name does exist, though its data is not
    /// kept (a TTL of 0, a type that is not). A mark answers nothing.
    static let nameError: UInt16 = 0

    /// Whether an answer can be kept for questions of this type: all but those by which the cache
    /// marks its own. RFC 6895 §3.1 reserves them.
    static func isType(_ key: UInt16) -> Bool { key != nameError && key != .max }
}

extension PackedAnswer {
    /// Whether what is stored under a key only says that the name exists.
    @inline(__always)
    func isMark(under key: UInt16) -> Bool {
        key == CacheKey.nameError && responseCode == ResponseCode.noError.rawValue
    }

    /// Whether it says that its name exists: it has data, an alias, or none of one type.
    var provesName: Bool {
        responseCode == ResponseCode.noError.rawValue || answerCount > 0
    }
}
