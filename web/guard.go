package web

import (
	"fmt"
	"net"
	"net/http"

	"lullaby/internal/webpage"
)

// policy is the Content-Security-Policy of the page: everything is of its own server,
// nothing is code that a name could bring, and no page frames it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// guarded hands on requests of the page itself and of programs. What a browser sends
// for another page is refused, whatever it is, and so is a name that is not this
// server's (see webpage.IsOwn). A link to the page may be anywhere.
func (s *Server) guarded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		if why := s.barred(r); why != "" {
			http.Error(w, why, http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// barred says why a request is refused, "" if it is not.
func (s *Server) barred(r *http.Request) string {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	switch {
	case !webpage.IsOwn([]byte(r.Host), local, s.opts.Hosts):
		return fmt.Sprintf("%q is not a name of this page. If it should be, start lullaby up with --host NAME.", webpage.HostOf(r.Host))
	case origin != "" && origin != "http://"+r.Host:
		return fmt.Sprintf("Web pages of the origin %q may not use the live page.", origin)
	case (site == "cross-site" || site == "same-site") && !isLink(r):
		return "Other web pages may not use the live page."
	case r.Method == http.MethodPost && r.Header.Get("Content-Type") != "application/json":
		return "The live page takes JSON."
	}
	return ""
}

// isLink reports whether a browser follows a link to the page, in a window of its own.
func isLink(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.Path == "/" &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}
