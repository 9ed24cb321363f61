import Testing

@Suite struct SwiftTextTests {
    private func code(_ text: String) -> String {
        String(decoding: SwiftText(text).code, as: UTF8.self)
    }

    @Test(arguments: [
        (#"a("{") // {"#, #"a(" ")     "#),
        (#"a("\"{")}"#, #"a("   ")}"#),
        (##"a(#"\"#)}"##, ##"a( " " )}"##),
        (#"a("\(b("}") { c })")"#, #"a(" (b(" ") { c })")"#),
        ("/* { /* } */ { */}", "                 }"),
        ("func `is { not` {", "func  xxxxxxxx  {"),
        ("x = /[{]/ {", "x = /   / {"),
        ("x = a / b / {", "x = a / b / {"),
        ("\"\"\"\n } \" {\n\"\"\"}", "\"\"\"\n      \n\"\"\"}"),
    ])
    func `literals, comments and raw names are blank, and code stays`(
        text: String, expected: String
    ) {
        #expect(code(text) == expected)
    }

    @Test func `a comment knows its line`() {
        let text = SwiftText("let a = 1\n/* b\n */ let c = \"//\"  // d\n")
        #expect(text.comments == [.init(line: 2, text: "/* b\n */"), .init(line: 3, text: "// d")])
    }
}
