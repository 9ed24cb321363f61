/// Types that no question has, under which the cache keeps what holds for a whole name.
enum CacheKey {
    /// NXDOMAIN: the name does not exist, whatever the type. RFC 2308 §5, RFC 8020.
    static let nameError: UInt16 = 0
}
