package rest

import (
	"net/http"
	"time"

	"lullaby/gateway"
)

// Bounds of a connection. AWS publishes none of its own.
const (
	headerTimeout = 10 * time.Second // to send a request's head
	readTimeout   = 60 * time.Second // to send all of a request
	idleTimeout   = 60 * time.Second // between two requests
	writeTimeout  = readTimeout + gateway.MaxTimeout + 31*time.Second

	// maxHead is what net/http reads of a request's head before it answers 431
	// itself, in bytes: room for gateway.MaxHeaderBytes of values and
	// gateway.MaxURLBytes, both of which the API judges, and for the headers'
	// names.
	maxHead = 64 << 10
)

// NewServer returns a server for an API that no slow or oversized client
// can hold up: the head, the whole request, the answer and the pause between
// requests all have an end, and the answer's lies well after the longest
// integration's. The caller sets what else it wants before it serves.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHead,
	}
}
