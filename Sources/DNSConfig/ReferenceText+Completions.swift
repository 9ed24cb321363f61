/// What the shells complete.
extension ReferenceText {
    private static var rows: [OptionRow] { OptionTable.rows.filter(\.isProposed) }

    // MARK: Commands

    private static var commandNames: String {
        Subcommand.all.map(\.name).joined(separator: " ")
    }

    private static func ownOptions(of command: Subcommand) -> String {
        command.options.map(\.name).joined(separator: " ")
    }

    /// `--hosts | --stack`, the options of commands behind which a file stands.
    private static var commandFiles: String {
        var names: [String] = []
        for option in Subcommand.all.flatMap(\.options)
        where option.takesFile && !names.contains(option.name) { names.append(option.name) }
        return names.joined(separator: " | ")
    }

    private static let zshEscapes: [Character: String] = [
        "'": "'\\''", "[": "\\[", "]": "\\]", ":": "\\:", "\\": "\\\\",
    ]

    /// Lines of a `case` that put the options of the command at hand into `own`.
    private static var zshCommands: String {
        var text = "local -a own\ncase ${words[2]} in\n"
        for command in Subcommand.all where !command.options.isEmpty {
            text += "    \(command.name))\n        own=(\n"
            for option in command.options {
                let summary = Prose.escape(Prose.plain(option.summary), zshEscapes)
                let value =
                    option.takesFile ? ":file:_files" : option.argument.map { _ in ":value: " }
                text += "            '\(option.name)[\(summary)]\(value ?? "")'\n"
            }
            text += "        ) ;;\n"
        }
        return text + "esac\n\n"
    }

    private static var fishCommands: String {
        var text = ""
        for command in Subcommand.all {
            let summary = fishQuoted(command.summary)
            text += "complete -c waggle -n __fish_use_subcommand -a \(command.name) -d \(summary)\n"
            for option in command.options {
                let value = option.takesFile ? " -rF" : option.argument == nil ? "" : " -x"
                text +=
                    "complete -c waggle -n '__fish_seen_subcommand_from \(command.name)'"
                    + " -l \(option.name.dropFirst(2))\(value) -d \(fishQuoted(option.summary))\n"
            }
        }
        return text
    }

    private static func fishQuoted(_ text: String) -> String {
        "'" + Prose.escape(Prose.plain(text), ["'": "\\'", "\\": "\\\\"]) + "'"
    }

    // MARK: bash

    static func bashCompletion() -> String {
        var text = bashHead
        for command in Subcommand.all where !command.options.isEmpty {
            text += "            \(command.name)) own='\(ownOptions(of: command)) ' ;;\n"
        }
        text += bashOption
        let next = rows.filter { $0.longTakesNextWord || $0.letter != nil && $0.letterTakesValue }
        text += "            "
        text += commandFiles + " | "
        text += next.map { patterns(of: $0, nextWordOnly: true) }.joined(separator: " | ") + ")\n"
        text += bashValues
        text += "            elif ((COMP_CWORD == 1)); then\n"
        text +=
            "                mapfile -t COMPREPLY < "
            + "<(compgen -W '\(commandNames)' -- \"$current\")\n"
        text += "            fi ;;\n"
        text += "        \(commandFiles))\n            _waggle_files -f ;;\n"
        for (kind, members) in byKind {
            let command: String
            switch kind {
            case .flag, .text: continue
            case .files: command = "_waggle_files -f"
            case .directories: command = "_waggle_files -d"
            case .interfaces: command = "_waggle_words \"$(cd /sys/class/net && echo *)\""
            case .users: command = "_waggle_words \"$(compgen -u)\""
            case .groups: command = "_waggle_words \"$(compgen -g)\""
            case .words(let words): command = "_waggle_words '\(words.joined(separator: " "))'"
            }
            let options = members.map { patterns(of: $0, nextWordOnly: false) }
            text += "        \(options.joined(separator: " | ")))\n            \(command) ;;\n"
        }
        let names = rows.flatMap { row in
            row.names.map { "--\($0)" + (row.longTakesNextWord ? "=" : "") }
        }
        return text + "    esac\n}\n\n_waggle_options='\n"
            + Prose.wrap(names.sorted().joined(separator: " "), width: 98, indent: "    ")
            + "'\n\ncomplete -F _waggle waggle\n"
    }

    /// `--server | -S`, as the patterns of a `case`.
    private static func patterns(of row: OptionRow, nextWordOnly: Bool) -> String {
        var patterns: [String] = []
        if row.longTakesNextWord || !nextWordOnly { patterns += row.names.map { "--\($0)" } }
        if let letter = row.letter, row.letterTakesValue { patterns.append("-\(letter)") }
        return patterns.joined(separator: " | ")
    }

    /// Rows with the same kind of value, in the order of the table.
    private static var byKind: [(kind: OptionRow.ValueKind, rows: [OptionRow])] {
        var groups: [(kind: OptionRow.ValueKind, rows: [OptionRow])] = []
        for row in rows {
            if let index = groups.firstIndex(where: { $0.kind == row.valueKind }) {
                groups[index].rows.append(row)
            } else {
                groups.append((row.valueKind, [row]))
            }
        }
        return groups
    }

