package request

import "lullaby/autoscale/refusal"

// Unbuilt is a member that AWS has and Lullaby lacks. It is refused if it is given.
type Unbuilt struct{ given bool }

// UnmarshalJSON notes that the member is given.
func (u *Unbuilt) UnmarshalJSON(text []byte) error {
	u.given = string(text) != "null"
	return nil
}

// refuse refuses the member of an operation, if it is given.
func (u *Unbuilt) refuse(operation, member string) error {
	if !u.given {
		return nil
	}
	return refusal.Invalid("%s is a member of %s that Lullaby does not have", member, operation)
}
