import DNSConfig
import Testing

@Suite struct EditDistanceTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("port", "port", 0), ("prot", "port", 1),
        ("adress", "address", 1),
        ("kitten", "sitting", 3), ("abc", "", 3),
    ])
    func `counts changes and swaps`(one: String, other: String, expected: Int) {
        #expect(EditDistance.between(one.utf8, other.utf8) == expected)
        #expect(EditDistance.between(other.utf8, one.utf8) == expected)
    }
}
