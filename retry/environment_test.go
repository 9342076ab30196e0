package retry_test

import (
	"errors"
	"testing"

	"lullaby/retry"
)

func TestFromEnvironment(t *testing.T) {
	for _, tt := range []struct {
		name, mode, attempts, sdkAttempts string
		want                              string
		made                              int
		err                               string
	}{
		{"nothing", "", "", "", "sdk", 3, ""},
		{"the SDK's attempts", "", "", "7", "sdk", 7, ""},
		{"attempts of no mode", "", "7", "", "sdk", 3, ""},
		{"mode", "aware", "", "", "aware", 10, ""},
		{"its own number", "legacy", "0", "", "legacy", 10, ""},
		{"both", "legacy", "11", "7", "legacy", 11, ""},
		{"the SDK's attempts beside a mode", "sdk", "", "7", "sdk", 3, ""},
		{"no mode", "eager", "", "", "", 0, "RETRY_MODE: Mode is eager: it must be sdk, legacy, random-exponential or aware"},
		{"no number", "sdk", "three", "", "", 0, `MAX_ATTEMPTS: "three" is not a whole number`},
		{"no number of the SDK", "", "", "1.5", "", 0, `AWS_MAX_ATTEMPTS: "1.5" is not a whole number`},
		{"too many", "sdk", "1001", "", "", 0, "MAX_ATTEMPTS: MaxAttempts is 1001: it must be from 1 to 1000, or 0 for the form's own"},
		{"too few of the SDK", "", "", "-1", "", 0, "AWS_MAX_ATTEMPTS: MaxAttempts is -1: it must be from 1 to 1000, or 0 for the form's own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			variables := map[string]string{"RETRY_MODE": tt.mode, "MAX_ATTEMPTS": tt.attempts, "AWS_MAX_ATTEMPTS": tt.sdkAttempts}
			got, err := retry.FromEnvironment(func(name string) string { return variables[name] })
			if tt.err != "" {
				var refused *retry.EnvironmentError
				if !errors.As(err, &refused) || err.Error() != tt.err {
					t.Errorf("error %v, want an *EnvironmentError, %s", err, tt.err)
				}
				return
			}
			if made := got.Policy.Options().MaxAttempts; err != nil || got.Name != tt.want || made != tt.made {
				t.Errorf("mode %s of %d attempts, %v, want %s of %d", got.Name, made, err, tt.want, tt.made)
			}
		})
	}
}
