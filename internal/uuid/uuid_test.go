package uuid_test

import (
	"regexp"
	"testing"

	"lullaby/internal/uuid"
)

func TestNew(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	made := map[string]bool{}
	for range 1000 {
		id := uuid.New()
		if !form.MatchString(id) {
			t.Fatalf("New() = %s, want a UUID of version 4", id)
		}
		made[id] = true
	}
	if len(made) != 1000 {
		t.Errorf("%d different of 1000", len(made))
	}
}
