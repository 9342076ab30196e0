package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lullaby/template"
	"lullaby/web"
)

// What a browser sends for another page is refused, and so is a name that another may own.
func TestForeignPages(t *testing.T) {
	w := newWorld(t)
	const own, link = "127.0.0.1:3999", "navigate document"
	tests := []struct {
		name, method, path, host, origin, site, mode string
		status                                       int
	}{
		{"a person", "GET", "/", own, "", "none", link, 200},
		{"its script", "GET", "/page.js", own, "", "same-origin", "", 200},
		{"the page itself", "GET", "/api/state", own, "", "same-origin", "", 200},
		{"the page itself, by a name", "GET", "/api/state", "localhost:3999", "http://localhost:3999", "same-origin", "", 200},
		{"a program", "GET", "/api/state", own, "", "", "", 200},
		{"a link of another page", "GET", "/", own, "", "cross-site", link, 200},

		{"a link to the state", "GET", "/api/state", own, "", "cross-site", link, 403},
		{"a frame", "GET", "/", own, "", "cross-site", "navigate iframe", 403},
		{"another page", "GET", "/api/state", own, "http://evil.test", "cross-site", "cors empty", 403},
		{"another port", "GET", "/api/state", own, "http://127.0.0.1:3000", "same-site", "cors empty", 403},
		{"another port, without an Origin", "GET", "/page.js", own, "", "same-site", "no-cors script", 403},
		{"a sandboxed frame", "POST", "/api/call", own, "null", "cross-site", "", 403},
		{"a form", "POST", "/api/call", own, "http://evil.test", "cross-site", "navigate document", 403},
		{"a name bound to loopback", "GET", "/api/state", "evil.test:3999", "", "same-origin", "", 403},
		{"its calls", "POST", "/api/call", "evil.test:3999", "http://evil.test:3999", "same-origin", "", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "http://"+tt.host+tt.path, strings.NewReader("{}"))
			mode, dest, _ := strings.Cut(tt.mode, " ")
			for name, value := range map[string]string{
				"Origin": tt.origin, "Sec-Fetch-Site": tt.site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest, "Content-Type": "application/json",
			} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			rec := httptest.NewRecorder()
			w.ServeHTTP(rec, r)
			if rec.Code != tt.status {
				t.Errorf("%d %s, want %d", rec.Code, rec.Body, tt.status)
			}
			h := rec.Header()
			if !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("Access-Control-Allow-Origin") != "" || h.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers: %v", h)
			}
		})
	}
	r := httptest.NewRequest(http.MethodPost, "http://"+own+"/api/call", strings.NewReader("{}"))
	r.Header.Set("Content-Type", "text/plain") // which a page could send without a preflight
	rec := httptest.NewRecorder()
	if w.ServeHTTP(rec, r); rec.Code != http.StatusForbidden {
		t.Errorf("a call that is no JSON: %d", rec.Code)
	}
}

// A call goes to the API, to no other host, and its answer comes back as it is.
func TestCalls(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://elsewhere.test/")
		w.WriteHeader(http.StatusSeeOther)
		_, _ = w.Write([]byte(r.Method + " " + r.Host + r.URL.String() + strings.Repeat("x", 100_000)))
	}))
	defer api.Close()
	w := newWorld(t, web.RESTAPI(&template.API{Name: "a"}, api.URL))
	host := strings.TrimPrefix(api.URL, "http://")
	for _, path := range []string{"/item/1?a=b", "//evil.test/", "/@evil.test/"} {
		var a web.Answer
		w.ask(t, "POST", "/api/call", `{"API": 0, "Method": "PUT", "Path": "`+path+`", "Body": "{}"}`, &a)
		if a.Status != http.StatusSeeOther || !a.Cut || len(a.Body) != 64<<10 || !strings.HasPrefix(a.Body, "PUT "+host+path) || a.Header.Get("Location") == "" {
			t.Errorf("%s: %d %v %.60s", path, a.Status, a.Header, a.Body)
		}
	}
	for _, call := range []string{`{"API": 1, "Path": "/"}`, `{"API": -1, "Path": "/"}`, `{"Path": ".evil.test/"}`, `{"Path": "@evil.test/"}`, `[`} {
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:3999/api/call", strings.NewReader(call))
		r.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		if w.ServeHTTP(rec, r); rec.Code != http.StatusBadRequest {
			t.Errorf("%s: %d %s", call, rec.Code, rec.Body)
		}
	}
}
