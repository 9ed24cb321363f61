/// One hosts file to read.
package struct HostsSource: Hashable, Sendable {
    package var path: String
    package var isFromHostsDirectory: Bool
    /// The option that names the file, with its place; nil for the default one.
    package var option: String?

    package init(path: String, isFromHostsDirectory: Bool = false, option: String? = nil) {
        self.path = path
        self.isFromHostsDirectory = isFromHostsDirectory
        self.option = option
    }
}

package enum HostsSources {
    package static let defaultPath = "/etc/hosts"

    /// The hosts files in the order in which their names are entered, and what could not be listed.
    ///
    /// `/etc/hosts`, then `addn-hosts` from the last to the first with directories in the order of
    /// their names, then `hostsdir`. The records of `host-record` stand before all of them, in
    /// `Options.records`.
    package static func list<Files: FileSource>(
        _ options: Options, files: borrowing Files
    ) -> (sources: [HostsSource], diagnostics: [Diagnostic]) {
        var sources: [HostsSource] = []
        var diagnostics: [Diagnostic] = []
        if options.hosts.readsDefaultFile { sources.append(HostsSource(path: defaultPath)) }
        for option in options.hosts.additional.reversed() {
            guard files.isDirectory(option.path) else {
                let place = ConfigCheck.place(option.origin, options)
                let line = place.line > 0 ? ":\(place.line)" : ""
                sources.append(
                    HostsSource(path: option.path, option: "addn-hosts, \(place.source)\(line)"))
                continue
            }
            do throws(FileError) {
                sources += paths(option.path, try files.list(option.path)).map {
                    HostsSource(path: $0)
                }
            } catch {
                diagnostics.append(
                    ConfigCheck.place(option.origin, options).with(
                        .warning, "cannot access directory \(option.path): \(error.reason)",
                        hint: nil))
            }
        }
        for option in options.hosts.directories {
            do throws(FileError) {
                sources += paths(option.path, try files.list(option.path)).map {
                    HostsSource(path: $0, isFromHostsDirectory: true)
                }
            } catch {
                diagnostics.append(
                    ConfigCheck.place(option.origin, options).with(
                        .warning, "bad dynamic directory \(option.path): \(error.reason)",
                        hint: "create it, changes are noticed only in directories that exist"))
            }
        }
        return (sources, diagnostics)
    }

    private static func paths(_ directory: String, _ entries: [DirectoryEntry]) -> [String] {
        let prefix = directory.hasSuffix("/") ? directory : directory + "/"
        return DirectoryRules.names(entries).map { prefix + $0 }
    }

    /// What to say about a hosts file that cannot be read.
    package static func failure(_ source: HostsSource, _ error: FileError) -> Diagnostic {
        Diagnostic(
            .warning, source: source.path,
            message: "failed to load names from \(source.path): \(error.reason)",
            hint: source.option.map { "it is named by \($0)" },
            exitStatus: .file)
    }
}
