/// Writes a server's reply out of the octets of an input: mostly right, wrong where they say so.
struct ReplyGrammar {
    /// The octets of the question that is answered.
    private let query: [UInt8]
    private let questionEnd: Int
    private let isDatagram: Bool
    private(set) var octets: [UInt8] = []
    /// Whether it must not be believed.
    private(set) var isForged = false
    /// Whether it must not be kept.
    private(set) var isFailure = false
    /// Where the data of the last record begin.
    private var lastData = 12

    init(to query: [UInt8], isDatagram: Bool, isOver: Bool) {
        self.query = query
        self.isDatagram = isDatagram
        isForged = isOver
        var end = 12
        while query[end] > 0 { end += 1 + Int(query[end]) }
        questionEnd = end + 5
    }

    /// How the question is repeated.
    private enum Repeated: CaseIterable { case same, lower, capitals, otherName, otherType, none }

    mutating func write(_ program: inout FuzzProgram) {
        let shape = program.next()
        let repeated = Repeated.allCases[shape & 7 < 6 ? shape & 7 : 0]
        let code = [0, 0, 0, 3, 2, 5, 1, 4][shape >> 3 & 7]
        let bits = program.next()
        octets = Array(query[..<2])
        if bits & 1 != 0 { octets[1] ^= 1 }
        var flags = 0x8080 | Int(query[2]) << 8 & 0x0100 | Int(query[3]) & 0x10 | code
        if bits & 2 != 0 { flags ^= 0x8000 }
        if bits & 4 != 0 { flags |= 0x0200 }
        if bits & 8 != 0 { flags |= 0x0400 }
        if bits & 16 != 0 { flags |= 0x0020 }
        if bits & 32 != 0 { flags |= 0x0800 }
        if bits & 64 != 0 { flags ^= 0x0110 }
        isForged =
            isForged || bits & 39 != 0
            || repeated == .otherName || repeated == .otherType || repeated == .none
        isFailure = code != 0 && code != 3
        octets.append(word: flags)
        octets.append(word: repeated == .none ? 0 : 1)
        octets += [0, 0, 0, 0, 0, 0]
        writeQuestion(repeated)
        let count = program.next() % 16
        for _ in 0..<count where octets.count < 60_000 { writeRecord(&program) }
        if bits & 128 != 0 { writeOPT(&program) }
    }

    private mutating func writeQuestion(_ repeated: Repeated) {
        guard repeated != .none else { return }
        var question = Array(query[12..<questionEnd])
        switch repeated {
        case .lower: question = question.folded
        case .capitals:
            question = Array(question.dropLast(4)).capitals + question.suffix(4)
        case .otherName: if question[0] > 0 { question[1] ^= 3 } else { question[2] ^= 3 }
        case .otherType: question[question.count - 3] ^= 2
        case .same, .none: break
        }
        octets += question
    }

    private mutating func bump(_ section: Int) {
        let at = 6 + 2 * section
        let count = (Int(octets[at]) << 8 | Int(octets[at + 1])) + 1
        octets[at] = UInt8(count >> 8)
        octets[at + 1] = UInt8(count & 255)
    }

    private mutating func writeRecord(_ program: inout FuzzProgram) {
        let kind = program.next()
        let type = UpstreamWorld.types[kind % UpstreamWorld.types.count]
        let how = program.next()
        let section = [0, 0, 1, 2][how & 3]
        writeName(how >> 2 & 7, &program)
        octets.append(word: type)
        octets.append(word: how & 32 != 0 ? 3 : 1)
        let ttl = [300, 0, 1, 86_400, 0x7FFF_FFFF, 0xFFFF_FFFF, 60, 5][how >> 5 & 6]
        octets.append(word: ttl >> 16)
        octets.append(word: ttl)
        octets.append(word: 0)
        let start = octets.count
        writeData(type, &program)
        lastData = start
        var length = octets.count - start
        // Rarely a length that is not so.
        if how == 0xFC { length = program.next() }
        octets[start - 2] = UInt8(truncatingIfNeeded: length >> 8)
        octets[start - 1] = UInt8(truncatingIfNeeded: length)
        bump(section)
        if how == 0xDC { repeatRecord(from: start - 10, program.next(), section) }
    }

