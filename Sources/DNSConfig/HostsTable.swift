package import DNSWire

/// The names of hosts files, in load order, without one heap object per name.
///
/// `octets` is an arena of folded wire names; an entry refers into it. A file of a million lines
/// costs its text, 24 octets an entry and the names themselves.
package struct HostsTable: Sendable {
    package struct Entry: Sendable {
        package var address: IPAddress
        /// The first octet of the name in `octets`.
        package var nameOffset: UInt32
        /// Wire octets of the name with its root label, 1...255.
        package var nameLength: UInt8
        /// Index into `files`.
        package var file: UInt16
    }

    /// What one file held, for the log: `read F - N names`.
    package struct File: Sendable {
        package var path: String
        package var nameCount: Int
        /// `hostsdir` files are logged and reloaded apart.
        package var isFromHostsDirectory: Bool
    }

    package var octets: [UInt8] = []
    package var entries: [Entry] = []
    package var files: [File] = []

    package init() {}
}
