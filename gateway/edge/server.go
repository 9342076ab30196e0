package edge

import (
	"net/http"
	"time"
)

// Limits of a connection. AWS publishes none.
const (
	headerTimeout = 10 * time.Second // to receive a request's head
	readTimeout   = 60 * time.Second // to receive a whole request
	idleTimeout   = 60 * time.Second // between two requests
	slowAnswer    = 31 * time.Second // to send an answer

	// maxHead is how much of a request's head net/http reads before it answers
	// 431 itself, in bytes: room for gateway.MaxHeaderBytes of values and
	// gateway.MaxURLBytes, which CheckHead checks, and for the headers' names.
	maxHead = 64 << 10
)

// NewServer returns a server for h that slow or oversized clients cannot hold
// up: it limits the head, the whole request, the answer and the pause between
// requests. The limit of the answer is well above timeout, the longest that h
// takes for one. The caller may change the server before it serves.
func NewServer(h http.Handler, timeout time.Duration) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      readTimeout + timeout + slowAnswer,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHead,
		ConnContext:       withConn,
	}
}
