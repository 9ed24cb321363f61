import CLinux

/// A network interface with one of its addresses.
package struct InterfaceAddress: Sendable {
    /// The name, as in `interface=`: `eth0`; at most 15 octets.
    package let name: String
    /// The kernel's number of the interface; above 0.
    package let index: UInt32
    /// The address, port 0; link-local ones carry the index as scope.
    package let address: SocketAddress
    /// The octets in common with all hosts of the network, in bits: 0...32 or 0...128.
    package let prefixLength: Int
    /// Whether the interface is up.
    package let isUp: Bool
    /// Whether it is the loopback interface.
    package let isLoopback: Bool
}

/// The network interfaces of this machine or container, as they are now.
package enum Interfaces {
    /// All addresses of all interfaces, one row per address; interfaces without one are left out.
    package static func list() throws(SystemError) -> [InterfaceAddress] {
        var capacity = 32
        while true {
            var rows = [linux_interface](repeating: linux_interface(), count: capacity)
            // Safe: the array has as many rows as the call is told.
            let result = try checked("getifaddrs", unsafe linux_interfaces(&rows, Int32(capacity)))
            if Int(result) <= capacity { return rows.prefix(Int(result)).compactMap(address) }
            capacity = Int(result) + 16
        }
    }

    /// The index of an interface, nil if there is none of that name.
    package static func index(of name: String) -> UInt32? {
        // Safe: the string is terminated and only read.
        let index = unsafe linux_interface_index(name)
        return index == 0 ? nil : index
    }

    private static func address(_ row: linux_interface) -> InterfaceAddress? {
        var row = row
        let address = unsafe withUnsafeBytes(of: &row.address) { octets -> SocketAddress? in
            // Safe: the field has 28 octets, aligned to 4.
            guard let start = octets.baseAddress else { return nil }
            return unsafe SocketAddress(kernel: start)
        }
        guard let address, address.isIPv4 || address.isIPv6 else { return nil }
        let name = unsafe withUnsafeBytes(of: &row.name) { octets in
            unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
        }
        return InterfaceAddress(
            name: name, index: row.index, address: address, prefixLength: Int(row.prefix),
            isUp: row.flags & 1 != 0, isLoopback: row.flags & 8 != 0)
    }
}
