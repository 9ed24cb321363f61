import LinuxIO

/// The file that says which process this is.
enum PIDFile {
    static func write(_ path: String) throws(SystemError) {
        try FileIO.replace(path, with: Array(text.utf8))
    }

    /// Removes the file of this process; one of another, as of a successor that has started before
    /// this one is over, stays.
    ///
    /// Without privileges it often cannot be removed; a stale one does no harm.
    ///
    /// Differs: dnsmasq removes it whatever it says.
    static func remove(_ path: String) {
        guard let file = try? FileIO.read(path), file.status.isRegularFile,
            file.octets == Array(text.utf8)
        else { return }
        try? FileIO.remove(path)
    }

    private static var text: String { "\(ProcessCalls.id)\n" }
}
