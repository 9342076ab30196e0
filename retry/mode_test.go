package retry_test

import (
	"errors"
	"testing"

	"lullaby/retry"
)

func TestParseMode(t *testing.T) {
	for _, tt := range []struct {
		name     string
		given    int
		form     retry.Form
		attempts int
		aware    bool
	}{
		{"sdk", 0, retry.GoStandard, 3, false},
		{"sdk", 5, retry.GoStandard, 5, false},
		{"legacy", 0, retry.Legacy, 10, false},
		{"legacy", 11, retry.Legacy, 11, false},
		{"random-exponential", 0, retry.RandomExponential, retry.MaxAttempts, false},
		{"aware", 0, retry.GoStandard, 10, true},
		{"aware", 1, retry.GoStandard, 1, true},
	} {
		got, err := retry.ParseMode(tt.name, tt.given)
		if err != nil {
			t.Errorf("ParseMode(%q, %d): %v", tt.name, tt.given, err)
			continue
		}
		want := retry.Mode{Name: tt.name, Policy: policy(t, tt.form, retry.Options{MaxAttempts: tt.attempts}), Aware: tt.aware}
		if got != want {
			t.Errorf("ParseMode(%q, %d) = %+v, want %+v", tt.name, tt.given, got, want)
		}
	}
	for _, tt := range []struct {
		name  string
		given int
		want  string
	}{
		{"", 0, "Mode is : it must be sdk, legacy, random-exponential or aware"},
		{"Aware", 0, "Mode is Aware: it must be sdk, legacy, random-exponential or aware"},
		{"aware", -1, "MaxAttempts is -1: it must be from 1 to 1000, or 0 for the form's own"},
		{"sdk", 1001, "MaxAttempts is 1001: it must be from 1 to 1000, or 0 for the form's own"},
	} {
		_, err := retry.ParseMode(tt.name, tt.given)
		if !errors.Is(err, retry.ErrOption) || err.Error() != tt.want {
			t.Errorf("ParseMode(%q, %d): %v, want %s", tt.name, tt.given, err, tt.want)
		}
	}
}
