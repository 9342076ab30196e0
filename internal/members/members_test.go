package members_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"lullaby/internal/members"
)

type (
	Theirs struct {
		Name           *string
		ARN            string
		Lists          []map[string]*Inner
		Gone           Inner
		Odd            []Inner
		At             *time.Time
		ResultMetadata int

		hidden Inner
	}
	Inner struct{ A, B int }

	ours struct {
		Embedded

		Arn   string `json:"ARN,omitempty"`
		Lists []map[string]inner
		Odd   string
		At    float64
	}
	Embedded struct{ Name string }
	inner    struct {
		A int
		C int `json:"b"`
	}
)

func TestEach(t *testing.T) {
	_ = Theirs{}.hidden
	var got []string
	members.Each("Do", reflect.TypeFor[*Theirs](), reflect.TypeFor[*ours](), func(m members.Member) bool {
		got = append(got, fmt.Sprintf("%s %s %v", m.Path, m.Name, m.Ours))
		return m.Ours != nil
	})
	want := []string{
		"Do.Name Theirs.Name string", "Do.ARN Theirs.ARN string", "Do.Lists Theirs.Lists []map[string]members_test.inner",
		"Do.Lists.A Inner.A int", "Do.Lists.B Inner.B int", "Do.Gone Theirs.Gone <nil>", "Do.Odd Theirs.Odd string", "Do.At Theirs.At float64",
	}
	if !slices.Equal(got, want) {
		t.Errorf("members\n%q, want\n%q", got, want)
	}
}
