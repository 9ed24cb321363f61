import DNSConfig
import DNSWire

/// Options that hold for the life of the process: a reload cannot change them.
enum RestartOptions {
    /// The names of those that differ, as the configuration spells them.
    static func changed(from old: Options, to new: Options) -> [String] {
        var names: [String] = []
        func compare<Value: Equatable>(_ name: String, _ value: (Options) -> Value) {
            if value(old) != value(new) { names.append(name) }
        }
        compare("port") { $0.listen.port }
        compare("listen-address") {
            $0.listen.addresses.map { [$0.address.description, $0.scope] }
        }
        compare("interface") { $0.listen.interfaces }
        compare("except-interface") { $0.listen.exceptInterfaces }
        compare("bind-interfaces") { $0.listen.binding }
        compare("auth-server") { $0.listen.authoritative }
        compare("local-service") { $0.listen.localService }
        compare("max-tcp-connections") { $0.listen.maximumTCPConnections }
        compare("query-port") { $0.forwarding.queryPort }
        compare("user") { $0.process.user }
        compare("group") { $0.process.group }
        compare("pid-file") { $0.process.pidFile }
        compare("log-facility") { $0.process.logFacility }
        compare("log-format") { $0.process.logFormat }
        compare("metrics-listen") { $0.process.metrics }
        compare("no-daemon") { $0.process.isDebugging }
        compare("cache-size") { $0.cache.entries }
        // Once queries are logged, a reload may change how, or stop it.
        if old.process.queryLog == .off { compare("log-queries") { $0.process.queryLog } }
        return names
    }
}
