package rest_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"lullaby/gateway/rest"
)

// The formats of generated ids.
const (
	uuid       = `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`
	extendedID = `^[A-Za-z0-9_-]{15}=$`
	fullTrace  = `^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$`
)

// checkHeaders compares the headers of an answer with patterns. Those that
// begin with ^ are regular expressions. Only Content-Length may be missing from
// the patterns.
func checkHeaders(t *testing.T, h http.Header, want map[string]string) {
	t.Helper()
	for name, pattern := range want {
		got := h[name]
		if len(got) != 1 || got[0] != pattern && (pattern[0] != '^' || !regexp.MustCompile(pattern).MatchString(got[0])) {
			t.Errorf("header %s = %q, want %q", name, got, pattern)
		}
	}
	for name := range h {
		if _, known := want[name]; !known && name != "Content-Length" && name != "Connection" {
			t.Errorf("header %s = %q, want none", name, h[name])
		}
	}
}

func TestTrace(t *testing.T) {
	// The example of "Tracing header" in the X-Ray Developer Guide.
	const root, parent = "Root=1-5759e988-bd862e3fe1be46a994272793", "Parent=53995c3f42cd8ad8"
	tests := []struct{ name, sent, want string }{
		{"none", "", fullTrace},
		{"not a trace", "Sampled=1", fullTrace},
		{"an empty root", "Root=;" + parent, fullTrace},
		{"a root", root, `^` + root + `;Parent=[0-9a-f]{16};Sampled=0$`},
		{"a sampled root", root + ";Sampled=1", `^` + root + `;Parent=[0-9a-f]{16};Sampled=1$`},
		{"a root and a parent", root + ";" + parent, root + ";" + parent + ";Sampled=0"},
		{"a whole one", root + ";" + parent + ";Sampled=1", root + ";" + parent + ";Sampled=1"},
		{"more than that", root + "; " + parent + ";Sampled=1;Lineage=25:a87bd80c:1", root + ";" + parent + ";Sampled=1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := serving(t, newAPI("POST /item"), returning(`{"statusCode":200}`), rest.Options{})
			r := httptest.NewRequest(http.MethodPost, "/item", nil)
			if tt.sent != "" {
				r.Header.Set("X-Amzn-Trace-Id", tt.sent)
			}
			checkHeaders(t, serve(g, r).header, map[string]string{
				"Content-Type": "application/json", "x-amzn-RequestId": uuid, "x-amz-apigw-id": extendedID, "X-Amzn-Trace-Id": tt.want,
			})
		})
	}
}
