package awscbor_test

import (
	"encoding/hex"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/internal/awscbor"
)

type inner struct {
	Name  string
	Value float64
}

type shape struct {
	Inner  *inner             `json:",omitzero"`
	List   []inner            `json:",omitzero"`
	Number int                `json:",omitzero"`
	Values []float64          `json:",omitzero"`
	Map    map[string]float64 `json:",omitzero"`
	Yes    *bool              `json:",omitzero"`
	Text   string
}

// What SDKs send: maps and lists of unknown length, doubles as integers and as halves,
// members that nobody knows, null.
func TestUnmarshal(t *testing.T) {
	yes := true
	tests := []struct {
		name, body string
		want       shape
		ok         bool
	}{
		{"nothing", "", shape{}, true},
		{"an empty map", "a0", shape{}, true},
		{"an empty map of unknown length", "bfff", shape{}, true},
		{"members", "bf6454657874" + "6161" + "664e756d626572" + "183c" + "63596573f5" + "ff", shape{Text: "a", Number: 60, Yes: &yes}, true},
		{"doubles", "a16656616c756573" + "85" + "01" + "20" + "f93e00" + "fa3fc00000" + "fb3ff8000000000000", shape{Values: []float64{1, -1, 1.5, 1.5, 1.5}}, true},
		{"unknown members", "a2" + "6358797a" + "8101" + "6454657874" + "6161", shape{Text: "a"}, true},
		{"null", "a1" + "6454657874" + "f6", shape{}, true},
		{"another case", "a1" + "6474657874" + "6161", shape{}, true},
		{"a list", "80", shape{}, false},
		{"a number for a text", "a1" + "6454657874" + "01", shape{}, false},
		{"an end too early", "a1" + "64546578", shape{}, false},
		{"two values", "a0a0", shape{}, false},
	}
	for _, tt := range tests {
		body, err := hex.DecodeString(tt.body)
		if err != nil {
			t.Fatal(err)
		}
		var got shape
		err = awscbor.Unmarshal(body, &got)
		if (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got); tt.ok && diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestMarshal(t *testing.T) {
	body, err := awscbor.Marshal(&shape{Text: "a", Values: []float64{1, math.Inf(1)}, List: []inner{{"x", 2}}})
	if err != nil {
		t.Fatal(err)
	}
	var got shape
	if err := awscbor.Unmarshal(body, &got); err != nil || got.Text != "a" || len(got.Values) != 2 || got.List[0].Name != "x" {
		t.Errorf("%x is read as %+v (%v)", body, got, err)
	}
	none, err := awscbor.Marshal(&struct{ List []inner }{})
	if want := "a1644c69737480"; err != nil || hex.EncodeToString(none) != want {
		t.Errorf("no list is %x, want %s (%v)", none, want, err)
	}
}
