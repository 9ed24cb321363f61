/// The commands in the manual page, in the mdoc language.
extension ReferenceText {
    static func manualCommands() -> String {
        var text = ".Sh COMMANDS\n"
        text += prose(
            "A first word without a hyphen is a command, which does its work in place of serving. "
                + "All of them take the options of the configuration, of which `-C` names the "
                + "file, and `--help`.")
        for command in Subcommand.all {
            text += ".Ss waggle \(command.name)\n" + synopsis(of: command)
            for line in command.details.split(separator: Character("\n")) {
                text += ".Pp\n" + prose(String(line))
            }
            if !command.options.isEmpty { text += ".Bl -tag -width Ds\n" }
            for option in command.options {
                text += ".It " + flag(option) + "\n" + prose(sentence(option.summary))
            }
            if !command.options.isEmpty { text += ".El\n" }
            text += ".Pp\nThe exit status is:\n.Bl -tag -width Ds -compact\n"
            for exit in command.exits {
                text += ".It \(exit.status)\n" + prose(sentence(exit.meaning))
            }
            text += ".El\n"
            for example in command.examples {
                text += ".Pp\n" + prose(example.purpose) + display(example.command)
            }
        }
        return text
    }

    /// The lines of the synopsis of each command.
    static func synopses() -> String {
        Subcommand.all.map { ".Nm\n" + synopsis(of: $0).dropFirst(4) }.joined()
    }

    private static func synopsis(of command: Subcommand) -> String {
        var text = ".Nm\n.Cm \(command.name)\n"
        for operand in command.operands.split(separator: Character(" ")) {
            let name = operand.filter { $0 != "[" && $0 != "]" }
            text += (operand.hasPrefix("[") ? ".Op Ar " : ".Ar ") + name + "\n"
        }
        text += ".Op Fl C Ar FILE\n"
        for option in command.options { text += ".Op \(flag(option))\n" }
        return text + ".Op Ar option ...\n"
    }

    private static func flag(_ option: Subcommand.Option) -> String {
        "Fl \(option.name.dropFirst())" + (option.argument.map { " Ar \($0)" } ?? "")
    }

    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + "."
    }
}
