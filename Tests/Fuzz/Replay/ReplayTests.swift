import Glibc
import Testing

/// Every input of the corpora goes through the body that its fuzzer calls.
@Suite struct ReplayTests {
    private static let corpora =
        #filePath.split(separator: "/").dropLast(2)
        .reduce("") { $0 + "/" + $1 } + "/Corpus/"

    /// The inputs of one target by name.
    private static func inputs(_ target: String) -> [(name: String, octets: [UInt8])] {
        guard let directory = opendir(corpora + target) else { return [] }
        defer { closedir(directory) }
        var inputs: [(name: String, octets: [UInt8])] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            inputs.append((name, contents(of: corpora + target + "/" + name)))
        }
        return inputs.sorted { $0.name < $1.name }
    }

    private static func contents(of path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var octets = [UInt8](repeating: 0, count: 100_001)
        let count = fread(&octets, 1, octets.count, file)
        return Array(octets.prefix(count))
    }

    private func check(_ target: String, _ body: ([UInt8]) -> String?) {
        let inputs = Self.inputs(target)
        #expect((1...64).contains(inputs.count), "\(inputs.count) inputs")
        #expect(inputs.reduce(0) { $0 + $1.octets.count } <= 100_000)
        for input in inputs { #expect(body(input.octets) == nil, "\(target)/\(input.name)") }
    }

    /// Inputs cut at every offset and with every octet changed are as good as a short fuzz run.
    private func checkMutants(
        _ octets: [UInt8], _ values: [UInt8], _ body: ([UInt8]) -> String?
    ) {
        for offset in octets.indices {
            #expect(body(Array(octets.prefix(offset))) == nil, "cut at \(offset)")
            for value in values {
                var mutant = octets
                mutant[offset] = value
                #expect(body(mutant) == nil, "\(value) at \(offset)")
            }
        }
    }

    @Test func `messages are copied soundly`() { check("FuzzWire", checkWire) }
    @Test func `configuration files are read soundly`() { check("FuzzConfig", checkConfig) }
    @Test func `hosts files are read soundly`() { check("FuzzHosts", checkHosts) }
    @Test func `queries are answered soundly`() { check("FuzzQuery", checkQuery) }
    @Test func `replies are handed on soundly`() { check("FuzzReply", checkReply) }
    @Test func `what servers do is borne soundly`() { check("FuzzUpstream", checkUpstream) }
    @Test func `streams are cut into messages soundly`() { check("FuzzStream", checkStream) }

    @Test(arguments: ["all-types", "chain", "no-data", "addresses-and-opt"])
    func `a reply with one octet changed is handed on soundly`(name: String) throws {
        let input = try #require(Self.inputs("FuzzReply").first { $0.name == name })
        checkMutants(input.octets, [0, 0x40, 0xC0, 0xFF], checkReply)
    }

    @Test(arguments: ["chain", "dname", "secure", "reload", "endless-names"])
    func `a play with one octet changed is borne soundly`(name: String) throws {
        let input = try #require(Self.inputs("FuzzUpstream").first { $0.name == name })
        checkMutants(input.octets, [0, 1, 0x40, 0xFF], checkUpstream)
    }

    @Test(arguments: ["queries", "half", "server", "questions"])
    func `a stream with one octet changed is cut soundly`(name: String) throws {
        let input = try #require(Self.inputs("FuzzStream").first { $0.name == name })
        checkMutants(input.octets, [0, 0x40, 0xFF], checkStream)
    }

    @Test(arguments: ["opt", "c.lan-1", "_s._tcp.lan-33"])
    func `a query with one octet changed is answered soundly`(name: String) throws {
        let input = try #require(Self.inputs("FuzzQuery").first { $0.name == name })
        checkMutants(input.octets, [0, 1, 0x3F, 0x40, 0xC0, 0xFF], checkQuery)
    }
}
