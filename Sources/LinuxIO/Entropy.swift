import CLinux

/// Randomness of the kernel.
///
/// Draw it in blocks: each call costs some 200 ns and more.
package enum Entropy {
    /// Fills the octets with what no outsider can guess; waits only in the first second of a boot.
    @inline(never)
    package static func fill(_ octets: inout MutableRawSpan) {
        unsafe octets.withUnsafeMutableBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            var filled = 0
            while filled < buffer.count {
                // Safe: filled is below the count.
                let result = unsafe linux_random(start + filled, buffer.count - filled)
                precondition(result > 0 || result == -Int64(EINTR), "getrandom failed")
                if result > 0 { filled += Int(result) }
            }
        }
    }

    /// One random number, for seeds.
    package static func word() -> UInt64 {
        var word: UInt64 = 0
        // Safe: eight octets of a local variable; getrandom never splits so few.
        let result = unsafe linux_random(&word, 8)
        precondition(result == 8, "getrandom failed")
        return word
    }
}
