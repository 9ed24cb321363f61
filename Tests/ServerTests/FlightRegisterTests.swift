import LinuxIO
import Testing

@testable import DNSResolver
@testable import DNSServer

/// Who asks what, among workers.
@Suite struct FlightRegisterTests {
    private static let now = Instant(milliseconds: 1_000)
    /// When the owner's flight must be over, and a little later.
    private static let end = now.advanced(
        byMilliseconds: ForwarderLimits.deadlineMilliseconds + ServerLimits.followMilliseconds)

    @Test func `the first owns a question, the others follow, and the end names them`() {
        var register = FlightRegister(limit: 8)
        let roles = [
            register.open(7, by: 1, waits: true, now: Self.now),
            register.open(7, by: 3, waits: true, now: Self.now.advanced(byMilliseconds: 50)),
            register.open(7, by: 0, waits: true, now: Self.now),
            // For the cache only.
            register.open(7, by: 2, waits: false, now: Self.now),
            // A flight that is over and not closed yet.
            register.open(7, by: 1, waits: true, now: Self.now),
            register.open(8, by: 2, waits: true, now: Self.now),
        ]
        let follower = SharedFlights.Role.follower(until: Self.end)
        #expect(roles == [.owner, follower, follower, follower, .alone, .owner])
        let ends = [
            register.close(7, by: 3), register.close(7, by: 1), register.close(7, by: 1),
            register.close(8, by: 2),
        ]
        #expect(ends == [0, 0b1001, 0, 0])
        let (count, role) = (register.count, register.open(7, by: 3, waits: true, now: Self.now))
        #expect(count == 0 && role == .owner)
    }

    @Test func `an owner that never says that it is over keeps nobody`() {
        var register = FlightRegister(limit: 8)
        _ = register.open(7, by: 1, waits: true, now: Self.now)
        let before = register.open(
            7, by: 2, waits: true, now: Self.end.advanced(byMilliseconds: -1))
        let after = register.open(7, by: 2, waits: true, now: Self.end)
        #expect(before == .follower(until: Self.end) && after == .owner)
        // The one before does not end what is the other's now.
        let late = register.close(7, by: 1)
        let follower = register.open(7, by: 0, waits: true, now: Self.end)
        let followers = register.close(7, by: 2)
        #expect(late == 0 && follower != .owner && followers == 1)
    }

    @Test func `what is beyond the limit each asks for itself`() {
        var register = FlightRegister(limit: 100)
        for key in 1...UInt64(100) { _ = register.open(key, by: 0, waits: true, now: Self.now) }
        let beyond = register.open(101, by: 0, waits: true, now: Self.now)
        let known = register.open(50, by: 1, waits: true, now: Self.now)
        _ = register.close(1, by: 0)
        let again = register.open(101, by: 0, waits: true, now: Self.now)
        #expect(beyond == .alone && known != .alone && again == .owner)
    }

    @Test(arguments: [1, 2, 3])
    func `it is what a dictionary is`(seed: UInt64) {
        var random = Seeded(state: seed)
        var register = FlightRegister(limit: 300)
        var model: [UInt64: (owner: UInt8, followers: UInt64)] = [:]
        for _ in 0..<20_000 {
            // Few homes, so that many are pushed on.
            let key = UInt64.random(in: 0..<400, using: &random) &* 0x1_0000_0008 | 1
            let worker = UInt8.random(in: 0..<4, using: &random)
            if Bool.random(using: &random) {
                let role = register.open(key, by: worker, waits: true, now: Self.now)
                if let found = model[key] {
                    let isOwn = found.owner == worker
                    #expect(role == (isOwn ? .alone : .follower(until: Self.end)))
                    if !isOwn { model[key]?.followers |= 1 << UInt64(worker) }
                } else if model.count >= 300 {
                    #expect(role == .alone)
                } else {
                    #expect(role == .owner)
                    model[key] = (worker, 0)
                }
            } else {
                let followers = register.close(key, by: worker)
                let expected = model[key]?.owner == worker ? model[key]?.followers ?? 0 : 0
                #expect(followers == expected)
                if model[key]?.owner == worker { model[key] = nil }
            }
            let count = register.count
            #expect(count == model.count)
        }
    }

    // MARK: Mailboxes

    private static func post(_ key: UInt64, octets: Int = 0) -> FlightPost {
        FlightPost(
            key: key, outcome: .answered, server: 0,
            octets: [UInt8](repeating: 0, count: octets))
    }

    @Test func `a mailbox wakes once, and gives everything in its order`() {
        let mailbox = FlightMailbox()
        let wakes = (0..<3).map { mailbox.put(Self.post($0)) }
        #expect(wakes == [true, false, false])
        var posts: [FlightPost] = []
        #expect(mailbox.take(into: &posts) && posts.map(\.key) == [0, 1, 2])
        posts.removeAll()
        #expect(mailbox.take(into: &posts) && posts.isEmpty)
        #expect(mailbox.put(Self.post(9)))
    }

    @Test func `a mailbox has a limit of posts and of octets, and tells what was too much`() {
        for octets in [0, 65_535] {
            let mailbox = FlightMailbox()
            let room = octets == 0 ? ServerLimits.posts : ServerLimits.postOctets / octets
            for key in 0..<room { _ = mailbox.put(Self.post(UInt64(key), octets: octets)) }
            var posts: [FlightPost] = []
            #expect(mailbox.take(into: &posts) && posts.count == room)
            posts.removeAll()
            for key in 0...room { _ = mailbox.put(Self.post(UInt64(key), octets: octets)) }
            #expect(!mailbox.take(into: &posts) && posts.count == room)
            posts.removeAll()
            #expect(mailbox.take(into: &posts) && posts.isEmpty)
        }
    }
}
