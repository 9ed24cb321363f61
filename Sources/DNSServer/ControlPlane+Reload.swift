import DNSConfig
import DNSResolver
import LinuxIO

extension ControlPlane {
    /// Reads everything again, the configuration too, and publishes it; a fault changes nothing.
    ///
    /// Differs: dnsmasq reads only hosts files, servers-file and, with no-poll, resolv-file again,
    /// and empties its cache each time; here that takes `clear-on-reload`.
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
        let old = state.snapshots.value
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
        log.write(changes + forgetAnswers(since: old, servers: .compared, isReload: true))
        ProcessCalls.releaseMemory()
        probeLoops()
        watchFiles()
    }

    /// Reads again what has changed since it was read.
    ///
    /// Differs: dnsmasq does so for hostsdir only, keeps names of files that are moved away, and
    /// what it has cached of the names.
    mutating func readChangedFiles() {
        let before = statuses
        statuses = FileStatuses(inputs.options, files: files)
        let changed = statuses.changedHosts(since: before)
        let isResolvChanged = statuses.isResolvChanged(since: before)
        guard !changed.isEmpty || isResolvChanged else { return }
        var inputsBefore: Inputs? = inputs
        let old = state.snapshots.value
        if !changed.isEmpty {
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
        }
        if isResolvChanged {
            log.write(inputs.readResolv(&files))
            log.write(inputs.serverLines())
        }
        let changes = inputsBefore.map { ReloadChanges(from: $0, to: inputs).lines } ?? []
        inputsBefore = nil
        publish()
        log.write(
            changes + forgetAnswers(since: old, servers: .ignored, isReload: isResolvChanged))
        if isResolvChanged { probeLoops() }
        watchFiles()
    }

    /// Forgets the cached answers that a new configuration makes untrue; answers what to log.
    private func forgetAnswers(
        since old: Snapshot, servers: CacheRetention.Servers, isReload: Bool
    ) -> [Log.Line] {
        if isReload, inputs.options.resolv.clearsCacheOnReload {
            state.cache.removeAll()
            return [Log.Line(.info, "cleared cache")]
        }
        let had = state.cache.count
        guard had > 0 else { return [] }
        var retention = CacheRetention(from: old, to: state.snapshots.value, servers: servers)
        let kept = state.cache.removeAll(but: &retention)
        guard kept < had else { return [] }
        return [Log.Line(.info, "reload: \(had - kept) of \(had) cached answers forgotten")]
    }

    /// How many names each file gave.
    private func nameCounts() -> [String: Int] {
        Dictionary(inputs.hosts.files.map { ($0.path, $0.nameCount) }) { $0 + $1 }
    }

    /// Compiles beside the workers, then lets them know.
    mutating func publish() {
        hasReplaced = true
        let old = state.snapshots.value
        state.snapshots.publish(
            inputs.snapshot(seed: seed, generation: old.generation + 1, previous: old))
        wakeWorkers()
    }

    func wakeWorkers() {
        for wake in wakes { wake.event.signal() }
    }
}
