import CLinux

/// A system call that failed, in the words of the system: `bind: Address already in use`.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The name of the call, as its manual page has it.
    package let call: StaticString
    /// What `errno` was after the call; above 0.
    package let errno: Int32

    /// Names a failed call and its error number.
    package init(call: StaticString, errno: Int32) {
        self.call = call
        self.errno = errno
    }

    /// The system's words for the error number alone: `Address already in use`.
    package var reason: String {
        // Safe: strerror answers a terminated string for every number.
        unsafe String(cString: strerror(errno))
    }

    /// The call and the reason.
    package var description: String { "\(call): \(reason)" }

    /// Whether the error means that another socket holds the port.
    package var isPortBusy: Bool { errno == EADDRINUSE }

    /// Whether the error means that there is no such file.
    package var isMissing: Bool { errno == ENOENT || errno == ENOTDIR }

    /// Whether the error means that a file is a link, or has a second name, where it must not.
    package var isLink: Bool { errno == ELOOP || errno == EMLINK }

    /// Whether the error means that somebody else kept us waiting for too long.
    package var isTimeout: Bool { errno == ETIME }

    /// Whether the error means that there is no such address, or kind of address, on this machine.
    package var isAddressMissing: Bool {
        errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT || errno == ENODEV
    }

    /// Whether the error means that the process or the machine is out of descriptors.
    package var isExhaustion: Bool { errno == EMFILE || errno == ENFILE }

    /// Compares the names and the numbers.
    package static func == (left: SystemError, right: SystemError) -> Bool {
        left.errno == right.errno && left.call.description == right.call.description
    }
}

/// Turns the shim's answer (a result, or the negated errno) into a result or a thrown error.
///
/// EBADF and EFAULT are mistakes of this program and end it.
@discardableResult
func checked(_ call: StaticString, _ result: Int32) throws(SystemError) -> Int32 {
    if result >= 0 { return result }
    precondition(result != -EBADF && result != -EFAULT, "a system call was given a bad argument")
    throw SystemError(call: call, errno: -result)
}
