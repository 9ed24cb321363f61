import DNSServer

ProcessCalls.end(status: Program.run(arguments: Array(CommandLine.arguments.dropFirst())))
