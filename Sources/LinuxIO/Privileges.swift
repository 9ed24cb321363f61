import CLinux

/// Why privileges could not be given up.
package enum PrivilegeError: Error, Equatable, CustomStringConvertible {
    /// There is no such user or group.
    case unknown(String)
    /// The kernel refused.
    case refused(SystemError)

    /// The words for the operator; the first as dnsmasq has them.
    package var description: String {
        switch self {
        case .unknown(let name): "unknown user or group: \(name)"
        case .refused(let error): "cannot give up privileges: \(error)"
        }
    }
}

/// Gives up the rights of root, once all ports are open.
package enum Privileges {
    /// Whether this process is root now.
    package static var isRoot: Bool { linux_effective_user() == 0 }

    /// Becomes `user` and `group` for good; without `group` the primary one of the user.
    ///
    /// Must be called before the first thread starts. Nothing is kept: no capability, no group.
    /// Who is not root has nothing to give up and stays what it is, as with dnsmasq; so does
    /// root that becomes root of the same group, for which no capability is needed.
    ///
    /// With `keepsBinding` the right to bind ports below 1024 stays, if there is one: addresses
    /// that come later have to be bound too.
    package static func drop(
        user: String?, group: String?, keepsBinding: Bool = false
    ) throws(PrivilegeError) {
        var target = Accounts.User(id: linux_effective_user(), group: linux_effective_group())
        if let user {
            guard let found = Accounts.user(user) else { throw .unknown(user) }
            target = found
        }
        if let group {
            guard let found = Accounts.group(group) else { throw .unknown(group) }
            target = Accounts.User(id: target.id, group: found)
        }
        guard isRoot else { return }
        if target.id == 0 && target.group == linux_effective_group() { return }
        do throws(SystemError) {
            try checked("setgroups", linux_become_group(target.group))
            if keepsBinding { try checked("prctl", linux_keep_capabilities()) }
            try checked("setuid", linux_become_user(target.id))
            // Where there is no such right the kernel refuses; that is no fault: effective rights
            // went with the user.
            if keepsBinding { _ = linux_keep_bind_only() }
        } catch {
            throw .refused(error)
        }
        precondition(target.id == 0 || linux_become_user(0) < 0, "root could be had back")
    }
}
