import Testing

/// The image is built of fixed parts, runs as nobody in particular, and looks after itself.
@Suite struct ImageTests {
    /// The instructions of a stage, comments left out and continued lines joined.
    private func stages() throws -> [(name: String, lines: [String])] {
        let text = try Repository.text("Dockerfile.arm64")
            .split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n")
            .replacing(/\\\n\s*/, with: "")
        var stages: [(name: String, lines: [String])] = [("", [])]
        for line in text.split(separator: "\n").map(String.init) {
            if let name = line.wholeMatch(of: /FROM \S+ AS (\w+)/)?.1 {
                stages.append((String(name), []))
            }
            stages[stages.count - 1].lines.append(line)
        }
        return stages
    }

    private func value(_ instruction: String, _ lines: [String]) -> String? {
        lines.last { $0.hasPrefix(instruction + " ") }.map {
            String($0.dropFirst(instruction.count + 1))
        }
    }

    @Test func `bases have a version, and Alpine comes last`() throws {
        let stages = try stages()
        #expect(stages.map(\.name) == ["", "build", "scratch", "alpine"])
        let bases = stages[0].lines
        #expect(bases.count == 2)
        for base in bases {
            #expect(base.contains(/^ARG [A-Z]+_IMAGE=\w+:\d+\.\d+\.\d+/), "\(base)")
        }
        for stage in stages.dropFirst() {
            let base = try #require(stage.lines.first)
            #expect(base.contains(/^FROM (\$\{[A-Z]+_IMAGE\}|scratch)\s/), "\(base)")
        }
    }

    @Test(arguments: ["scratch", "alpine"])
    func `an image runs as a number, without a shell, and is asked how it is`(name: String) throws {
        let stage = try #require(try stages().first { $0.name == name })
        #expect(value("USER", stage.lines) == "65532:65532")
        #expect(value("ENTRYPOINT", stage.lines) == "[\"/usr/sbin/waggle\"]")
        #expect(value("CMD", stage.lines)?.hasPrefix("[\"") == true)
        #expect(value("STOPSIGNAL", stage.lines) == "SIGTERM")
        let check = try #require(value("HEALTHCHECK", stage.lines))
        #expect(check.hasSuffix("CMD [\"/usr/sbin/waggle\", \"healthcheck\"]"))
        let stack = try BlockYAML(Repository.text("stacks/dns.yml"))
        for key in ["interval", "timeout", "start_period", "start_interval", "retries"] {
            let wanted = try #require(stack["services.dns.healthcheck.\(key)"])
            let option = key.replacing("_", with: "-")
            #expect(check.contains("--\(option)=\(wanted) "), "\(key)")
        }
        #expect(!stage.lines.contains { $0.hasPrefix("RUN ") })
        let label = try #require(value("LABEL", stage.lines))
        for key in ["title", "description", "licenses", "version", "revision", "created"] {
            #expect(label.contains("org.opencontainers.image.\(key)=\""), "\(key)")
        }
    }

    @Test func `the version is that of the program`() throws {
        let product = try Repository.text("Sources/DNSConfig/Product.swift")
        let version = try #require(product.firstMatch(of: /version = "([\d.]+)"/)?.1)
        for path in ["Dockerfile.arm64", "Makefile", "stacks/dns.yml", "stacks/dns-ingress.yml"] {
            let text = try Repository.text(path)
            #expect(
                text.contains("VERSION=\(version)") || text.contains("waggle:\(version)"), "\(path)"
            )
        }
    }

    @Test func `what is copied is let in`() throws {
        let admitted = try Set(
            Repository.text(".dockerignore").split(separator: "\n").filter { $0.hasPrefix("!") }
                .map { String($0.dropFirst()) })
        let copied = try stages().flatMap(\.lines)
            .compactMap { $0.wholeMatch(of: /COPY (\S+) \S+/).map { String($0.1) } }
        #expect(Set(copied) == admitted)
        for path in copied { #expect(Repository.exists(path), "\(path)") }
    }
}
