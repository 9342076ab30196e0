package httpapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"lullaby/template"
)

// A cors answers browsers of other origins (docs/aws/httpapi.md#cors,
// docs/aws/httpapi.md#cors-of-function-urls). It does not change.
type cors struct {
	ofURL   bool
	origins []string

	// Values of headers; empty: the header is not sent.
	methods, headers, exposed, maxAge, credentials string
}

func newCORS(c *template.CORS) *cors {
	made := &cors{
		origins: c.Origins, methods: strings.Join(c.Methods, ","), headers: strings.Join(c.Headers, ","), exposed: strings.Join(c.Exposed, ","),
	}
	if c.MaxAge != nil {
		made.maxAge = strconv.FormatInt(int64(*c.MaxAge/time.Second), 10)
	}
	if c.Credentials {
		made.credentials = "true"
	}
	return made
}

// isPreflight reports whether a request is a browser's question.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// allowed returns the value of Access-Control-Allow-Origin for an origin, empty if
// it is not allowed. Of an HTTP API it is * if the list has that, of a function
// URL always the origin. Assumed: https://* and http://* are answered with the
// origin.
func (c *cors) allowed(origin string) string {
	switch {
	case origin == "":
		return ""
	case slices.Contains(c.origins, "*"):
		if c.ofURL {
			return origin
		}
		return "*"
	case slices.ContainsFunc(c.origins, func(o string) bool {
		scheme, whole := strings.CutSuffix(o, "*")
		return o == origin || whole && strings.HasSuffix(scheme, "://") && strings.HasPrefix(origin, scheme)
	}):
		return origin
	default:
		return ""
	}
}

// preflight sets the headers of the answer to a preflight. Assumed: an origin that
// is not allowed gets none.
func (c *cors) preflight(h http.Header, r *http.Request) {
	origin := c.allowed(r.Header.Get("Origin"))
	if origin == "" {
		return
	}
	c.add(h, "Access-Control-Allow-Origin", origin)
	c.add(h, "Access-Control-Allow-Methods", c.methods)
	c.add(h, "Access-Control-Allow-Headers", c.headers)
	c.add(h, "Access-Control-Max-Age", c.maxAge)
	c.add(h, "Access-Control-Allow-Credentials", c.credentials)
}

// set sets the headers of an answer to any other request. Those of an HTTP API
// take the place of the function's, also for an origin that is not allowed; those
// of a function URL are sent beside them. A nil c sets none.
func (c *cors) set(h http.Header, r *http.Request) {
	if c == nil {
		return
	}
	if !c.ofURL {
		for _, name := range responseHeaders {
			delete(h, name)
		}
	}
	origin := c.allowed(r.Header.Get("Origin"))
	if origin == "" {
		return
	}
	c.add(h, "Access-Control-Allow-Origin", origin)
	c.add(h, "Access-Control-Expose-Headers", c.exposed)
	c.add(h, "Access-Control-Allow-Credentials", c.credentials)
}

// responseHeaders are the headers of a function that an HTTP API with CORS ignores.
var responseHeaders = []string{
	"Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Allow-Credentials",
	"Access-Control-Expose-Headers", "Access-Control-Max-Age",
}

func (c *cors) add(h http.Header, name, value string) {
	if value != "" {
		h[name] = append(h[name], value)
	}
}
