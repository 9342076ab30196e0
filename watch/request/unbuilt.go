package request

import (
	"lullaby/watch/refusal"
)

// Unbuilt is a member that AWS has and Lullaby lacks. It is refused if it is given.
type Unbuilt struct{ given bool }

// UnmarshalJSON notes that the member is given.
func (u *Unbuilt) UnmarshalJSON(text []byte) error {
	u.given = string(text) != "null"
	return nil
}

// UnmarshalCBOR notes that the member is given.
func (u *Unbuilt) UnmarshalCBOR(data []byte) error {
	const null = 0xf6
	u.given = len(data) != 1 || data[0] != null
	return nil
}

// UnmarshalText notes that the member is given.
func (u *Unbuilt) UnmarshalText([]byte) error {
	u.given = true
	return nil
}

// refuse refuses the member of an operation, if it is given.
func (u *Unbuilt) refuse(operation, member string) error {
	if !u.given {
		return nil
	}
	return refusal.Lacking(refusal.Validation, member, "%s is a member of %s that Lullaby does not have", member, operation)
}
