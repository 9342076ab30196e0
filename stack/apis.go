package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/rest"
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
	for i, a := range s.apis {
		described := s.template.APIs[i]
		handler, err := rest.New(described, s.host, rest.Options{
			Scope:    s.opts.Scope,
			Throttle: throttle, Unlimited: s.opts.Unlimited,
			Log:     s.opts.Log,
			Metrics: s.sink,
			Refused: s.refusedByAPI(),
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
