package main

import "testing"

// The page is where somebody wants it. Nobody chose the default address, so it may be
// another; and the page asks for no key, so it is not there by itself beside keys.
func TestFlagsOfThePage(t *testing.T) {
	tests := []struct {
		web, credentials, addr string
		anywhere               bool
	}{
		{"", "", "127.0.0.1:3999", true},
		{"off", "", "", false},
		{"127.0.0.1:3999", "", "127.0.0.1:3999", false},
		{"", "keys", "", false},
		{"127.0.0.1:0", "keys", "127.0.0.1:0", false},
	}
	for _, tt := range tests {
		o := (&upCommand{WebAddr: tt.web, Credentials: tt.credentials}).options()
		if o.WebAddr != tt.addr || o.WebAnywhere != tt.anywhere {
			t.Errorf("--web-addr %q --credentials %q: %q, %v, want %q, %v", tt.web, tt.credentials, o.WebAddr, o.WebAnywhere, tt.addr, tt.anywhere)
		}
	}
}
