// Package webpage has what tells a program's request from one that a browser sent for
// a web page: origins, and the names under which a server may be asked. It is internal:
// it may change whenever its users do.
package webpage

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
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

// HostOf returns the host of a Host header. An odd one is returned as it is.
func HostOf(header string) Host {
	name, _, err := net.SplitHostPort(header)
	if err != nil {
		name = header
	}
	h := Host(name)
	_ = h.UnmarshalText([]byte(name)) // leaves h as it is if it is odd
	return h
}

// IsOwn reports whether a request with a Host header was sent to a name of the server
// at which it came in: localhost and what is below it, a loopback address, local, which is the address at
// which the connection came in, the one that stands for all, or one of hosts. Whoever
// owns another name can let it mean 127.0.0.1 once his page is loaded (DNS rebinding).
// An IP address in the Host has not been looked up, so no name can have been bound to
// it; neither can a name below localhost, which nobody owns and which means this machine
// (RFC 6761, section 6.3). Every browser sends a Host; a request without one is sent to the server.
func IsOwn(header []byte, local net.Addr, hosts []Host) bool {
	name, _, _ := strings.Cut(string(header), ":")
	if len(header) == 0 || name == "127.0.0.1" || name == "localhost" {
		return true
	}
	host := HostOf(string(header))
	if host == "localhost" || strings.HasSuffix(string(host), ".localhost") || slices.Contains(hosts, host) {
		return true
	}
	ip, err := netip.ParseAddr(string(host))
	if err != nil {
		return false
	}
	at, _ := local.(*net.TCPAddr)
	return ip.Unmap().IsLoopback() || ip.Unmap().IsUnspecified() ||
		at != nil && at.AddrPort().Addr().Unmap() == ip.Unmap()
}