    private static let bashHead: String = """
        # Completion of waggle for bash; `make reference` writes it from the option table.

        # Proposes words for what stands behind the last comma of the value.
        _waggle_words() {
            local last=${value##*,}
            mapfile -t COMPREPLY < <(compgen -W "$1" -- "$last")
            COMPREPLY=("${COMPREPLY[@]/#/$before${value%"$last"}}")
        }

        # Proposes files (-f) or directories (-d).
        _waggle_files() {
            mapfile -t COMPREPLY < <(compgen "$1" -- "$value")
            COMPREPLY=("${COMPREPLY[@]/#/$before}")
            compopt -o filenames 2>/dev/null || true
        }

        _waggle() {
            local current=${COMP_WORDS[COMP_CWORD]} last='' option='' value='' before=''
            local own=''
            COMPREPLY=()
            if ((COMP_CWORD > 0)); then last=${COMP_WORDS[COMP_CWORD - 1]}; fi
            # Options that only a command has.
            if ((COMP_CWORD > 1)); then
                case ${COMP_WORDS[1]} in

        """

    private static let bashOption: String = """
                esac
            fi
            # An equals sign is a word by itself unless COMP_WORDBREAKS lacks it.
            if [[ $current == --*=* ]]; then
                option=${current%%=*} before=$option= value=${current#*=}
            elif [[ $current == = ]]; then
                option=$last
            elif [[ $last == = ]]; then
                option=${COMP_WORDS[COMP_CWORD - 2]} value=$current
            else
                case $last in

        """

    private static let bashValues: String = """
                        option=$last value=$current ;;
                esac
            fi
            case $option in
                '')
                    if [[ $current == -* ]]; then
                        mapfile -t COMPREPLY < <(compgen -W "$own$_waggle_options" -- "$current")
                        if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
                            compopt -o nospace 2>/dev/null || true
                        fi

        """

    // MARK: zsh

    static func zshCompletion() -> String {
        var text = """
            #compdef waggle
            # Completion of waggle for zsh; `make reference` writes it from the option table.


            """
        text += zshCommands
        text += "_arguments -s -S $own \\\n"
        text += "    '1::command:(\(commandNames))' '*: : ' \\\n"
        for row in rows {
            var spellings = row.names.map { "--\($0)" }
            if let letter = row.letter { spellings.append("-\(letter)") }
            let isMany = row.repetition == .anyNumber
            let prefix = isMany ? "*" : "(\(spellings.joined(separator: " ")))"
            for spelling in spellings {
                text += "    '\(prefix)\(zshArgument(of: row, spelling))' \\\n"
            }
        }
        return text + "    && return 0\n"
    }

    /// `--server=[Asks …]:value: `.
    private static func zshArgument(of row: OptionRow, _ spelling: String) -> String {
        let summary = "[" + Prose.escape(Prose.plain(row.summary), zshEscapes) + "]"
        let action: String =
            switch row.valueKind {
            case .flag: ""
            case .text: "value: "
            case .files: "file:_files"
            case .directories: "directory:_files -/"
            case .interfaces: "interface:_net_interfaces"
            case .users: "user:_users"
            case .groups: "group:_groups"
            case .words(let words): "value:(\(words.joined(separator: " ")))"
            }
        guard !action.isEmpty else { return spelling + summary }
        if spelling.hasPrefix("--") {
            return row.longTakesNextWord
                ? "\(spelling)=\(summary):\(action)" : "\(spelling)=-\(summary)::\(action)"
        }
        return row.letterTakesValue ? "\(spelling)+\(summary):\(action)" : spelling + summary
    }

    // MARK: fish

    static func fishCompletion() -> String {
        var text = """
            # Completion of waggle for fish; `make reference` writes it from the option table.

            complete -c waggle -f

            """
        text += fishCommands
        for row in rows {
            let summary = fishQuoted(row.summary)
            let isTogether = row.longTakesNextWord || row.argument == .none
            var names = row.names.map { "-l \($0)" }
            if let letter = row.letter {
                if isTogether {
                    names[0] = "-s \(letter) " + names[0]
                } else {
                    let value = row.letterTakesValue ? fishValue(of: row, isRequired: true) : ""
                    text += "complete -c waggle -s \(letter)\(value) -d \(summary)\n"
                }
            }
            for name in names {
                let value = fishValue(of: row, isRequired: row.longTakesNextWord)
                text += "complete -c waggle \(name)\(value) -d \(summary)\n"
            }
        }
        return text
    }

    /// The flags that say which value follows; `-x` is a value that is no file.
    private static func fishValue(of row: OptionRow, isRequired: Bool) -> String {
        let proposal: String
        switch row.valueKind {
        case .flag: return ""
        case .text: return isRequired ? " -x" : ""
        case .files: return isRequired ? " -rF" : " -F"
        case .directories: proposal = "(__fish_complete_directories)"
        case .interfaces: proposal = "(__fish_print_interfaces)"
        case .users: proposal = "(__fish_complete_users)"
        case .groups: proposal = "(__fish_complete_groups)"
        case .words(let words): proposal = words.joined(separator: " ")
        }
        return (isRequired ? " -x" : "") + " -a '\(proposal)'"
    }
}
