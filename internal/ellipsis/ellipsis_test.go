package ellipsis_test

import (
	"strings"
	"testing"

	"lullaby/internal/ellipsis"
)

func TestCut(t *testing.T) {
	tests := []struct {
		text string
		most int
		want string
	}{
		{"", 0, ""},
		{"abc", 18, "abc"},
		{"abc", 3, "abc"},
		{"abcd", 3, "abc..."},
		{"a\"b", 3, "a\"..."}, // \" has two bytes
		{"a\"b", 2, "a..."},
		{"a\n", 6, "a..."}, // counted as \u000a
		{"aé", 2, "a..."},
		{strings.Repeat("x", 100), 10, strings.Repeat("x", 10) + "..."},
	}
	for _, tt := range tests {
		if got := ellipsis.Cut(tt.text, tt.most); got != tt.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", tt.text, tt.most, got, tt.want)
		}
	}
}
