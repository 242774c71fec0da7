import CCurl
import Glibc

extension Transfer {
    /// What became of the request, after libcurl said that the transfer is over.
    func completion(_ code: CURLcode, now: UInt64) -> HTTPCompletion {
        completion(result(code), now: now)
    }

    func completion(_ result: HTTPResult, now: UInt64) -> HTTPCompletion {
        HTTPCompletion(
            id: id,
            result: result,
            startedAtNanoseconds: startedAt,
            durationNanoseconds: now > startedAt ? now - startedAt : 0,
            sendings: sight.sendings
        )
    }

    private func result(_ code: CURLcode) -> HTTPResult {
        let status = info(CURLINFO_RESPONSE_CODE)
        // The write error is our own: the body was cut at its limit, and the status stood before it.
        let answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && sight.truncated)
        guard answered, status > 0 else { return .failure(failure(code)) }
        return .response(
            HTTPResponse(
                status: status,
                retryAfter: sight.retryAfter,
                location: sight.location,
                body: sight.body,
                truncated: sight.truncated
            ))
    }

    private func failure(_ code: CURLcode) -> HTTPFailure {
        if let refusal = sight.refusal, !sight.openedSocket || code == CURLE_ABORTED_BY_CALLBACK {
            return HTTPFailure(kind: .egressRefused(refusal), message: refusal.description)
        }
        let reason = reason(code)
        switch code {
        case CURLE_WRITE_ERROR where sight.headersTooLarge, CURLE_OUT_OF_MEMORY where sight.sendings > 0:
            let limit = Transfer.headerLimit / 1024
            return HTTPFailure(kind: .headersTooLarge, message: "the receiver's headers exceed \(limit) KiB")
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return HTTPFailure(kind: .resolve, message: reason)
        case CURLE_COULDNT_CONNECT where sight.socketError != 0:
            let cause = String(cString: strerror(sight.socketError))
            return HTTPFailure(kind: .exhausted, message: "no socket for the connection: \(cause)")
        case CURLE_COULDNT_CONNECT, CURLE_PROXY:
            return HTTPFailure(kind: .connect, message: reason)
        case CURLE_OPERATION_TIMEDOUT:
            return HTTPFailure(kind: .timeout, message: reason)
        case CURLE_GOT_NOTHING:
            return HTTPFailure(kind: .closedEarly, message: "the receiver closed the connection without an answer")
        case CURLE_PARTIAL_FILE:
            return HTTPFailure(kind: .closedEarly, message: "the receiver closed in mid-answer: \(reason)")
        case CURLE_RECV_ERROR where info(CURLINFO_HTTP_CONNECTCODE) >= 300:
            let status = info(CURLINFO_HTTP_CONNECTCODE)
            return HTTPFailure(kind: .connect, message: "the proxy answered \(status) and made no connection")
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            return brokenConnection(reason)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            return HTTPFailure(kind: .garbage, message: "the answer is not HTTP: \(reason)")
        case CURLE_OUT_OF_MEMORY:
            return HTTPFailure(kind: .exhausted, message: "out of memory")
        default:
            guard let tls = tlsFailure(code, reason) else { return HTTPFailure(kind: .other, message: reason) }
            return HTTPFailure(kind: .tls(tls), message: reason)
        }
    }

    private func brokenConnection(_ reason: String) -> HTTPFailure {
        guard endpoint?.scheme == "https", sight.headerBytes == 0, endpoint?.tls.certificate == nil else {
            return HTTPFailure(kind: .reset, message: reason)
        }
        // With TLS 1.3 a receiver that wants a certificate says so only after the request was sent.
        if Transfer.speaksOfCertificate(reason) {
            return HTTPFailure(kind: .tls(.clientCertificateWanted), message: reason)
        }
        return HTTPFailure(kind: .reset, message: "\(reason) (perhaps the receiver wants a client certificate)")
    }

    private func tlsFailure(_ code: CURLcode, _ reason: String) -> TLSFailure? {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION:
            // The numbers are OpenSSL's X509_V_ERR codes. libcurl checks the name first, when the code still is 1.
            switch info(CURLINFO_SSL_VERIFYRESULT) {
            case 0, 1, 62, 64: return .wrongHost
            case 9: return .notYetValid
            case 10: return .expired
            case 18, 19: return .selfSigned
            default: return .untrusted
            }
        case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CRL_BADFILE:
            return .ownFiles
        case CURLE_SSL_CONNECT_ERROR:
            return Transfer.speaksOfCertificate(reason) ? .clientCertificateWanted : .handshake
        case CURLE_SSL_ISSUER_ERROR:
            return .untrusted
        case CURLE_SSL_CLIENTCERT:
            return .clientCertificateWanted
        case CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return .handshake
        default:
            return nil
        }
    }

    /// Whether the receiver's alert is about our certificate.
    private static func speaksOfCertificate(_ reason: String) -> Bool {
        reason.contains("alert certificate required") || reason.contains("alert bad certificate")
    }

    private func reason(_ code: CURLcode) -> String {
        let bytes = errorText.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        guard bytes.isEmpty else { return String(decoding: bytes, as: UTF8.self) }
        return String(cString: curl_easy_strerror(code))
    }

    private func info(_ what: CURLINFO) -> Int {
        var value = 0
        return ccurl_get_long(easy, what, &value) == CURLE_OK ? value : 0
    }
}
