import DNSConfig
import Testing

/// The example of each row, read by the loader that reads the operator's files.
@Suite struct OptionExampleTests {
    private static let command = "waggle "

    /// A machine with the files that examples name.
    private static var files: MemoryFiles {
        var files = MemoryFiles([
            "/etc/dnsmasq.conf": "port=53\n", "/etc/dnsmasq.d/names.conf": "domain-needed\n",
        ])
        files.scripts = ["/usr/local/bin/print-names --zone=lan": ("local-ttl=1\n", 0)]
        return files
    }

    private func load(example: String) -> LoadedConfig {
        var files = Self.files
        guard example.hasPrefix(Self.command) else {
            return DNSConfigTests.load(example, files: files)
        }
        let words = example.dropFirst(Self.command.count).split(separator: " ").map(String.init)
        return ConfigLoader.load(arguments: words, files: &files)
    }

    @Test(arguments: OptionTable.rows.map(\.name))
    func `the example of a row says what its status says, and no more`(name: String) throws {
        let row = try #require(OptionTable.byName[name])
        let loaded = load(example: row.example)
        let said = loaded.diagnostics.map(\.description)
        switch row.status {
        case .supported:
            #expect(said == [])
        case .acceptedWithoutEffect(let reason):
            #expect(loaded.errors == [] && said.count == 1)
            let words = row.category.isOutsideDNS ? "have no effect: \(name)" : reason
            #expect(said.first?.contains(words) == true, "\(said)")
        case .refused(let reason, let instead):
            #expect(loaded.errors.count == 1 && said.count == 1)
            #expect(
                said.first?.hasSuffix("error: \(name): \(reason); \(instead)") == true, "\(said)")
        case .leftOut(let reason, let instead):
            #expect(loaded.errors == [] && said.count == 1)
            #expect(
                said.first?.hasSuffix("\(name) is left out: \(reason); \(instead)") == true,
                "\(said)")
        }
    }

    @Test(arguments: OptionTable.rows.map(\.name))
    func `the example of a row shows that option, with a value where it takes one`(
        name: String
    )
        throws
    {
        let row = try #require(OptionTable.byName[name])
        if row.example.hasPrefix(Self.command) {
            #expect(row.example.contains(" --\(name)"))
            return
        }
        switch row.argument {
        case .none: #expect(row.example == name)
        case .required: #expect(row.example.hasPrefix(name + "="))
        case .optional: #expect(row.example == name || row.example.hasPrefix(name + "="))
        }
    }
}
