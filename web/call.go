package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Call is a request to an API that a person sends from the page. The page's server
// sends it on, so that the API needs no CORS headers for the page.
type Call struct {
	API          int // of Services.APIs
	Method, Path string
	Body         string
}

// An Answer is what the API answered.
type Answer struct {
	Status int
	Header http.Header
	Body   string
	Cut    bool // the body is longer
	Ms     float64
}

// maxAnswer bounds the body of an Answer, in bytes.
const maxAnswer = 64 << 10

// call sends a Call.
func (s *Server) call(r *http.Request) (any, error) {
	var c Call
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		return nil, err
	}
	if c.API < 0 || c.API >= len(s.services.APIs) || !strings.HasPrefix(c.Path, "/") {
		return nil, fmt.Errorf("no API %d, or %q is no path", c.API, c.Path)
	}
	to, err := url.Parse(s.services.APIs[c.API].url)
	if err != nil {
		return nil, err
	}
	at, err := url.Parse("http://" + to.Host + c.Path)
	if err != nil || at.Host != to.Host {
		return nil, fmt.Errorf("%q is no path", c.Path)
	}
	out, err := http.NewRequestWithContext(r.Context(), c.Method, at.String(), strings.NewReader(c.Body))
	if err != nil {
		return nil, err
	}
	if c.Body != "" {
		out.Header.Set("Content-Type", "application/json")
	}
	begun := time.Now()
	resp, err := s.caller.Do(out)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, err
	}
	a := Answer{Status: resp.StatusCode, Header: resp.Header, Ms: float64(time.Since(begun).Microseconds()) / 1000}
	if a.Cut = len(body) > maxAnswer; a.Cut {
		body = body[:maxAnswer]
	}
	a.Body = strings.ToValidUTF8(string(body), "\uFFFD")
	return a, nil
}
