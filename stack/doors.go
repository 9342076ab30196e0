package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/guard"
	"lullaby/gateway/httpapi"
	"lullaby/gateway/rest"
	"lullaby/gateway/upstream"
	"lullaby/template"
)

// A Door is where clients reach functions: a REST API, an HTTP API or a function
// URL. One of the three is set.
type Door struct {
	URL         string // where it answers
	API         *template.API
	HTTPAPI     *template.HTTPAPI
	FunctionURL *template.FunctionURL

	listener net.Listener
}

// listenDoors opens a listener for each door: the first at HTTPAddr, the others at
// the ports that follow. REST APIs come first, then HTTP APIs, then function URLs,
// each in the order of the template.
func (s *Stack) listenDoors(ctx context.Context) error {
	if s.template == nil {
		return nil
	}
	for _, a := range s.template.APIs {
		s.doors = append(s.doors, &Door{API: a})
	}
	for _, a := range s.template.HTTPAPIs {
		s.doors = append(s.doors, &Door{HTTPAPI: a})
	}
	for _, u := range s.template.URLs {
		s.doors = append(s.doors, &Door{FunctionURL: u})
	}
	addr := s.opts.HTTPAddr
	for i, d := range s.doors {
		ln, err := s.listenAt(ctx, doorSocket(i), addr, "--http-addr")
		if err != nil {
			return err
		}
		d.listener, d.URL = ln, "http://"+ln.Addr().String()
		if addr, err = next(addr); err != nil {
			return err
		}
	}
	return nil
}

// doorSocket returns the name of the socket of door number i.
func doorSocket(i int) string { return "door " + strconv.Itoa(i) }

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

// common is what the doors share.
type common struct {
	throttle  *edge.Throttle // the account's
	keys      *rest.Keys
	guard     *guard.Guard
	endpoints *upstream.Client
}

// serveDoors starts the servers of the doors.
func (s *Stack) serveDoors() error {
	if s.template == nil {
		return nil
	}
	endpoints, err := upstream.New(s.opts.AllowHTTP)
	if err != nil {
		return fmt.Errorf("--allow-http: %w", err)
	}
	s.onClose(func() error { endpoints.Close(); return nil })
	s.warnOfEndpoints(endpoints)
	of := common{
		throttle:  edge.NewThrottle(gateway.Limits{Unlimited: s.opts.Unlimited}),
		keys:      rest.NewKeys(s.template, s.opts.Unlimited),
		guard:     s.newGuard(),
		endpoints: endpoints,
	}
	for _, d := range s.doors {
		handler, longest, err := s.handlerOf(d, of)
		if err != nil {
			return err
		}
		server := edge.NewServer(handler, longest)
		s.goServe(func() error {
			if err := server.Serve(edge.NewListener(d.listener)); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serve %s: %w", d.URL, err)
			}
			return nil
		})
		s.onClose(func() error { return errors.Join(within(server.Shutdown), server.Close()) })
	}
	return nil
}

// handlerOf returns what answers at a door, and the longest time that it takes for it.
func (s *Stack) handlerOf(d *Door, of common) (handler http.Handler, longest time.Duration, err error) {
	o := httpapi.Options{
		Scope:    s.opts.Scope,
		Throttle: of.throttle, Unlimited: s.opts.Unlimited,
		Keys:    s.keys,
		Guard:   of.guard,
		Log:     s.opts.Log,
		Metrics: s.sink,
		Refused: s.refusedByDoor(d),
	}
	switch {
	case d.API != nil:
		handler, err = rest.New(d.API, s.host, rest.Options{
			Scope:    o.Scope,
			Throttle: of.throttle, Unlimited: o.Unlimited,
			Log:     o.Log,
			Metrics: o.Metrics,
			Refused: o.Refused,
			Keys:    of.keys, Upstream: of.endpoints,
			Guard: of.guard,
		})
		if err != nil {
			err = fmt.Errorf("%v: API %s: %w", d.API.Pos(), d.API.LogicalID, err)
		}
		return handler, gateway.MaxTimeout, err
	case d.HTTPAPI != nil:
		handler, err = httpapi.New(d.HTTPAPI, s.host, o)
		if err != nil {
			err = fmt.Errorf("%v: API %s: %w", d.HTTPAPI.Pos(), d.HTTPAPI.LogicalID, err)
		}
		return handler, gateway.MaxHTTPTimeout, err
	default:
		return httpapi.NewURL(d.FunctionURL, s.host, o), gateway.MaxURLTimeout, nil
	}
}

// Doors returns the doors, in the order of their ports.
func (s *Stack) Doors() []*Door { return s.doors }

// HTTPURLs returns the URLs of the doors.
func (s *Stack) HTTPURLs() []string {
	urls := make([]string, len(s.doors))
	for i, d := range s.doors {
		urls[i] = d.URL
	}
	return urls
}

// warnOfEndpoints names the HTTP endpoints of integrations that may not be asked, and
// the flag that lets them in.
func (s *Stack) warnOfEndpoints(endpoints *upstream.Client) {
	for _, a := range s.template.APIs {
		for _, f := range a.Forwards {
			u, err := url.Parse(f.URL)
			switch {
			case err != nil: // a parameter of the path is in its host or port
				s.say("warning: %v: %s %s goes to hosts that requests name: only loopback addresses and those of --allow-http are asked", f.Pos(), f.Method, f.Path)
			case !endpoints.Allows(u):
				s.say("warning: %v: %s %s fails: --allow-http %s lets it go there", f.Pos(), f.Method, f.Path, u.Host)
			}
		}
	}
}
