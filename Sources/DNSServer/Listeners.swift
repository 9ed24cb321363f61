import DNSConfig
import DNSWire
import LinuxIO

/// Opens the sockets of all workers, and says what is in the way where that fails.
enum Listeners {
    /// The kernel has no IPv6, or none on this address.
    private static let addressFamilyMissing: Int32 = 97
    static let addressMissing: Int32 = 99
    private static let accessDenied: Int32 = 13

    struct Opened: Sendable {
        /// For each worker, a listener for each address.
        var byWorker: [[Listener]]
        var warnings: [String]
        /// Addresses of the plan that no interface has yet.
        var missing: [SocketAddress] = []
    }

    /// Opens sockets on every address of the plan for each of `workers`.
    ///
    /// An address of `listen-address` that no interface has may come later if `isPatient`. One of
    /// an interface is just being checked for duplicates: RFC 4862 §5.4.
    static func open(
        _ plan: ListenPlan, workers: Int, isPatient: Bool
    ) throws(Diagnostic) -> Opened {
        if let name = plan.unknownInterface {
            throw failure(
                "unknown interface \(name)",
                hint: "correct interface=, or leave out bind-interfaces to start without it")
        }
        var opened = Opened(byWorker: Array(repeating: [], count: workers), warnings: [])
        for address in plan.addresses {
            for worker in 0..<workers {
                do throws(SystemError) {
                    opened.byWorker[worker].append(
                        try open(address, plan, worker: worker, of: workers))
                } catch {
                    let isExplicit = plan.isWildcard || plan.explicit.contains(address)
                    if worker == 0, error.errno == addressMissing, isPatient || !isExplicit {
                        opened.missing.append(address)
                        if isExplicit {
                            opened.warnings.append("\(address.ipAddress) is not there yet")
                        }
                        break
                    }
                    guard plan.isWildcard, address.isIPv6, isFamilyMissing(error) else {
                        throw explain(error, address, plan)
                    }
                    opened.warnings.append("IPv6 is not available, only IPv4 is served")
                    break
                }
            }
        }
        return opened
    }

    private static func isFamilyMissing(_ error: SystemError) -> Bool {
        error.errno == addressFamilyMissing || error.errno == addressMissing
    }

    /// Opens the sockets of one worker on an address.
    static func open(
        _ address: SocketAddress, _ plan: ListenPlan, worker: Int, of workers: Int
    ) throws(SystemError) -> Listener {
        let sharing: PortSharing = workers == 1 ? .exclusive : worker == 0 ? .first : .joining
        // An address that stands in listen-address may be the wildcard one too.
        let isWildcard = address.isWildcard
        let options = ListenerOptions(sharing: sharing, wantsPacketInfo: isWildcard)
        let udp = try Sockets.udpListener(address, options)
        do throws(SystemError) {
            let tcp = try Sockets.tcpListener(address, options)
            return Listener(
                udp: udp, tcp: tcp, address: Sockets.localAddress(udp), isWildcard: isWildcard,
                interfaceIndex: plan.interfaceIndex(of: address))
        } catch {
            Sockets.close(udp)
            throw error
        }
    }

    // MARK: Failures

    private static func explain(
        _ error: SystemError, _ address: SocketAddress, _ plan: ListenPlan
    ) -> Diagnostic {
        let place = plan.isWildcard ? "port \(address.port)" : "\(address.ipAddress)"
        var hint: String?
        let interfaces = (try? Interfaces.list()) ?? []
        if error.isPortBusy {
            hint = busyHint(address.port)
        } else if error.errno == accessDenied {
            hint =
                "ports below 1024 need root or the capability NET_BIND_SERVICE. In a stack:\n"
                + "    cap_add: [NET_BIND_SERVICE]\n"
                + "with docker run: --cap-add NET_BIND_SERVICE; or set another port with port="
        } else if error.errno == addressMissing {
            let own = Set(interfaces.map { "\($0.address.ipAddress)" }).sorted()
            hint =
                "listen-address names an address that no interface of this host or container has; "
                + "it has \(own.joined(separator: ", "))"
        }
        return failure(
            "failed to create listening socket for \(place): \(error.reason)", hint: hint)
    }

    private static func busyHint(_ port: UInt16) -> String {
        let holder =
            Sockets.holder(ofPort: port, protocol: .udp)
            ?? Sockets.holder(ofPort: port, protocol: .tcp)
        guard let holder else {
            return "another program holds port \(port); `ss -lnp` as root on the host shows which"
        }
        guard holder.command.hasPrefix("systemd-resolve") else {
            return "\(holder) holds port \(port): stop it, or set another port with port="
        }
        return resolvedHint(holder, port)
    }

    /// The three lines that free the port, to be pasted into a shell of root's.
    static func resolvedHint(_ holder: PortHolder, _ port: UInt16) -> String {
        """
        \(holder) holds port \(port) for its stub resolver; to switch that off, as root:
            mkdir -p /etc/systemd/resolved.conf.d
            printf '[Resolve]\\nDNSStubListener=no\\n' >/etc/systemd/resolved.conf.d/waggle.conf
            systemctl restart systemd-resolved
        or bind only the addresses of your network with listen-address= and bind-interfaces
        """
    }

    private static func failure(_ message: String, hint: String?) -> Diagnostic {
        Diagnostic(
            .error, source: "waggle", message: message, hint: hint, exitStatus: .network)
    }
}
