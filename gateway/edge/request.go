package edge

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"strings"

	"lullaby/gateway"
)

// CheckHead returns the refusal of a request whose URL or headers are too long,
// else 0. Assumed: the Host header counts like the others.
func CheckHead(r *http.Request) gateway.Refusal {
	headers := len(r.Host)
	for _, values := range r.Header {
		for _, value := range values {
			headers += len(value)
		}
	}
	return gateway.CheckHead(len(r.RequestURI), headers)
}

// ReadBody reads the whole body of a request into body, so that an incomplete
// request never reaches a function. It reads at most one byte more than
// longest, and that is gateway.BodyTooLong. The error is the cause of
// gateway.BadRequest.
func ReadBody(w http.ResponseWriter, r *http.Request, body *bytes.Buffer, longest int64) (gateway.Refusal, error) {
	body.Reset()
	if r.Body == nil || r.Body == http.NoBody {
		return 0, nil
	}
	if r.ContentLength > longest {
		w.Header().Set("Connection", "close") // the body stays unread
		return gateway.BodyTooLong, nil
	}
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, longest))
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		return gateway.BodyTooLong, nil
	}
	if err != nil {
		return gateway.BadRequest, err
	}
	return 0, nil
}

// SourceIP returns a client's address without its port.
func SourceIP(remote string) string {
	if host, _, err := net.SplitHostPort(remote); err == nil {
		return host
	}
	return remote
}

// SplitPort splits a Host header into host and port; the port may be empty.
func SplitPort(host string) (name, port string) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.HasSuffix(host, "]") {
		return host, ""
	}
	return host[:i], host[i+1:]
}

// Signed reports whether an Authorization header is a Signature Version 4,
// which is in no event ("Important notes" of the guide).
func Signed(authorization string) bool {
	return strings.HasPrefix(authorization, "AWS4-HMAC-SHA256") || strings.HasPrefix(authorization, "AWS4-ECDSA-P256-SHA256")
}

// AppendForwarded appends what a gateway says of a request's client in headers:
// X-Forwarded-For, -Port and -Proto.
func AppendForwarded(dst []Pair, r *http.Request) []Pair {
	scheme, port := "http", "80"
	if r.TLS != nil {
		scheme, port = "https", "443"
	}
	if _, named := SplitPort(r.Host); named != "" {
		port = named
	}
	forwardedFor := SourceIP(r.RemoteAddr)
	if before := r.Header["X-Forwarded-For"]; len(before) > 0 {
		forwardedFor = strings.Join(before, ", ") + ", " + forwardedFor
	}
	return append(dst, Pair{"X-Forwarded-For", forwardedFor}, Pair{"X-Forwarded-Port", port}, Pair{"X-Forwarded-Proto", scheme})
}
