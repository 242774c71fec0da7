import CCurl

/// libcurl's URL parser, the same one that later connects, so that nothing is read in two ways.
enum HTTPURL {
    static func parse(_ url: String, allowingUser: Bool = false) throws(HTTPEndpointError) -> OpaquePointer {
        guard url.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
            throw HTTPEndpointError(url: url, problem: "holds a space or a control character")
        }
        guard let parsed = curl_url() else { throw HTTPEndpointError(url: url, problem: "no memory to read the URL") }
        do {
            try check(parsed, url, allowingUser: allowingUser)
        } catch {
            free(parsed)
            throw error
        }
        return parsed
    }

    private static func check(
        _ parsed: OpaquePointer, _ url: String, allowingUser: Bool
    ) throws(HTTPEndpointError) {
        let code = curl_url_set(parsed, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME))
        guard code == CURLUE_OK else {
            let reason = code == CURLUE_BAD_SCHEME ? "no scheme" : String(cString: curl_url_strerror(code))
            throw HTTPEndpointError(url: url, problem: "is not a URL like https://host/path (\(reason))")
        }
        guard let scheme = part(CURLUPART_SCHEME, of: parsed), scheme == "http" || scheme == "https" else {
            throw HTTPEndpointError(url: url, problem: "must begin with https:// or http://")
        }
        guard let host = part(CURLUPART_HOST, of: parsed), !host.isEmpty else {
            throw HTTPEndpointError(url: url, problem: "names no host")
        }
        guard part(CURLUPART_FRAGMENT, of: parsed) == nil else {
            throw HTTPEndpointError(url: url, problem: "has a fragment (#…), which is never sent: leave it out")
        }
        let user = part(CURLUPART_USER, of: parsed) ?? part(CURLUPART_PASSWORD, of: parsed)
        guard allowingUser || user == nil else {
            // The URL itself must not reach a log: it holds the password.
            throw HTTPEndpointError(
                url: "\(scheme)://…@\(host)",
                problem: "holds a user or a password: leave them out and send an Authorization header")
        }
    }

    /// A copy of `url` with another path and query; `nil` where `target` is not one.
    static func copy(_ url: OpaquePointer, target: String) -> OpaquePointer? {
        guard target.utf8.first == UInt8(ascii: "/"),
            target.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") }),
            let copy = curl_url_dup(url)
        else { return nil }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = curl_url_set(copy, CURLUPART_PATH, String(parts[0]), 0)
        let query = curl_url_set(copy, CURLUPART_QUERY, parts.count == 2 ? String(parts[1]) : nil, 0)
        guard path == CURLUE_OK, query == CURLUE_OK else {
            free(copy)
            return nil
        }
        return copy
    }

    static func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    static func free(_ url: OpaquePointer) {
        curl_url_cleanup(url)
    }
}
