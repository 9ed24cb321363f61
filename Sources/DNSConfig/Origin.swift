/// The place in the configuration that something came from.
package struct Origin: Hashable, Sendable {
    /// Index into `Options.sources`; 0 is the command line.
    package var source: UInt16
    /// 1-based; on the command line the position of the argument.
    package var line: UInt32
    /// 1-based, in octets, of the value that the statement is about.
    package var column: UInt16

    package init(source: UInt16, line: UInt32, column: UInt16) {
        self.source = source
        self.line = line
        self.column = column
    }

    /// For values that no line of configuration set.
    package static let builtIn = Origin(source: 0, line: 0, column: 0)
}
