import Glibc

/// Addresses of servers, as text.
enum NetworkAddress {
    /// Tells whether a text is an IPv4 or IPv6 address as the system reads them.
    static func isValid(_ text: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        guard !text.utf8.contains(0) else { return false }
        return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
    }
}
