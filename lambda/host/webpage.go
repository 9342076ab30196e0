package host

import (
	"net/http"
	"strings"
)

// ofWebPage is the reply to what a browser sends for a web page.
var ofWebPage = refusal(http.StatusForbidden, "AccessDenied", "The Runtime API is for the function's own process, not for web pages.")

// withoutWebPages hands on the requests of programs. It refuses those of browsers,
// with an Origin or a Sec-Fetch-Site, and those to a name, which a web page can bind
// to a loopback address once it is loaded. A page that found the port could take a
// function's events, or end it with an init error. Runtimes call the address that
// AWS_LAMBDA_RUNTIME_API has.
func withoutWebPages(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := strings.Cut(r.Host, ":")
		if host != "127.0.0.1" && host != "" || r.Header["Origin"] != nil || r.Header["Sec-Fetch-Site"] != nil {
			ofWebPage.write(w)
			return
		}
		h.ServeHTTP(w, r)
	})
}
