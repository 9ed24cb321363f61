/// As much of HTTP/1.1 as a scraper needs: a request without a body, an answer, the end.
///
/// RFC 9112.
enum HTTPRequest: Equatable {
    /// The method and the path, without what follows a question mark.
    case complete(method: String, path: String)
    /// More has to come.
    case incomplete
    /// No HTTP, or more than `ServerLimits.requestOctets` of it.
    case malformed, tooLong

    /// Reads what a client has sent so far.
    ///
    /// Fields are not looked at. Cost: O(octets).
    init(_ octets: [UInt8]) {
        guard octets.count <= ServerLimits.requestOctets else {
            self = .tooLong
            return
        }
        // What begins with something else than a method will not become one.
        guard octets.first.map({ Self.isToken($0) }) ?? true else {
            self = .malformed
            return
        }
        guard let end = octets.firstIndex(of: UInt8(ascii: "\n")) else {
            self = octets.count == ServerLimits.requestOctets ? .tooLong : .incomplete
            return
        }
        var line = octets[..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[0].allSatisfy(Self.isToken),
            words[1].first == UInt8(ascii: "/"), words[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            words[2].elementsEqual("HTTP/1.1".utf8) || words[2].elementsEqual("HTTP/1.0".utf8)
        else {
            self = .malformed
            return
        }
        guard Self.hasEnd(octets[end...]) else {
            self = octets.count == ServerLimits.requestOctets ? .tooLong : .incomplete
            return
        }
        let path = words[1].prefix { $0 != UInt8(ascii: "?") }
        self = .complete(
            method: String(decoding: words[0], as: UTF8.self),
            path: String(decoding: path, as: UTF8.self))
    }

    /// RFC 9110 §9.1: methods are of letters; others that may stand in them are of no use here.
    private static func isToken(_ octet: UInt8) -> Bool {
        octet >= UInt8(ascii: "A") && octet <= UInt8(ascii: "Z")
            || octet >= UInt8(ascii: "a") && octet <= UInt8(ascii: "z")
    }

    /// Whether an empty line comes; a line may end without a carriage return. RFC 9112 §2.2.
    private static func hasEnd(_ octets: ArraySlice<UInt8>) -> Bool {
        var isEmpty = false
        for octet in octets {
            switch octet {
            case UInt8(ascii: "\n"):
                if isEmpty { return true }
                isEmpty = true
            case UInt8(ascii: "\r"): break
            default: isEmpty = false
            }
        }
        return false
    }
}

/// An answer after which the connection is closed.
struct HTTPResponse {
    var status: Int
    var type: StaticString = "text/plain; charset=utf-8"
    var body: [UInt8]

    init(_ status: Int, type: StaticString = "text/plain; charset=utf-8", body: [UInt8]) {
        self.status = status
        self.type = type
        self.body = body
    }

    /// One with a line of text.
    init(_ status: Int, _ line: String) {
        self.init(status, body: Array("\(line)\n".utf8))
    }

    private var reason: StaticString {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 431: "Request Header Fields Too Large"
        default: "Service Unavailable"
        }
    }

    /// The octets for the connection. The answer to HEAD has the length of the body and no body.
    func octets(isHead: Bool) -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(reason)\r\nContent-Type: \(type)\r\n"
        head += "Content-Length: \(body.count)\r\nCache-Control: no-store\r\n"
        if status == 405 { head += "Allow: GET, HEAD\r\n" }
        head += "Connection: close\r\n\r\n"
        return Array(head.utf8) + (isHead ? [] : body)
    }
}
