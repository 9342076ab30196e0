package request

import (
	"slices"
	"strconv"
	"strings"
)

// A MemberError is a refusal that is about one member of a request for a table.
type MemberError struct {
	Member []string // names of members and indexes of lists: "KeySchema", "0", "KeyType"
	Err    error    // what AWS says
}

func (e *MemberError) Error() string { return e.Err.Error() }

// Unwrap returns the refusal.
func (e *MemberError) Unwrap() error { return e.Err }

// about says of an error, which may be nil, which member it is about. One that
// is about a member already is about that member of this one.
func about(member []string, err error) error {
	if err == nil {
		return nil
	}
	if inner, ok := err.(*MemberError); ok { //nolint:errorlint // checks are not wrapped otherwise
		return &MemberError{Member: slices.Concat(member, inner.Member), Err: inner.Err}
	}
	return &MemberError{Member: member, Err: err}
}

// memberAt returns the member at a path of AWS's model, which names members with
// a small letter and counts from 1: "keySchema.1.member.keyType".
func memberAt(path string) []string {
	var member []string
	for name := range strings.SplitSeq(path, ".") {
		switch n, err := strconv.Atoi(name); {
		case err == nil:
			member = append(member, strconv.Itoa(n-1))
		case name != "member" && name != "":
			member = append(member, strings.ToUpper(name[:1])+name[1:])
		}
	}
	return member
}
