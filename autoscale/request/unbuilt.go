package request

// Unbuilt is a member that AWS has and Lullaby lacks. It is refused if it is given.
type Unbuilt struct{ given bool }

// UnmarshalJSON notes that the member is given.
func (u *Unbuilt) UnmarshalJSON(text []byte) error {
	u.given = string(text) != "null"
	return nil
}
