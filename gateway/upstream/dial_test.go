package upstream

import (
	"net/netip"
	"testing"
)

// A name leads to few addresses, whatever its resolver says.
func TestAddresses(t *testing.T) {
	for _, tt := range []struct {
		host  string
		named bool
		ip    string
		want  bool
	}{
		{"localhost", false, "127.0.0.1", true},
		{"localhost", false, "::1", true},
		{"localhost", false, "10.0.0.1", false},
		{"a.localhost", false, "192.0.2.1", false},
		{"api.example.com", true, "192.0.2.1", true},
		{"api.example.com", true, "10.0.0.1", true},
		{"api.example.com", true, "127.0.0.1", true},
		{"api.example.com", true, "169.254.169.254", false},
		{"api.example.com", true, "fe80::1", false},
		{"169.254.1.1", true, "169.254.1.1", true},
	} {
		if got := mayLead(tt.host, tt.named, netip.MustParseAddr(tt.ip)); got != tt.want {
			t.Errorf("%s, let in: %v, may lead to %s: %v, want %v", tt.host, tt.named, tt.ip, got, tt.want)
		}
	}
}
