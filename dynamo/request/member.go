package request

import (
	"slices"
	"strconv"
	"strings"

	"lullaby/dynamo/refusal"
)

// A MemberError is a refusal because of one member of a request for a table.
type MemberError struct {
	Member []string // names of members and indexes of lists: "KeySchema", "0", "KeyType"
	Err    error    // the refusal, with AWS's message
}

func (e *MemberError) Error() string { return e.Err.Error() }

// Unwrap returns the refusal.
func (e *MemberError) Unwrap() error { return e.Err }

// about adds the path of a member to an error; nil stays nil. The member of a
// *MemberError is then inside this one.
func about(member []string, err error) error {
	if err == nil {
		return nil
	}
	if inner, ok := err.(*MemberError); ok { //nolint:errorlint // checks are not wrapped otherwise
		return &MemberError{Member: slices.Concat(member, inner.Member), Err: inner.Err}
	}
	return &MemberError{Member: member, Err: err}
}

// memberAt converts a path of AWS's API model, with lower-case names and indexes
// from 1, such as "keySchema.1.member.keyType".
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

// Unbuilt is a member that AWS has and Lullaby lacks, of any JSON; nil: not given.
// A request with one is refused.
type Unbuilt any

// refuseUnbuilt refuses the first member of an operation that is given and not
// built. The error is a *MemberError of a refusal.Validation.
func refuseUnbuilt(operation string, members []parameter) error {
	for _, name := range given(members) {
		return about([]string{name}, refusal.Invalid(name+" is a member of "+operation+" that Lullaby does not have"))
	}
	return nil
}
