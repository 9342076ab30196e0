package upstream_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"lullaby/gateway"
	"lullaby/gateway/upstream"
)

func client(t *testing.T, allow ...string) *upstream.Client {
	t.Helper()
	c, err := upstream.New(allow)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestAllows(t *testing.T) {
	c := client(t, "API.example.com", "other.example.com:8080", "10.0.0.7", "[fe80::1]:80")
	for text, want := range map[string]bool{
		"http://127.0.0.1:8080/":          true,
		"http://127.8.9.1/":               true,
		"http://[::1]:9/":                 true,
		"http://[::ffff:127.0.0.1]/":      true,
		"https://LOCALHOST./":             true,
		"http://a.localhost:80/":          true,
		"https://api.example.com:9/":      true,
		"http://other.example.com:8080/":  true,
		"http://other.example.com/":       false,
		"http://api.example.com.evil.io/": false,
		"http://evil-localhost/":          false,
		"http://localhost.evil.io/":       false,
		"http://10.0.0.7/":                true,
		"http://10.0.0.8/":                false,
		"http://[fe80::1]/":               true,
		"http://[fe80::1]:81/":            false,
		"http://169.254.169.254/":         false,
		"http://0.0.0.0/":                 false,
		"http://2130706433/":              false, // 127.0.0.1 to some resolvers
		"http://localhost@evil.io/":       false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Allows(u); got != want {
			t.Errorf("Allows(%s) = %v, want %v", text, got, want)
		}
	}
}

func TestFlagsThatAreRefused(t *testing.T) {
	for _, host := range []string{"", "http://a", "a/b", "*", "*.example.com", "a@b", "a b", ":80", "a:x"} {
		if _, err := upstream.New([]string{host}); err == nil {
			t.Errorf("New(%q) takes it", host)
		}
	}
}

func ask(t *testing.T, c *upstream.Client, to string) (*upstream.Answer, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return c.Do(r)
}

// A redirect is an answer, whose place is not asked for. Nothing is unpacked.
func TestAnswersAsTheyAre(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if encoding := r.Header.Get("Accept-Encoding"); encoding != "" {
			t.Errorf("asked with Accept-Encoding: %s", encoding)
		}
		http.Redirect(w, r, "http://example.com/", http.StatusFound)
	}))
	defer server.Close()
	got, err := ask(t, client(t), server.URL)
	if err != nil || got.Status != http.StatusFound || got.Header.Get("Location") != "http://example.com/" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAnswersOfTenMegabytes(t *testing.T) {
	size := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(strings.Repeat("x", size)))
	}))
	defer server.Close()
	c := client(t)
	size = gateway.MaxBodyBytes
	if got, err := ask(t, c, server.URL); err != nil || len(got.Body) != size {
		t.Errorf("an answer of the most bytes: %v", err)
	}
	size++
	if _, err := ask(t, c, server.URL); !errors.Is(err, upstream.ErrTooLong) {
		t.Errorf("an answer of a byte more: %v, want ErrTooLong", err)
	}
}

func TestHostsThatNobodyLetIn(t *testing.T) {
	for _, to := range []string{"http://192.0.2.1/", "http://169.254.169.254/latest/meta-data/", "http://example.com/"} {
		if _, err := ask(t, client(t), to); !errors.Is(err, upstream.ErrNotAllowed) {
			t.Errorf("%s: %v, want ErrNotAllowed", to, err)
		}
	}
}
