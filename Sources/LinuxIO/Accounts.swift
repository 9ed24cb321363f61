/// Looks up users and groups in the text of /etc/passwd and /etc/group.
///
/// The C library is not asked: a static glibc would load its name services at run time, which are
/// not there. A number is taken as it is, and root is 0 even where there are no such files.
package enum Accounts {
    /// A user's number and the number of the group it belongs to first.
    package struct User: Equatable, Sendable {
        /// The number of the user.
        package let id: UInt32
        /// The number of its primary group.
        package let group: UInt32

        /// Takes the two numbers.
        package init(id: UInt32, group: UInt32) {
            self.id = id
            self.group = group
        }
    }

    /// Finds a user by name or number.
    ///
    /// Shape of a line: `name:password:uid:gid:…`.
    package static func user(_ name: String, in passwd: String) -> User? {
        var sameNumber: User?
        for fields in lines(of: passwd) where fields.count >= 4 {
            guard let id = UInt32(fields[2]), let group = UInt32(fields[3]) else { continue }
            if fields[0] == name { return User(id: id, group: group) }
            if String(id) == name { sameNumber = sameNumber ?? User(id: id, group: group) }
        }
        if let sameNumber { return sameNumber }
        if name == "root" { return User(id: 0, group: 0) }
        return number(name).map { User(id: $0, group: $0) }
    }

    /// Finds a group by name or number.
    ///
    /// Shape of a line: `name:password:gid:…`.
    package static func group(_ name: String, in group: String) -> UInt32? {
        for fields in lines(of: group) where fields.count >= 3 && fields[0] == name {
            if let id = UInt32(fields[2]) { return id }
        }
        return name == "root" ? 0 : number(name)
    }

    /// Finds a user in this machine's /etc/passwd.
    package static func user(_ name: String) -> User? {
        user(name, in: text("/etc/passwd"))
    }

    /// Finds a group in this machine's /etc/group.
    package static func group(_ name: String) -> UInt32? {
        group(name, in: text("/etc/group"))
    }

    private static func text(_ path: String) -> String {
        guard let file = try? FileIO.read(path) else { return "" }
        return String(decoding: file.octets, as: UTF8.self)
    }

    private static func lines(of text: String) -> [[Substring]] {
        text.split(separator: "\n").filter { $0.first != "#" }.map {
            $0.split(separator: ":", omittingEmptySubsequences: false)
        }
    }

    /// The largest number means "as it was" to the kernel, and so is nobody's.
    private static func number(_ text: String) -> UInt32? {
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return UInt32(text).flatMap { $0 == .max ? nil : $0 }
    }
}
