package wire

import (
	"context"
	"sync"

	"github.com/valyala/fasthttp"

	"lullaby/dynamo"
)

// Handle answers one request without a connection.
func (s *Server) Handle(c *fasthttp.RequestCtx) { s.handle(c) }

// RunEngine lets an engine do its own work until halt, which comes before Close.
func RunEngine(e *dynamo.Engine) (halt func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { e.Run(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}
