import Hummingbird
import NIOCore

/// What is known of a request beside its bytes: who is at the other end.
struct PanelContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The peer's address without its port; nil on a Unix socket.
    let peer: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress
    }
}
