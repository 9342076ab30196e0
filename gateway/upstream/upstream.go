// Package upstream asks HTTP endpoints for the integrations HTTP and HTTP_PROXY of
// API Gateway (docs/aws/gateway.md#http-integrations).
//
// A template, and through parameters of its paths a client, says where a request
// goes, so a Client goes to few places: to this machine's loopback addresses, and to
// hosts that somebody has let in by name (docs/security.md). It follows no redirect
// and takes no proxy from the environment.
//
// The package is internal to the program; its interface may change with any
// commit.
package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"lullaby/gateway"
)

// ErrNotAllowed is matched by the error of a request to a host that nobody has let
// in.
var ErrNotAllowed = errors.New("the host is not a loopback address, and not among those of --allow-http")

// ErrTooLong is matched by the error of an answer with a body longer than
// gateway.MaxBodyBytes.
var ErrTooLong = fmt.Errorf("the answer is longer than %d bytes", gateway.MaxBodyBytes)

// idle is how long a connection is kept without a request.
const idle = 60 * time.Second

// A Client asks HTTP endpoints. Make one with New. Safe for concurrent use.
type Client struct {
	allowed   map[string]bool // HOST, or HOST:PORT, in lower case
	transport *http.Transport
}

// New returns a client that may also ask the hosts in allow: HOST or HOST:PORT.
func New(allow []string) (*Client, error) {
	c := &Client{allowed: make(map[string]bool)}
	for _, host := range allow {
		u, err := url.Parse("http://" + host)
		if err != nil || u.Host != host || u.Hostname() == "" || strings.ContainsAny(host, "*@ ") {
			return nil, fmt.Errorf("%q is no HOST or HOST:PORT", host)
		}
		c.allowed[strings.ToLower(host)] = true
	}
	c.transport = &http.Transport{
		DialContext: c.dial, DisableCompression: true, ForceAttemptHTTP2: true,
		MaxIdleConnsPerHost: 64, IdleConnTimeout: idle, TLSHandshakeTimeout: gateway.MaxTimeout,
		MaxResponseHeaderBytes: 64 << 10,
	}
	return c, nil
}

// Close closes connections that are idle.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Allows reports whether the client may ask the host of a URL.
func (c *Client) Allows(u *url.URL) bool {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return isLocal(u.Hostname()) || c.named(u.Hostname(), port)
}

// named reports whether somebody has let a host in.
func (c *Client) named(host, port string) bool {
	host = strings.ToLower(host)
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return c.allowed[host] || c.allowed[host+":"+port]
}

// isLocal reports whether a host is a loopback address, or a name of one.
func isLocal(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// dial connects to a host, and looks at the address to which its name has led: that
// of a local name is a loopback address, and that of no name is link-local, where
// clouds have their machines' credentials, unless it was let in as an address.
func (c *Client) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	named := c.named(host, port)
	if !named && !isLocal(host) {
		return nil, ErrNotAllowed
	}
	d := net.Dialer{ControlContext: func(_ context.Context, _, to string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(to)
		if err == nil && !mayLead(host, named, at.Addr().Unmap()) {
			err = fmt.Errorf("%w: %s is %v", ErrNotAllowed, host, at.Addr())
		}
		return err
	}}
	return d.DialContext(ctx, network, addr)
}

// mayLead reports whether a host may lead to an address.
func mayLead(host string, named bool, ip netip.Addr) bool {
	if !named {
		return ip.IsLoopback()
	}
	_, err := netip.ParseAddr(host)
	return err == nil || !ip.IsLinkLocalUnicast()
}

// An Answer is what an endpoint has answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do sends a request and reads the whole answer. Errors match ErrNotAllowed,
// ErrTooLong or the error of r's context, or say why the endpoint cannot be reached.
func (c *Client) Do(r *http.Request) (*Answer, error) {
	if !c.Allows(r.URL) {
		return nil, fmt.Errorf("%w: %s", ErrNotAllowed, r.URL.Host)
	}
	resp, err := c.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // read to its end, or given up
	body, err := io.ReadAll(io.LimitReader(resp.Body, gateway.MaxBodyBytes+1))
	switch {
	case err != nil:
		return nil, err
	case len(body) > gateway.MaxBodyBytes:
		return nil, ErrTooLong
	}
	return &Answer{resp.StatusCode, resp.Header, body}, nil
}
