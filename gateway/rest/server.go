package rest

import (
	"net/http"
	"time"

	"lullaby/gateway"
)

// Limits of a connection. AWS publishes none.
const (
	headerTimeout = 10 * time.Second // to receive a request's head
	readTimeout   = 60 * time.Second // to receive a whole request
	idleTimeout   = 60 * time.Second // between two requests
	writeTimeout  = readTimeout + gateway.MaxTimeout + 31*time.Second

	// maxHead is how much of a request's head net/http reads before it answers
	// 431 itself, in bytes: room for gateway.MaxHeaderBytes of values and
	// gateway.MaxURLBytes, which the API checks, and for the headers' names.
	maxHead = 64 << 10
)

// NewServer returns a server for h that slow or oversized clients cannot hold
// up: it limits the head, the whole request, the answer and the pause between
// requests. The limit of the answer is well above gateway.MaxTimeout. The
// caller may change the server before it serves.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHead,
		ConnContext:       withConn,
	}
}
