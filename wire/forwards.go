package wire

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lullaby/internal/awsservice"
)

// A Forward is where calls go to a service that the endpoint lacks.
type Forward struct {
	Service string   // in signatures; empty: every service without a Forward of its own
	URL     *url.URL // http or https, without user, query and fragment; the path of a request is added to its path
}

// UnmarshalText takes URL or SERVICE=URL. The service may have any of the names that
// awsservice.Named takes.
func (f *Forward) UnmarshalText(text []byte) error {
	name, to, named := strings.Cut(string(text), "=")
	if !named || !awsservice.Valid(name) {
		name, to = "", string(text)
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return fmt.Errorf("%q is not a URL, such as http://127.0.0.1:4567, or SERVICE=URL", text)
	}
	if *u != (url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}) {
		return fmt.Errorf("%q: the URL has more than a host and a path", u.Redacted())
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	*f = Forward{awsservice.Named(name), u}
	return nil
}

// String returns SERVICE=URL, or URL if it is for every service.
func (f Forward) String() string {
	if f.Service == "" {
		return f.URL.String()
	}
	return f.Service + "=" + f.URL.String()
}

// dialTime is how long the target of a Forward may take to accept a connection.
const dialTime = 10 * time.Second

// newForwards returns the connections to the targets. They follow no redirect, decompress
// nothing, and use no proxy. Who waits for an answer decides how long: there is no
// time-out here.
func newForwards() *http.Transport {
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: dialTime}).DialContext,
		DisableCompression:     true,
		ExpectContinueTimeout:  time.Second, // as AWS's clients wait
		TLSHandshakeTimeout:    dialTime,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}
}
