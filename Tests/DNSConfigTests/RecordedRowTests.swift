import DNSConfig
import Testing

/// What dnsmasq refuses is refused with the same exit status and place, and nothing else is.
@Suite struct RecordedRowTests {
    private func check(_ row: RecordedRow, _ loaded: LoadedConfig) {
        #expect(loaded.failure?.rawValue ?? 0 == row.exit, "\(row): \(loaded.diagnostics)")
        guard let place = row.place, let first = loaded.errors.first else { return }
        #expect(first.description.hasPrefix(place + ":"), "\(first)")
    }

    @Test(arguments: recordedSyntax)
    func `a configuration file`(row: RecordedRow) {
        check(row, load(row.config))
    }

    @Test(arguments: recordedFiles)
    func `several files`(row: RecordedRow) {
        var files = MemoryFiles(row.files)
        files.scripts = [
            "/bin/sh /d/s.sh": row.exit == 10 ? ("", 3) : ("bogus\n", 0)
        ]
        check(row, load(row.config, files: files))
    }

    @Test(arguments: recordedArguments)
    func `a command line`(row: RecordedRow) {
        check(row, load(arguments: row.arguments + ["--conf-file=/d/x.conf", "--test"]))
    }

    @Test func `the case encoding of newer versions is known`() {
        // Differs: 2.90 says "bad option"; the option came with 2.91.
        #expect(load("do-0x20-encode").options.forwarding.encodesCase == true)
    }
}
