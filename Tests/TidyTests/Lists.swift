/// What the tidy tests allow. A new row is a commit of its own, with a reason.
enum Lists {
    /// The modules that a file of each target may import: the table of ARCHITECTURE.md.
    ///
    /// CLinux is C and has only `#include` lines. A nil means anything: the target never ships.
    static let imports: [String: Set<String>?] = [
        "CLinux": [],
        "LinuxIO": ["CLinux"],
        "DNSWire": [],
        "DNSConfig": ["DNSWire"],
        "DNSResolver": ["DNSWire", "DNSConfig", "Synchronization"],
        "DNSServer": ["LinuxIO", "DNSWire", "DNSConfig", "DNSResolver", "Synchronization"],
        "waggle": ["LinuxIO", "DNSWire", "DNSConfig", "DNSResolver", "DNSServer"],
        "dnsbench": nil,
    ]

    /// Directories of the C library and the kernel from which CLinux may include.
    static let headerDirectories: Set<String> = [
        "", "arpa", "asm", "linux", "net", "netinet", "sys",
    ]

    /// Files that may say `@unchecked Sendable`, from the top of the tree.
    static let uncheckedSendable: Set<String> = [
        // Memory that is written before anybody else can see it, memory of atomics, and memory that
        // has one owner.
        "Sources/DNSResolver/AtomicWords.swift", "Sources/DNSResolver/FrozenOctets.swift",
        "Sources/DNSResolver/ScratchMessage.swift",
    ]

    /// What the top of the tree may hold, beside dot-files.
    static let topLevel: Set<String> = [
        "ARCHITECTURE.md", "CHANGELOG.md", "Dockerfile.arm64", "LICENSE", "Makefile",
        "Package.swift", "README.md", "Sources", "Tests", "config", "stacks",
    ]

    static let fileLines = 400
    static let functionLines = 60
    static let columns = 100

    /// A file that says so among its first lines may be as long and as wide as it has to be.
    static let generatedMarker = "// tidy: generated table"
}
