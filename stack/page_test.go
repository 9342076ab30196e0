package stack

import (
	"net"
	"strings"
	"testing"

	"lullaby/storage"
)

// A page at an address that is taken goes elsewhere only if it may, and says so.
func TestPageAtATakenAddress(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, anywhere := range []bool{true, false} {
		var out strings.Builder
		s, err := Start(t.Context(), Options{
			Bare: true, Durability: storage.Memory, AWSAddr: "127.0.0.1:0", Out: &out, Logs: &out,
			WebAddr: taken.Addr().String(), WebAnywhere: anywhere,
		})
		if !anywhere {
			if err == nil || !strings.Contains(err.Error(), "--web-addr") {
				t.Errorf("an address that is taken: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if s.WebURL() == "" || strings.Contains(s.WebURL(), taken.Addr().String()) || !strings.Contains(out.String(), taken.Addr().String()+" is in use") {
			t.Errorf("the page is at %s, and up said %q", s.WebURL(), out.String())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