    /// Many records of the same, whose owners are the question.
    private mutating func repeatRecord(from start: Int, _ count: Int, _ section: Int) {
        let tail = Array(octets[start...])
        for index in 0..<count * 8 where octets.count + tail.count + 2 < 65_000 {
            octets += [0xC0, 12] + tail
            if tail.count == 14 { octets[octets.count - 1] = UInt8(truncatingIfNeeded: index) }
            bump(section)
        }
    }

    private mutating func writeName(_ how: Int, _ program: inout FuzzProgram) {
        switch how {
        case 0: octets += [0xC0, 12]
        case 1: octets.append(word: 0xC000 | lastData)
        case 2: octets += program.next(of: UpstreamWorld.names)
        case 3:
            // Anywhere, ahead too.
            let target = program.next() << 8 | program.next()
            octets.append(word: 0xC000 | target % (octets.count + 16))
        case 4:
            octets += [1, UInt8(97 + program.next() % 26)]
            octets.append(word: 0xC000 | program.next() % octets.count)
        case 5:
            // As a DNAME makes of the question.
            octets += query[12..<13 + Int(query[12])]
            octets += program.next(of: UpstreamWorld.names)
        case 6: octets.append(word: 0xC000 | 13 + Int(query[12]))
        default:
            // In small letters, so that it is known who wrote others.
            let label = program.take(1 + program.next() % 8).folded
            octets += [UInt8(label.count)] + label + [0xC0, 12]
        }
    }

    private mutating func writeAddress(_ program: inout FuzzProgram, isLong: Bool) {
        let chosen = program.next()
        var address = UpstreamWorld.addresses[chosen % UpstreamWorld.addresses.count]
        if isForged { address = UpstreamWorld.forged }
        if isFailure { address = UpstreamWorld.failed }
        guard isLong else { return octets += address }
        if isForged || isFailure || chosen & 128 == 0 {
            octets += [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255] + address
        } else {
            octets += chosen & 64 == 0 ? [0xFD] : [0x26]
            octets += [UInt8](repeating: 0, count: 11) + address
        }
    }

    private mutating func writeData(_ type: Int, _ program: inout FuzzProgram) {
        switch type {
        case 1: writeAddress(&program, isLong: false)
        case 28: writeAddress(&program, isLong: true)
        case 2, 5, 12, 39: writeName(program.next() & 7, &program)
        case 6:
            let how = program.next()
            writeName(how & 7, &program)
            writeName(how >> 3 & 7, &program)
            octets += [UInt8](repeating: 0, count: 15)
            octets += how & 128 == 0 ? [1, 0, 0, 0, 60] : [0]
        case 15:
            octets += [0, 5]
            writeName(program.next() & 7, &program)
        case 33:
            octets += [0, 1, 0, 2, 0, 53]
            writeName(program.next() & 7, &program)
        case 46:
            octets.append(word: program.next(of: UpstreamWorld.types))
            octets += [UInt8](repeating: 8, count: 16)
            writeName(program.next() & 7, &program)
            octets += [UInt8](repeating: 9, count: 24)
        case 47:
            writeName(program.next() & 7, &program)
            octets += [0, 1, 0x40]
        case 64, 65:
            octets += [0, 1]
            writeName(program.next() & 7, &program)
            octets += [0, 4, 0, 4]
            writeAddress(&program, isLong: false)
        default:
            let text = program.take(program.next() % 32)
            octets += [UInt8(text.count)] + text
        }
    }

    private mutating func writeOPT(_ program: inout FuzzProgram) {
        let how = program.next()
        octets += [0, 0, 41, 4, 208, how & 1 != 0 ? 1 : 0, how & 2 != 0 ? 1 : 0]
        octets += [how & 4 != 0 ? 0x80 : 0, 0]
        var options: [UInt8] = []
        // The options of the question as they were, or others.
        if how & 8 != 0, query.count > questionEnd + 11 { options += query[(questionEnd + 11)...] }
        if how & 16 != 0 { options += [0, 15, 0, 2, 0, 3] }
        if how & 32 != 0 { options += [0, 8, 0, 7, 0, 1, 24, 0, 10, 1, 2] }
        if how & 64 != 0 { options += [0xFD, 0xE9, 0, 4, 1, 2, 3, 4] }
        octets.append(word: options.count + (how & 128 != 0 ? 3 : 0))
        octets += options
        bump(2)
    }
}
