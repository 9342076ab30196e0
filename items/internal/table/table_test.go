package table_test

import (
	"testing"

	"lullaby/items/internal/table"
)

func TestOpen(t *testing.T) {
	t.Setenv("AWS_REGION", "us-east-1")
	for _, tt := range []struct {
		mode, attempts string
		want           string
		made           int
		err            string
	}{
		{"", "", "sdk", 3, ""},
		{"aware", "0", "aware", 10, ""},
		{"legacy", "11", "legacy", 11, ""},
		{"random-exponential", "0", "random-exponential", 1000, ""},
		{"sdk", "0", "sdk", 3, ""},
		{"eager", "0", "", 0, "RETRY_MODE: Mode is eager: it must be sdk, legacy, random-exponential or aware"},
		{"sdk", "1001", "", 0, "MAX_ATTEMPTS: MaxAttempts is 1001: it must be from 1 to 1000, or 0 for the form's own"},
		{"sdk", "three", "", 0, `MAX_ATTEMPTS: "three" is not a whole number`},
	} {
		environment := map[string]string{"TABLE_NAME": "items-table", "RETRY_MODE": tt.mode, "MAX_ATTEMPTS": tt.attempts}
		got, err := table.Open(t.Context(), func(name string) string { return environment[name] }, table.Request)
		if tt.err != "" {
			if err == nil || err.Error() != tt.err {
				t.Errorf("%s, %s: error %v, want %s", tt.mode, tt.attempts, err, tt.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s, %s: %v", tt.mode, tt.attempts, err)
			continue
		}
		if made := got.Mode.Policy.Options().MaxAttempts; got.Name != "items-table" || got.Mode.Name != tt.want || made != tt.made {
			t.Errorf("%s, %s: table %s, mode %s, %d attempts, want items-table, %s, %d", tt.mode, tt.attempts, got.Name, got.Mode.Name, made, tt.want, tt.made)
		}
	}
}
