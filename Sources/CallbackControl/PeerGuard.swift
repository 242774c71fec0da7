import CallbackCore
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Stands before the HTTP parser of each connection: a peer that is not let in gets one answer and is closed, and
/// nothing that it sends is read.
final class PeerGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let access: PeerAccess
    private let logger: Logger
    private var isAdmitted = false

    init(access: PeerAccess, logger: Logger) {
        self.access = access
        self.logger = logger
    }

    func channelActive(context: ChannelHandlerContext) {
        // Both futures are complete when they are given: the options are read on this very thread.
        guard let options = context.channel as? any SocketOptionProvider else { return refuse(context, nil) }
        let access = access
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        options.peerCredentials().flatMap { peer in
            guard !access.admits(peer, isMember: { _ in false }), access.group != nil else {
                return options.eventLoop.makeSucceededFuture((peer, access.admits(peer, isMember: { _ in false })))
            }
            return options.peerGroups().map { groups in (peer, access.admits(peer, isMember: groups.contains)) }
        }.whenComplete { result in
            let (handler, context) = bound.value
            switch result {
            case .success((_, true)):
                handler.isAdmitted = true
                context.fireChannelActive()
            case .success((let peer, false)): handler.refuse(context, peer)
            case .failure: handler.refuse(context, nil)
            }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isAdmitted { context.fireChannelRead(data) }
    }

    private func refuse(_ context: ChannelHandlerContext, _ peer: PeerCredentials?) {
        logger.warning(
            "control connection refused",
            metadata: [
                "uid": peer.map { "\($0.user)" } ?? "unknown", "gid": peer.map { "\($0.group)" } ?? "unknown",
                "process": peer.map { "\($0.process)" } ?? "unknown",
            ])
        let words = #"{"error":"only root, the daemon's user and the members of `control: group:` may do this"}"#
        let text =
            "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: \(words.utf8.count)\r\n"
            + "connection: close\r\n\r\n" + words
        let channel = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in
            channel.value.close(promise: nil)
        }
    }
}

/// HTTP/1.1 behind a `PeerGuard`.
struct GuardedChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let base: HTTP1Channel
    let access: PeerAccess
    let logger: Logger

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        do {
            try channel.pipeline.syncOperations.addHandler(PeerGuard(access: access, logger: self.logger))
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return base.setup(channel: channel, logger: logger)
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
