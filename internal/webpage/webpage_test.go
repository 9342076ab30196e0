package webpage_test

import (
	"testing"

	"lullaby/internal/webpage"
)

func TestOriginText(t *testing.T) {
	tests := map[string]webpage.Origin{
		"http://localhost:5173": "http://localhost:5173", "HTTPS://App.Example:443": "https://app.example",
		"http://[::1]:80": "http://[::1]", "http://a:443": "http://a:443", "tauri://localhost": "tauri://localhost",
		"": "", "null": "", "*": "", "localhost:5173": "", "http://": "", "http://a/": "", "http://a?b": "", "http://u@a": "",
	}
	for text, want := range tests {
		var got webpage.Origin
		if err := got.UnmarshalText([]byte(text)); got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestHostText(t *testing.T) {
	tests := map[string]webpage.Host{
		"host.docker.internal": "host.docker.internal", "Lullaby.": "lullaby", "my_service-1": "my_service-1",
		"192.168.1.5": "192.168.1.5", "[2001:DB8::1]": "2001:db8::1",
		"": "", ".": "", "a:80": "", "http://a": "", "*": "", "a b": "",
	}
	for text, want := range tests {
		var got webpage.Host
		if err := got.UnmarshalText([]byte(text)); got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
}
