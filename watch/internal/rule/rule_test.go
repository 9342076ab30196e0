package rule_test

import (
	"fmt"
	"strings"
	"testing"

	"lullaby/watch/internal/rule"
)

// A rule has at most 10,240 characters, 100 alarms and 500 elements.
func TestBoundsOfRules(t *testing.T) {
	many := func(n int, part func(i int) string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = part(i)
		}
		return strings.Join(parts, " OR ")
	}
	alarm := func(i int) string { return fmt.Sprintf("ALARM(a%d)", i) }
	same := func(int) string { return "OK(a)" }
	for name, tt := range map[string]struct {
		text string
		ok   bool
	}{
		"100 alarms":        {many(100, alarm), true},
		"101 alarms":        {many(101, alarm), false},
		"500 elements":      {many(500, same), true},
		"501 elements":      {many(501, same), false},
		"10,240 characters": {"TRUE" + strings.Repeat(" ", 10_236), true},
		"10,241 characters": {"TRUE" + strings.Repeat(" ", 10_237), false},
		"deep":              {strings.Repeat("(", 5_000), false},
		"deep NOT":          {strings.Repeat("NOT ", 2_000), false},
	} {
		if _, err := rule.Parse(tt.text); (err == nil) != tt.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever a rule is, reading it ends, and evaluating what was read does.
func FuzzParse(f *testing.F) {
	f.Add(`ALARM(a) AND (NOT OK("b c") OR AT_LEAST(60%, NOT ALARM, (a, b)))`)
	f.Add("INSUFFICIENT_DATA(arn:aws:cloudwatch:us-east-1:1:alarm:x) or FALSE")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := rule.Parse(text)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		r.Holds(func(child string) rule.State {
			seen[child] = true
			return rule.Alarm
		})
		for _, child := range r.Children() {
			delete(seen, child)
		}
		if len(seen) > 0 {
			t.Errorf("%q asks for %v, which are not its children", text, seen)
		}
	})
}
