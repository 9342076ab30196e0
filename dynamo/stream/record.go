package stream

import (
	"bytes"
	"time"

	"lullaby/attribute"
	"lullaby/instant"
)

// A View is what records show of an item besides its key, in AWS's words.
type View string

// The views.
const (
	KeysOnly        View = "KEYS_ONLY"
	NewImage        View = "NEW_IMAGE"
	OldImage        View = "OLD_IMAGE"
	NewAndOldImages View = "NEW_AND_OLD_IMAGES"
)

// An Event is the kind of a change, in AWS's words.
type Event string

// The events.
const (
	Insert Event = "INSERT"
	Modify Event = "MODIFY"
	Remove Event = "REMOVE"
)

// A Record is one change of an item.
type Record struct {
	Sequence  Sequence
	Event     Event
	At        instant.Instant // truncated to the second
	ByService bool            // removed by time to live

	Keys     attribute.Encoded
	Old, New attribute.Encoded // nil: no item, or not in the view
}

// Record returns the record of a change from before to after, without a sequence
// number; a nil item is none. changed is false if both are equal, which makes no
// record. keys are the key attributes of both.
func (v View) Record(now instant.Instant, before, after, keys attribute.Encoded) (r Record, changed bool) {
	r = Record{At: now.Truncate(time.Second), Keys: keys}
	switch {
	case before == nil && after == nil:
		return Record{}, false
	case before == nil:
		r.Event = Insert
	case after == nil:
		r.Event = Remove
	case bytes.Equal(before, after):
		return Record{}, false
	default:
		r.Event = Modify
	}
	if v == OldImage || v == NewAndOldImages {
		r.Old = before
	}
	if v == NewImage || v == NewAndOldImages {
		r.New = after
	}
	return r, true
}

// Size returns the size of the record in bytes, as AWS reports it.
func (r *Record) Size() int64 { return r.Keys.Size() + r.Old.Size() + r.New.Size() }
