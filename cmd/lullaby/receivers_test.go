package main

import (
	"os"
	"path/filepath"
	"testing"

	"lullaby/pager/send"
)

// The keys of receivers leave the environment before anything is started that would
// inherit them. A file counts before the environment.
func TestKeysLeaveTheEnvironment(t *testing.T) {
	for _, name := range keyVariables {
		t.Setenv(name, "fromtheenvironment")
	}
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("fromthefile/night\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := receiverFlags{Page: make([]send.Target, 2), PageKeyFile: map[string]string{send.Splunk: file}}
	for i, text := range []string{"splunk", "pagerduty"} {
		if err := f.Page[i].UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := f.receivers()
	if err != nil || len(got) != 2 {
		t.Fatal(got, err) // Splunk's key of the environment has no routing key, and is refused
	}
	for _, name := range keyVariables {
		if value, there := os.LookupEnv(name); there {
			t.Errorf("%s is still %q", name, value)
		}
	}
}
