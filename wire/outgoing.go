package wire

import (
	"net/http"
	"net/url"
	"strings"
)

// viaName is the name of this program in the header Via, by which an endpoint knows what
// it has forwarded itself.
const viaName = "lullaby"

// outgoing returns the request as the target gets it: with the method, the path, the
// query, the Host and the body of the client's. The path and the query are not written
// anew, since they are signed.
func (x *exchange) outgoing(to *url.URL) *http.Request {
	uri := x.in.RequestURI
	if !strings.HasPrefix(uri, "/") { // of a client that takes the endpoint for a proxy
		uri = x.in.URL.RequestURI()
	}
	path, query, _ := strings.Cut(to.EscapedPath()+uri, "?")
	u := &url.URL{Scheme: to.Scheme, Host: to.Host, Opaque: path, RawQuery: query, ForceQuery: strings.HasSuffix(uri, "?")}
	if strings.HasPrefix(path, "//") { // which net/url takes for a host
		plain, _ := url.PathUnescape(path)
		u.Opaque, u.Path, u.RawPath = "", plain, path
	}
	header := x.in.Header.Clone()
	dropHopByHop(header)
	spell(header)
	if x.upload != nil && x.upload.awaited {
		header.Set("Expect", "100-continue")
	}
	if _, ok := header["User-Agent"]; !ok {
		header["User-Agent"] = nil // net/http adds none
	}
	header.Add("Via", "1.1 "+viaName)
	out := &http.Request{
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Method: x.in.Method, URL: u, Host: x.in.Host, Header: header, Trailer: x.in.Trailer,
		Body: x.in.Body, GetBody: x.in.GetBody, ContentLength: x.in.ContentLength,
	}
	if x.upload != nil {
		out.Body, x.upload.given = x.upload, true
	}
	return out.WithContext(x.ctx)
}

// dropHopByHop deletes the headers that are for one connection alone (RFC 9110, section
// 7.6.1).
func dropHopByHop(h http.Header) {
	for _, names := range h.Values("Connection") {
		for name := range strings.SplitSeq(names, ",") {
			h.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range []string{"Connection", "Expect", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"} {
		h.Del(name)
	}
}

// spell writes the names of AWS's own headers in small letters, as AWS does: net/http has
// read them in its spelling, and clients make names of metadata of the letters behind x-amz-meta-.
func spell(h http.Header) {
	for name, values := range h {
		if strings.HasPrefix(name, "X-Amz-") {
			delete(h, name)
			h[strings.ToLower(name)] = values
		}
	}
}
