package wire

import (
	"context"
	"net"
	"sync"

	"github.com/valyala/fasthttp"
)

// Handle answers one request without a connection.
func (s *Server) Handle(c *fasthttp.RequestCtx) { s.handle(c) }

// ServeConn serves one connection until it is closed, and closes it.
func (s *Server) ServeConn(c net.Conn) error { return s.fast.ServeConn(c) }

// RunEngine lets an engine do its own work until halt, which comes before Close.
func RunEngine(e interface{ Run(ctx context.Context) }) (halt func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { e.Run(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}
