import DNSWire

// What all entries of a name say together.

extension CacheShard {
    /// The type of an entry of the name whose time is not over, and that does not deny the name.
    func findAnyType(of name: borrowing FoldedName, hash: UInt64, now: UInt32) -> UInt16? {
        let bytes = bytes
        var link = unsafe buckets[bucket(hash)]
        while link != 0 {
            let entry = Int(link) &- 1
            let type = bytes.littleUInt16(at: entry &+ 24)
            // An alias that was asked for itself leads to nothing that is known.
            if bytes.word(at: entry &+ 8) == hash, type != CacheKey.nameError,
                type != RecordType.cname.rawValue,
                Int(bytes.octet(at: entry &+ 26)) == name.length,
                isNamed(bytes, entry, name), expires(entry) > now,
                answer(of: entry).responseCode == ResponseCode.noError.rawValue
            {
                return type
            }
            link = bytes.littleUInt32(at: entry)
        }
        return nil
    }

    /// Whether an entry, over or not, says that the name exists, other than one of a type.
    ///
    /// What is over counts, too: data that comes and goes by the second is most often there again.
    /// It is forgotten as the ring turns, or when its own type is denied.
    func provesName(
        _ name: borrowing FoldedName, but type: UInt16?, hash: UInt64
    ) -> Bool {
        let bytes = bytes
        var link = unsafe buckets[bucket(hash)]
        while link != 0 {
            let entry = Int(link) &- 1
            if bytes.word(at: entry &+ 8) == hash,
                Int(bytes.octet(at: entry &+ 26)) == name.length,
                isNamed(bytes, entry, name)
            {
                let answer = answer(of: entry)
                if answer.provesName, answer.type != type { return true }
            }
            link = bytes.littleUInt32(at: entry)
        }
        return false
    }

    /// The key to store an answer under, so that a denial of the name and data of it never stand
    /// side by side; nil if it is not to be stored.
    ///
    /// Some servers deny a name for each type that it has not. So a denial counts for the type
    /// asked for where something else says that the name exists, and data that comes later lifts a
    /// denial of the name. Otherwise NXDOMAIN stands for all types: RFC 2308 §5.
    ///
    /// Differs: in dnsmasq the denial puts all that is known of the name out.
    mutating func settle(
        _ name: borrowing FoldedName, key: UInt16, _ header: AnswerHeader, hash: UInt64
    ) -> UInt16? {
        guard key == CacheKey.nameError else {
            if header.provesName, let denial = find(name, type: CacheKey.nameError, hash: hash) {
                unlink(denial)
            }
            return key
        }
        let asked = header.type.rawValue
        guard !provesName(name, but: asked, hash: hash) else {
            return CacheKey.isType(asked) ? asked : nil
        }
        if CacheKey.isType(asked), let old = find(name, type: asked, hash: hash) { unlink(old) }
        return key
    }
}
