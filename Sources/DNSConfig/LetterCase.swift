/// The small letters of scripts that have two cases and of which there are domain names: Latin,
/// Greek, Cyrillic and Armenian.
///
/// A table of our own, since those of Swift's library are not in the program (`Unicode.c`).
enum LetterCase {
    /// The small letter; the scalar itself where it has none.
    static func small(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        Unicode.Scalar(small(scalar.value)) ?? scalar
    }

    private static func small(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x41...0x5A, 0xC0...0xD6, 0xD8...0xDE: value + 32
        case 0x178: 0xFF
        case 0x386: 0x3AC
        case 0x388...0x38A: value + 37
        case 0x38C: 0x3CC
        case 0x38E...0x38F: value + 63
        case 0x391...0x3A1, 0x3A3...0x3AB, 0x410...0x42F: value + 32
        case 0x400...0x40F: value + 80
        case 0x4C0: 0x4CF
        case 0x531...0x556: value + 48
        case 0x1E9E: 0xDF
        // Capital and small letters by turns.
        case 0x100...0x12E, 0x132...0x136, 0x14A...0x176, 0x1A0...0x1A4, 0x1DE...0x1EE,
            0x1F8...0x21E, 0x222...0x232, 0x460...0x480, 0x48A...0x4BE, 0x4D0...0x52E,
            0x1E00...0x1E94, 0x1EA0...0x1EFE:
            value | 1
        case 0x139...0x147, 0x179...0x17D, 0x1AF, 0x1CD...0x1DB, 0x4C1...0x4CD:
            value + (value & 1)
        default: value
        }
    }
}
