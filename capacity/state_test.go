package capacity_test

import (
	"encoding/json"
	"testing"
	"time"

	"lullaby/capacity"
)

// A state is JSON whose instants are RFC 3339, for people and for time.Time. An
// instant in another zone is the same instant.
func TestStateIsReadableJSON(t *testing.T) {
	want := capacity.State{
		At:       epoch.Add(1_500 * time.Millisecond),
		Balances: [2]capacity.Tokens{capacity.Read: 7 * capacity.Unit, capacity.Write: -capacity.Unit},
		Growth:   [2]capacity.Growth{capacity.Read: {Peak: 3, Recent: []capacity.Peak{{At: epoch, Used: 4}}}},
	}
	const wrote = `{"At":"2026-11-24T00:00:01.5Z","Balances":[7000000,-1000000],` +
		`"Growth":[{"Peak":3,"Recent":[{"At":"2026-11-24T00:00:00Z","Used":4}]},{"Peak":0}]}`
	if got, err := json.Marshal(want); err != nil || string(got) != wrote {
		t.Errorf("wrote %s, %v, want %s", got, err, wrote)
	}
	const elsewhere = `{"At":"2026-11-24T01:00:01.5+01:00","Balances":[0,0],"Growth":[{"Peak":0},{"Peak":0}]}`
	var got capacity.State
	if err := json.Unmarshal([]byte(elsewhere), &got); err != nil || got.At != want.At {
		t.Errorf("read %v, %v, want %v", got.At, err, want.At)
	}
}
