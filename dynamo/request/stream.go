package request

import "lullaby/dynamo/refusal"

// StreamSpecification asks for a stream of changes, or for none.
type StreamSpecification struct {
	StreamEnabled  *bool
	StreamViewType *string
}

// StreamViewTypes are the view types of streams, in the order in which AWS prints
// them.
var StreamViewTypes = []string{"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"}

// Enabled reports whether a checked request asks for a stream.
func (s *StreamSpecification) Enabled() bool { return s != nil && *s.StreamEnabled }

func (v *violations) stream(s *StreamSpecification) {
	if s != nil {
		v.notNull(s.StreamEnabled != nil, "streamSpecification.streamEnabled")
		v.oneOf(s.StreamViewType, "streamSpecification.streamViewType", StreamViewTypes...)
	}
}

// checkNew is check for a table that is created, which has texts of its own
// (docs/aws/messages.md#tables).
func (s *StreamSpecification) checkNew() error {
	at := []string{"StreamSpecification"}
	switch {
	case s == nil:
		return nil
	case *s.StreamEnabled && s.StreamViewType == nil:
		return about(at, refusal.InvalidValues("Table is being created with a stream enabled, UpdateViewType is required"))
	case !*s.StreamEnabled && s.StreamViewType != nil:
		return about(at, refusal.InvalidValues("Table is being created with a stream disabled, UpdateViewType should not be specified"))
	}
	return nil
}

// check checks the parts of a change against each other
// (aws-controllers-k8s/dynamodb-controller, docs/api-quirks, DDB-TABLE-018, 444).
func (s *StreamSpecification) check() error {
	at := []string{"StreamSpecification"}
	switch {
	case s == nil:
		return nil
	case *s.StreamEnabled && s.StreamViewType == nil:
		return about(at, refusal.InvalidValues("If stream is being enabled then UpdateViewType is required"))
	case !*s.StreamEnabled && s.StreamViewType != nil:
		return about(at, refusal.InvalidValues("If stream is being disabled, then UpdateViewType must not be specified"))
	}
	return nil
}
