/// What would make an update of a stack an outage, or a deployment a surprise.
///
/// Facts of swarm mode: a task cannot start while another one holds its host port; an update counts
/// as done when `monitor` is over, whatever the health check says later; a config object cannot
/// change; without `rollback` a broken update stays.
struct StackRules {
    let stack: BlockYAML

    /// One line for each fault, with the service it is about.
    var faults: [String] {
        let services = stack.names(under: "services")
        guard !services.isEmpty else { return ["there are no services"] }
        return services.flatMap { name in
            (updateFaults(name) + portFaults(name) + placeFaults(name)).map { "\(name): \($0)" }
        } + configFaults
    }

    // MARK: Services

    private func updateFaults(_ service: String) -> [String] {
        let update = "services.\(service).deploy.update_config"
        var found: [String] = []
        if stack["\(update).parallelism"] != "1" { found.append("more than one node at a time") }
        if stack["\(update).failure_action"] != "rollback" { found.append("no rollback") }
        let usesHostPort = ports(service).contains { stack["\($0).mode"] == "host" }
        let order = stack["\(update).order"] ?? "stop-first"
        if usesHostPort, order != "stop-first" { found.append("two tasks on one host port") }
        let rollback = stack["services.\(service).deploy.rollback_config.order"] ?? "stop-first"
        if usesHostPort, rollback != "stop-first" { found.append("two tasks on one host port") }
        let monitor = Self.seconds(stack["\(update).monitor"]) ?? 5
        if monitor < 10 { found.append("monitor is too short to see a task exit") }
        let check = "services.\(service).healthcheck"
        if stack.holds(check) {
            let interval = Self.seconds(stack["\(check).interval"]) ?? 30
            let retries = stack["\(check).retries"].flatMap(Int.init) ?? 3
            let start = Self.seconds(stack["\(check).start_period"]) ?? 0
            if monitor < start + interval * retries {
                found.append("monitor ends before a failing health check shows")
            }
        }
        return found
    }

    /// DNS needs both transports, and on the same port.
    private func portFaults(_ service: String) -> [String] {
        let published = ports(service).map {
            (stack["\($0).published"] ?? "", stack["\($0).protocol"] ?? "tcp")
        }
        let transports = published.filter { $0.0 == "53" }.map(\.1).sorted()
        return transports.isEmpty || transports == ["tcp", "udp"]
            ? [] : ["port 53 of one transport"]
    }

    /// An image without a version, no limits, or rights that nothing needs.
    private func placeFaults(_ service: String) -> [String] {
        let path = "services.\(service)"
        var found: [String] = []
        let image = stack["\(path).image"] ?? ""
        if !image.contains(/:[\w.-]*\d[\w.-]*\}?$/) { found.append("an image without a version") }
        for limit in ["cpus", "memory", "pids"]
        where stack["\(path).deploy.resources.limits.\(limit)"] == nil {
            found.append("no limit of \(limit)")
        }
        if stack.list("\(path).cap_drop") != ["ALL"] { found.append("capabilities are kept") }
        if stack.holds("\(path).cap_add") { found.append("capabilities are added") }
        return found
    }

    /// The paths of the published ports.
    private func ports(_ service: String) -> [String] {
        var paths: [String] = []
        while stack.holds("services.\(service).ports[\(paths.count)]") {
            paths.append("services.\(service).ports[\(paths.count)]")
        }
        return paths
    }

    // MARK: Configs

    /// An object of a fixed name could not be changed. Docker takes a hyphen in the message behind
    /// `:?` for a default, and a wrong name goes out.
    private var configFaults: [String] {
        stack.names(under: "configs").filter { name in
            let object = stack["configs.\(name).name"] ?? ""
            return !object.contains(/^\w+_\$\{[A-Z]+_SHA:\?[\w ]+\}$/)
        }
        .map { "config \($0): not named by its hash" }
    }

    static func seconds(_ text: String?) -> Int? {
        guard let match = text?.wholeMatch(of: /(\d+)(s|m)/), let count = Int(match.1) else {
            return nil
        }
        return match.2 == "m" ? count * 60 : count
    }
}
