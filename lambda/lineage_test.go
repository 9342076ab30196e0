package lambda_test

import (
	"strconv"
	"testing"

	"lullaby/lambda"
)

const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"

// A function that feeds its own queue runs 16 times, whoever began the chain. A
// loop of several functions is stopped not long after.
func TestLoopsAreStopped(t *testing.T) {
	tests := []struct {
		name        string
		begin, loop []string
		most        int // runs of one function
	}{
		{"own queue", nil, []string{"a"}, 16},
		{"after another function", []string{"api"}, []string{"a"}, 16},
		{"after three others", []string{"x", "y", "z"}, []string{"a"}, 16},
		{"after two others", []string{"x", "y"}, []string{"a"}, 17},
		{"two functions", nil, []string{"a", "b"}, 18},
		{"two after another", []string{"api"}, []string{"a", "b"}, 18},
		{"three functions", nil, []string{"a", "b", "c"}, 19},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			runs := map[string]int{}
			header := trace
			invoke := func(function string) bool {
				l, ok := lambda.LineageOf(header).Pass(function)
				header = l.Header(header)
				if ok {
					runs[function]++
				}
				return ok
			}
			for _, f := range tt.begin {
				invoke(f)
			}
			for n := 0; invoke(tt.loop[n%len(tt.loop)]); n++ {
				if n > 1000 {
					t.Fatal("never stopped")
				}
			}
			for function, n := range runs {
				if n > tt.most || n < 16 && function == tt.loop[0] {
					t.Errorf("%s ran %d times, want 16 to %d", function, n, tt.most)
				}
			}
		})
	}
}

// A long chain of different functions is no loop.
func TestChainIsNoLoop(t *testing.T) {
	var l lambda.Lineage
	for n := range 1000 {
		var ok bool
		if l, ok = l.Pass("f" + strconv.Itoa(n)); !ok {
			t.Fatalf("stopped at function %d", n)
		}
	}
	if l.Requests != 255 {
		t.Errorf("%d requests, want 255, which the header has at most", l.Requests)
	}
}

func TestLineageHeader(t *testing.T) {
	tests := []struct {
		name, header string
		want         lambda.Lineage
	}{
		{"none", trace, lambda.Lineage{}},
		{"no header", "", lambda.Lineage{}},
		{"the largest", trace + ";Lineage=32767:e65a2c4b:255", lambda.Lineage{Loops: 32_767, Function: 0xe65a2c4b, Requests: 255}},
		{"blanks", "Root=1-a; Lineage=1:0000000a:2 ;Sampled=0", lambda.Lineage{Loops: 1, Function: 10, Requests: 2}},
		{"the older form", trace + ";Lineage=a87bd80c:1|68fd508a:5", lambda.Lineage{}},
		{"too large", trace + ";Lineage=32768:e65a2c4b:255", lambda.Lineage{}},
		{"negative", trace + ";Lineage=-1:11111111:0", lambda.Lineage{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := lambda.LineageOf(tt.header); got != tt.want {
				t.Errorf("LineageOf(%q) = %+v, want %+v", tt.header, got, tt.want)
			}
		})
	}
	l := lambda.Lineage{Loops: 3, Function: 0xab, Requests: 4}
	if got, want := l.Header(trace+";Lineage=1:000000ab:2;Self=x"), trace+";Self=x;Lineage=3:000000ab:4"; got != want {
		t.Errorf("header %q, want %q", got, want)
	}
	if got, want := l.Header(""), "Lineage=3:000000ab:4"; got != want {
		t.Errorf("header %q, want %q", got, want)
	}
	if got := l.Merge(lambda.Lineage{Loops: 2, Requests: 9}).Merge(lambda.Lineage{Loops: 3, Requests: 5}); got.Requests != 5 {
		t.Errorf("merged: %+v, want that of most loops, then of most requests", got)
	}
}
