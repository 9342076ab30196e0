package sigv4_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/internal/sigv4"
)

func TestReadKeys(t *testing.T) {
	const file = "\ufeff# of the team\n" +
		"[default]\r\naws_access_key_id = AKID1\r\naws_secret_access_key=a=b/+ # ours\r\n" +
		"[ ci ]\n  aws_access_key_id=ASIA2\n\taws_secret_access_key = s ; inside\nAWS_SESSION_TOKEN = t==\nregion = eu-west-1\n" +
		"[role]\nrole_arn = arn:aws:iam::1:role/r\n" +
		"[again]\naws_access_key_id = AKID1\naws_secret_access_key = a=b/+\n"
	got, err := sigv4.ReadKeys(strings.NewReader(file))
	want := sigv4.Keys{
		"AKID1": {SecretAccessKey: "a=b/+"},
		"ASIA2": {SecretAccessKey: "s", SessionToken: "t=="},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestReadKeysRefuses(t *testing.T) {
	tests := []struct{ file, want string }{
		{"", "no profile has an access key"},
		{"[a]\nregion = x\n", "no profile has an access key"},
		{"[a\n", "line 1: the name of a profile has no ]"},
		{"\naws_access_key_id = hush\n", "line 2: a value stands before the first [profile]"},
		{"[a]\nhush\n", "line 2: neither a [profile] nor a name = value"},
		{"[a]\naws_secret_access_key = hush\n", `profile "a": aws_access_key_id and aws_secret_access_key go together`},
		{"[a]\naws_access_key_id = AKID\n", `profile "a": aws_access_key_id and aws_secret_access_key go together`},
		{
			"[a]\naws_access_key_id=AKID\naws_secret_access_key=hush\n[b]\naws_access_key_id=AKID\naws_secret_access_key=hush2\n",
			`profile "b": access key AKID has another secret or token in another profile`,
		},
	}
	for _, tt := range tests {
		_, err := sigv4.ReadKeys(strings.NewReader(tt.file))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%q: %v, want %s", tt.file, err, tt.want)
		}
	}
}

func FuzzReadKeys(f *testing.F) {
	f.Add("[a]\naws_access_key_id=AKID\naws_secret_access_key=hush\n")
	f.Fuzz(func(t *testing.T, file string) {
		keys, err := sigv4.ReadKeys(strings.NewReader(file))
		if err == nil && len(keys) == 0 {
			t.Errorf("%q: neither keys nor an error", file)
		}
		for id, c := range keys {
			if id == "" || c.SecretAccessKey == "" {
				t.Errorf("%q: half a key", file)
			}
		}
	})
}
