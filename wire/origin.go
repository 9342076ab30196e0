package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lullaby/internal/awsquery"
	"lullaby/internal/webpage"
)

// barred refuses a request that a web page may have sent: one with an Origin that
// is not among the Origins; one that a browser sent for a page of another origin,
// without an Origin (an image, a link); and one to a name that this endpoint does
// not have, since whoever owns a name can let it mean 127.0.0.1 once his page is
// loaded (DNS rebinding). A page at this address comes from where calls are forwarded: it
// may load what is there too, and nothing of the endpoint's own services. A request
// without these headers is not a browser's, apart from a GET: see bySilentBrowser.
func (s *Server) barred(r *request) (resp response, barred bool) {
	origin, site := r.header("Origin"), r.header("Sec-Fetch-Site")
	var why string
	switch {
	case !webpage.IsOwn(r.fast.Request.Header.Host(), r.fast.LocalAddr(), s.opts.Hosts):
		why = fmt.Sprintf("%q is not a name of this endpoint. If it should be, start lullaby up with --host NAME.", webpage.HostOf(r.header("Host")))
	case origin != "" && !slices.Contains(s.opts.Origins, webpage.Origin(origin)):
		why = fmt.Sprintf("Web pages of the origin %q may not use this endpoint. If they should, start lullaby up with --cors ORIGIN.", origin)
	case origin == "" && r.foreign && s.ofLetIn(r): // an image of an object, say
		return response{}, false
	case origin == "" && site == "same-origin" && !r.foreign:
		why = "This request is of a web page at this address, and Lullaby has none: it came from where calls are forwarded."
	case origin == "" && (site == "cross-site" || site == "same-site"):
		why = "Web pages may not use this endpoint, and this request has no Origin. lullaby up --cors ORIGIN lets the scripts of a page use it."
	case origin == "" && site == "" && r.bySilentBrowser():
		why = "Web pages may not use this endpoint, and this browser does not say which page has sent the request."
	default:
		return response{}, false
	}
	resp = typed(http.StatusForbidden, "text/plain; charset=utf-8", []byte(why+"\n"))
	resp.set("X-Content-Type-Options", "nosniff")
	return resp, true
}

// ofLetIn reports whether r is a GET or HEAD that a browser sent for a page of the Origins,
// by its Referer: what a page includes has no Origin, and no page can write another
// origin than its own there.
func (s *Server) ofLetIn(r *request) bool {
	u, err := url.Parse(r.header("Referer"))
	if err != nil || r.method() != http.MethodGet && r.method() != http.MethodHead {
		return false
	}
	var origin webpage.Origin
	return origin.UnmarshalText([]byte(u.Scheme+"://"+u.Host)) == nil && slices.Contains(s.opts.Origins, origin)
}

// bySilentBrowser reports whether r is a GET for an operation that a browser may
// have sent for a page without saying so: an image of a queue's URL with an Action.
// An old browser never says it, and no browser does to a host that is not loopback,
// unless over TLS (Fetch Metadata Request Headers, "Set the Fetch metadata headers for
// a request": potentially trustworthy URLs alone). No page can change the name with
// which its browser's images are fetched.
func (r *request) bySilentBrowser() bool {
	return r.method() == http.MethodGet && strings.HasPrefix(r.header("User-Agent"), "Mozilla/") &&
		awsquery.Get(r.fast.URI().QueryString(), "Action") != ""
}
