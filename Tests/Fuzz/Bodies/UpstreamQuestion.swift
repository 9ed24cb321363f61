import DNSResolver

/// Writes a client's question out of the octets of an input.
enum UpstreamQuestion {
    static func write(
        _ program: inout FuzzProgram, number: Int
    ) -> (octets: [UInt8], transport: Transport) {
        let chosen = program.next()
        var name = UpstreamWorld.names[chosen % UpstreamWorld.names.count]
        if chosen & 128 != 0 { name = alternating(name) }
        let kind = program.next()
        let type = kind < 64 ? [1, 28][kind & 1] : UpstreamWorld.types[kind % 21]
        let bits = program.next()
        let extra = program.next()
        var octets: [UInt8] = []
        octets.append(word: 0xAB00 | number & 255)
        var flags = bits & 1 != 0 ? 0 : 0x0100
        if bits & 2 != 0 { flags |= 0x0010 }
        if bits & 4 != 0 { flags |= 0x0020 }
        if bits & 8 != 0 { flags |= 0x0440 }
        octets.append(word: flags)
        octets += [0, 1, 0, 0, 0, 0, 0, extra & 1 == 0 ? 0 : 1]
        octets += name
        octets.append(word: type)
        octets.append(word: bits >> 4 & 7 == 7 ? [3, 4, 255, 1][extra >> 1 & 3] : 1)
        if extra & 1 != 0 {
            octets += [0, 0, 41]
            octets.append(word: [1232, 512, 4096, 0, 65_535, 700, 1400, 513][extra >> 1 & 7])
            octets += [0, 0, extra & 16 != 0 ? 0x80 : 0, 0]
            let options = Self.options[extra >> 5]
            octets.append(word: options.count)
            octets += options
        }
        return (octets, bits & 128 != 0 ? .tcp : .udp)
    }

    private static let options: [[UInt8]] = [
        [], [0, 8, 0, 7, 0, 1, 24, 0, 10, 1, 2], [0, 8, 0, 4, 0, 7, 0, 0],
        [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8], [0xFD, 0xE9, 0, 4, 1, 2, 3, 4], [0, 15, 0, 2, 0, 3],
        [0, 8, 0, 4, 0, 1, 0, 0], [0, 3, 0, 0],
    ]

    /// Every other letter is a capital.
    private static func alternating(_ name: [UInt8]) -> [UInt8] {
        name.enumerated().map { index, octet in
            index % 2 == 0 && (97...122).contains(octet) ? octet & 0xDF : octet
        }
    }
}
