package edge

import (
	"strings"
	"time"
)

// A Refusal is a request that an API or a function URL refused itself, for people who look at a running
// stack.
type Refusal struct {
	At       time.Time // when the request began
	Method   string
	Path     string
	Status   int
	Response string // the gateway response type, such as THROTTLED; empty: refused before one applies
	Function string // of the route; empty: no route matches, or a mock's does
	Cause    string // why, if the response does not say; may be empty
	Request  string // the beginning of the body, if that is text
}

// maxRequestText bounds a Refusal's Request, in bytes.
const maxRequestText = 1 << 10

// Text returns the beginning of a body as a Refusal has it.
func Text(body []byte) string {
	return strings.ToValidUTF8(string(body[:min(len(body), maxRequestText)]), "")
}
