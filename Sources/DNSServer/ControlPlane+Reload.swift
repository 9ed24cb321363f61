import DNSConfig
import DNSResolver
import LinuxIO

extension ControlPlane {
    /// Reads everything again, the configuration too, and publishes it; a fault changes nothing.
    ///
    /// Differs: dnsmasq reads only hosts files, servers-file and, with no-poll, resolv-file again.
    mutating func reload() {
        let config = ConfigLoader.load(arguments: arguments, files: &files)
        let faults = config.failure == nil ? ConfigCheck.startDiagnostics(config.options) : []
        reloads.note(isSuccess: config.failure == nil && faults.isEmpty)
        guard config.failure == nil, faults.isEmpty else {
            let errors = (config.diagnostics + faults).filter { $0.severity == .error }
            log.write(errors.map { Log.Line(.error, $0.description) })
            log.write(
                .error,
                "configuration not changed: \(errors.count) "
                    + (errors.count == 1 ? "error" : "errors") + ", the one before goes on")
            return
        }
        let names = RestartOptions.changed(from: inputs.options, to: config.options)
        if !names.isEmpty {
            log.write(
                .warning,
                "a reload cannot change \(names.joined(separator: ", ")): restart to apply it")
        }
        var before: Inputs? = inputs
        inputs.replace(config)
        forgetLoops()
        log.write(Startup.remarks(config))
        statuses = FileStatuses(inputs.options, files: files)
        log.write(inputs.readHosts(&files))
        log.write(inputs.readServersFile(&files))
        log.write(inputs.readResolv(&files))
        log.write(inputs.serverLines())
        log.write(inputs.lint() + [inputs.identityLine])
        let changes = before.map { ReloadChanges.report(from: $0, to: inputs) } ?? []
        // A long list of names is not held any longer than it has to be.
        before = nil
        publish()
        log.write(changes)
        ProcessCalls.releaseMemory()
        probeLoops()
        state.cache.removeAll()
        watchFiles()
    }

    /// Reads again what has changed since it was read.
    ///
    /// Differs: dnsmasq does so for hostsdir only, keeps names of files that are moved away, and
    /// what it has cached of the names; here these answers are forgotten, and no others.
    mutating func readChangedFiles() {
        let before = statuses
        statuses = FileStatuses(inputs.options, files: files)
        let changed = statuses.changedHosts(since: before)
        let isResolvChanged = statuses.isResolvChanged(since: before)
        guard !changed.isEmpty || isResolvChanged else { return }
        var old: Inputs? = inputs
        var touched = TouchedNames()
        if !changed.isEmpty {
            touched.add(inputs.hosts, files: changed)
            let counts = nameCounts()
            var lines: [Log.Line] = []
            for path in changed {
                let what = statuses.hosts[path] == nil ? "removed" : "new or modified"
                lines.append(Log.Line(.info, "inotify: \(path) \(what)"))
                if let count = counts[path], count > 0 {
                    lines.append(
                        Log.Line(.info, "inotify: flushed \(count) names read from \(path)"))
                }
            }
            let present = Set(changed.filter { statuses.hosts[$0] != nil })
            log.write(lines + inputs.readHosts(&files, only: present) + [inputs.identityLine])
            touched.add(inputs.hosts, files: changed)
        }
        if isResolvChanged {
            log.write(inputs.readResolv(&files))
            log.write(inputs.serverLines())
        }
        let changes = old.map { ReloadChanges(from: $0, to: inputs).lines } ?? []
        old = nil
        publish()
        log.write(changes)
        touched.forget(in: state.cache, seed: seed)
        if isResolvChanged { probeLoops() }
        if isResolvChanged, inputs.options.resolv.clearsCacheOnReload {
            state.cache.removeAll()
        }
        watchFiles()
    }

    /// How many names each file gave.
    private func nameCounts() -> [String: Int] {
        Dictionary(inputs.hosts.files.map { ($0.path, $0.nameCount) }) { $0 + $1 }
    }

    /// Compiles beside the workers, then lets them know.
    func publish() {
        let old = state.snapshots.value
        state.snapshots.publish(
            inputs.snapshot(seed: seed, generation: old.generation + 1, previous: old))
        wakeWorkers()
    }

    func wakeWorkers() {
        for wake in wakes { wake.event.signal() }
    }
}
