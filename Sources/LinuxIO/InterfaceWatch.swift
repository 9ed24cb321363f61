import CLinux

/// Tells that interfaces or their addresses have come or gone; `Interfaces` says which there are.
package struct InterfaceWatch: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Opens a netlink socket. rtnetlink(7).
    ///
    /// Errors: EPERM or EAFNOSUPPORT where a sandbox has no netlink.
    package init() throws(SystemError) {
        descriptor = FileDescriptor(try checked("netlink", linux_interface_changes()))
    }

    /// What becomes readable when something has changed.
    package var rawValue: Int32 { descriptor.rawValue }

    /// Takes all messages that have come.
    ///
    /// Never waits. A message that was lost counts as well: the kernel then reports an error once.
    package func drain() {
        var memory = [UInt8](repeating: 0, count: 8192)
        for _ in 0..<Limits.drainedMessages {
            // Safe: the kernel writes at most the octets of the array.
            let count = unsafe linux_read(rawValue, &memory, memory.count)
            if count <= 0 && count != -Int64(Self.lost) { return }
        }
    }

    /// ENOBUFS: messages were lost.
    private static let lost: Int32 = 105
}
