import Testing

@testable import DNSConfig

@Suite struct LetterCaseTests {
    /// Letters that the table leaves alone: their small form is two scalars, or no language
    /// writes names with them.
    private static let others: Set<UInt32> = [0x130, 0x220]

    @Test(arguments: [0x0...0x17F, 0x1CD...0x233, 0x386...0x3AB, 0x400...0x556, 0x1E00...0x1EFF])
    func `small letters are those of Unicode`(range: ClosedRange<UInt32>) {
        for value in range where !Self.others.contains(value) {
            guard let scalar = Unicode.Scalar(value),
                !(0x1F1...0x1F7).contains(value), !(0x3D0...0x3FF).contains(value)
            else { continue }
            #expect(
                String(LetterCase.small(scalar)) == scalar.properties.lowercaseMapping,
                "\(String(value, radix: 16))")
        }
    }
}
