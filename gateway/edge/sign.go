package edge

import (
	"net/http"
	"strconv"
	"strings"

	"lullaby/internal/sigv4"
)

// ToSign returns the part of a request with a body that a signature covers. A
// request that was not read from a connection has its length in no header.
func ToSign(r *http.Request, body []byte) *sigv4.Request {
	path, query, _ := strings.Cut(r.RequestURI, "?")
	in := &sigv4.Request{
		Method: r.Method, Path: path, Query: query, Body: body,
		Header: func(name string) string {
			value := strings.Join(r.Header.Values(name), ",")
			switch {
			case name == "host":
				return r.Host
			case name == "content-length" && value == "":
				return strconv.Itoa(len(body))
			}
			return value
		},
		Names: []string{"host"},
	}
	for name := range r.Header {
		in.Names = append(in.Names, name)
	}
	return in
}
