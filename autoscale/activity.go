package autoscale

import "lullaby/instant"

// A Status is the status of an activity, in AWS's word.
type Status string

// The statuses that activities have here. AWS also has Pending, Overridden and
// Unfulfilled.
const (
	InProgress Status = "InProgress"
	Successful Status = "Successful"
	Failed     Status = "Failed"
)

// An Activity is a change of a target's units or bounds, or why there was none.
type Activity struct {
	ID               string
	Resource         Resource
	Description      string
	Cause            string
	Start            instant.Instant
	End              instant.Instant `json:",omitzero"` // zero: under way, or a change of bounds
	Status           Status
	StatusMessage    string
	NotScaledReasons []NotScaledReason `json:",omitzero"` // nil: a scaling activity
}

// A NotScaledReason is why an alarm changed nothing. A capacity that is 0 is not told.
type NotScaledReason struct {
	Code            string
	MaxCapacity     int64 `json:",omitzero"`
	MinCapacity     int64 `json:",omitzero"`
	CurrentCapacity int64 `json:",omitzero"`
}
