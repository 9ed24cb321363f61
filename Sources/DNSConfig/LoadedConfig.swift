/// What the command line and the configuration files say.
package struct LoadedConfig: Sendable {
    package var options: Options
    /// Everything there is to say, in the order of reading.
    package var diagnostics: [Diagnostic]
    package var request: OptionContext.Request
    /// Of the statements; the hosts files are added when they are read.
    package var identity = ConfigIdentity()
    /// A number for all statements of each option, to see which options a reload changes.
    package var digests: [String: UInt64] = [:]
    /// Where each option was given; empty unless it was asked for.
    package var places: [String: [Origin]] = [:]

    /// The exit status of the first error; nil if there is none.
    package var failure: Diagnostic.ExitStatus? {
        diagnostics.first { $0.severity == .error }?.exitStatus
    }
}
