import Testing

@Suite struct BlockYAMLTests {
    @Test func `mappings, lists and lists of mappings have paths`() throws {
        let yaml = try BlockYAML(
            """
            # a comment
            a:
              b: 1  # not this
              c:
                - "x: #y"
                - z:1
              d:
                - e: 2
                  f: 3
                - e: 4
            g: h i
            """)
        #expect(yaml["a.b"] == "1")
        #expect(yaml.list("a.c") == ["x: #y", "z:1"])
        #expect(yaml["a.d[0].f"] == "3")
        #expect(yaml["a.d[1].e"] == "4")
        #expect(yaml["g"] == "h i")
        #expect(yaml.holds("a.d") && !yaml.holds("a.x"))
    }

    @Test(arguments: [
        ("a: [1, 2]", 1), ("a:\n  b: {c: d}", 2), ("a: |\n  text", 1), ("a: b\n  c: d", 2),
        ("text", 1),
    ])
    func `what it does not know is refused`(text: String, line: Int) {
        #expect(throws: BlockYAML.Refused(line: line)) { try BlockYAML(text) }
    }
}
