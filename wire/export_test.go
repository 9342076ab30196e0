package wire

import "github.com/valyala/fasthttp"

// Handle answers one request without a connection.
func (s *Server) Handle(c *fasthttp.RequestCtx) { s.handle(c) }
