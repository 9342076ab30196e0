package kinds_test

import (
	"errors"
	"slices"
	"testing"

	"lullaby/internal/kinds"
)

type kind uint8

func (k kind) Error() string { return "kind" }

const (
	missing kind = iota + 1
	full
	end
)

// detailed is a refusal that says more.
type detailed struct {
	kinds.Refusal[kind]

	table string
}

func TestRefusals(t *testing.T) {
	err := kinds.Newf(full, "%d are too many", 9)
	if err.Error() != "9 are too many" || !errors.Is(err, full) || errors.Is(err, missing) {
		t.Errorf("%v is full: %v", err, errors.Is(err, full))
	}
	err = &detailed{kinds.Refusal[kind]{Kind: missing, Message: "no table"}, "orders"}
	if k, ok := errors.AsType[kind](err); !ok || k != missing || err.Error() != "no table" {
		t.Errorf("%v is of the kind %d", err, k)
	}
	if d, ok := errors.AsType[*detailed](err); !ok || d.table != "orders" {
		t.Errorf("%v has no details", err)
	}
}

func TestAll(t *testing.T) {
	if all := kinds.All(end); !slices.Equal(all, []kind{missing, full}) {
		t.Errorf("all are %d", all)
	}
}
