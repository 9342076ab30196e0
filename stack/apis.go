package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/rest"
	"lullaby/gateway/upstream"
)

// An api is one API of the template with its listener and server.
type api struct {
	listener net.Listener
	server   *http.Server
}

// listenAPIs opens a listener for each API: the first at HTTPAddr, the others
// at the ports that follow.
func (s *Stack) listenAPIs(ctx context.Context) error {
	if s.template == nil {
		return nil
	}
	addr := s.opts.HTTPAddr
	for i := range s.template.APIs {
		ln, err := s.listenAt(ctx, apiSocket(i), addr, "--http-addr")
		if err != nil {
			return err
		}
		s.apis = append(s.apis, &api{listener: ln})
		if addr, err = next(addr); err != nil {
			return err
		}
	}
	return nil
}

// apiSocket returns the name of the socket of API number i.
func apiSocket(i int) string { return "api " + strconv.Itoa(i) }

// next returns addr with the next port. Port 0 stays 0.
func next(addr string) (string, error) {
	name, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("address %q: %w", addr, err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return "", fmt.Errorf("address %q: the port is not a number", addr)
	}
	if n != 0 {
		n++
	}
	return net.JoinHostPort(name, strconv.Itoa(n)), nil
}

func (s *Stack) serveAPIs() error {
	// One throttle for all: it is the account's.
	throttle := edge.NewThrottle(gateway.Limits{Unlimited: s.opts.Unlimited})
	endpoints, err := upstream.New(s.opts.AllowHTTP)
	if err != nil {
		return fmt.Errorf("--allow-http: %w", err)
	}
	s.onClose(func() error { endpoints.Close(); return nil })
	var keys *rest.Keys
	if s.template != nil {
		keys = rest.NewKeys(s.template, s.opts.Unlimited)
		s.warnOfEndpoints(endpoints)
	}
	for i, a := range s.apis {
		described := s.template.APIs[i]
		handler, err := rest.New(described, s.host, rest.Options{
			Scope:    s.opts.Scope,
			Throttle: throttle, Unlimited: s.opts.Unlimited,
			Log:     s.opts.Log,
			Metrics: s.sink,
			Refused: s.refusedByAPI(),
			Keys:    keys, Upstream: endpoints,
		})
		if err != nil {
			return fmt.Errorf("%v: API %s: %w", described.Pos(), described.LogicalID, err)
		}
		a.server = edge.NewServer(handler, gateway.MaxTimeout)
		s.goServe(func() error {
			if err := a.server.Serve(edge.NewListener(a.listener)); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serve API %s: %w", described.LogicalID, err)
			}
			return nil
		})
		s.onClose(func() error { return errors.Join(within(a.server.Shutdown), a.server.Close()) })
	}
	return nil
}

// warnOfEndpoints names the HTTP endpoints of integrations that may not be asked, and
// the flag that lets them in.
func (s *Stack) warnOfEndpoints(endpoints *upstream.Client) {
	for _, a := range s.template.APIs {
		for _, f := range a.Forwards {
			u, err := url.Parse(f.URL)
			switch {
			case err != nil: // a parameter of the path is in its host or port
				s.say("warning: %v: %s %s goes to hosts that requests name: only those of --allow-http are asked", f.Pos(), f.Method, f.Path)
			case !endpoints.Allows(u):
				s.say("warning: %v: %s %s fails: --allow-http %s lets it go there", f.Pos(), f.Method, f.Path, u.Host)
			}
		}
	}
}
