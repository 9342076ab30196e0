package wire

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"lullaby/internal/awsquery"
)

// An Origin is where a web page comes from, in the form in which browsers send
// it: scheme://host, and :port if it is not the scheme's own.
type Origin string

// UnmarshalText takes an origin in any case, with or without its scheme's port. It
// refuses null, the Origin of every sandboxed frame.
func (o *Origin) UnmarshalText(text []byte) error {
	u, err := url.Parse(strings.ToLower(string(text)))
	if err != nil || u.Scheme == "" || u.Hostname() == "" || *u != (url.URL{Scheme: u.Scheme, Host: u.Host}) {
		return fmt.Errorf("%q is not an origin, such as http://localhost:5173", text)
	}
	switch u.Scheme + ":" + u.Port() {
	case "http:80", "https:443":
		u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
	}
	*o = Origin(u.String())
	return nil
}

// A Host is the name of a machine or its IP address, without a port, in lower
// case.
type Host string

// UnmarshalText takes a name in any case, also with a full stop at its end, and an
// address also in brackets.
func (h *Host) UnmarshalText(text []byte) error {
	name := strings.TrimSuffix(strings.ToLower(string(text)), ".")
	ip, err := netip.ParseAddr(strings.Trim(name, "[]"))
	switch {
	case err == nil:
		name = ip.String()
	case name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "":
		return fmt.Errorf("%q is not the name of a host, such as host.docker.internal (without a port)", text)
	}
	*h = Host(name)
	return nil
}

// hostOf returns the host of a Host header. An odd one is returned as it is.
func hostOf(header string) Host {
	name, _, err := net.SplitHostPort(header)
	if err != nil {
		name = header
	}
	h := Host(name)
	_ = h.UnmarshalText([]byte(name)) // leaves h as it is if it is odd
	return h
}

// barred refuses a request that a web page may have sent: one with an Origin that
// is not among the Origins; one that a browser sent for a page of another origin,
// without an Origin (an image, a link); and one to a name that this endpoint does
// not have, since whoever owns a name can let it mean 127.0.0.1 once his page is
// loaded (DNS rebinding). A request without these headers is not a browser's, apart
// from a GET: see bySilentBrowser.
func (s *Server) barred(r *request) (resp response, barred bool) {
	origin, site := r.header("Origin"), r.header("Sec-Fetch-Site")
	var why string
	switch {
	case !s.knows(r):
		why = fmt.Sprintf("%q is not a name of this endpoint. If it should be, start lullaby up with --host NAME.", hostOf(r.header("Host")))
	case origin != "" && !slices.Contains(s.opts.Origins, Origin(origin)):
		why = fmt.Sprintf("Web pages of the origin %q may not use this endpoint. If they should, start lullaby up with --cors ORIGIN.", origin)
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

// knows reports whether r was sent to a name of this endpoint: localhost, a
// loopback address, the address at which the connection came in, the one that
// stands for all, or one of the Hosts. An IP address in the Host has not been
// looked up, so no name can have been bound to it. Every browser sends a Host.
func (s *Server) knows(r *request) bool {
	header := r.fast.Request.Header.Host()
	name, _, _ := strings.Cut(string(header), ":")
	if len(header) == 0 || name == "127.0.0.1" || name == "localhost" {
		return true
	}
	host := hostOf(string(header))
	if host == "localhost" || slices.Contains(s.opts.Hosts, host) {
		return true
	}
	ip, err := netip.ParseAddr(string(host))
	if err != nil {
		return false
	}
	local, _ := r.fast.LocalAddr().(*net.TCPAddr)
	return ip.Unmap().IsLoopback() || ip.Unmap().IsUnspecified() ||
		local != nil && local.AddrPort().Addr().Unmap() == ip.Unmap()
}
