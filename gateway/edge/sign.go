package edge

import (
	"net/http"
	"strings"

	"lullaby/internal/sigv4"
)

// ToSign returns the part of a request with a body that a signature covers.
func ToSign(r *http.Request, body []byte) *sigv4.Request {
	path, query, _ := strings.Cut(r.RequestURI, "?")
	in := &sigv4.Request{
		Method: r.Method, Path: path, Query: query, Body: body,
		Header: func(name string) string {
			if name == "host" {
				return r.Host
			}
			return strings.Join(r.Header.Values(name), ",")
		},
		Names: []string{"host"},
	}
	for name := range r.Header {
		in.Names = append(in.Names, name)
	}
	return in
}
