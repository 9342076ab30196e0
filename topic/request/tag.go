package request

import (
	"unicode/utf8"

	"lullaby/topic/refusal"
)

// A Tag is a label of a topic.
type Tag struct{ Key, Value string }

// Bounds of tags, lengths in characters (docs/aws/sns.md#tags).
const (
	MaxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

// CheckTags refuses tags that no topic may have.
func CheckTags(tags []Tag) error {
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > maxTagKey:
			return refusal.Invalid("Tags Reason: The tag key must have 1 to 128 characters")
		case utf8.RuneCountInString(t.Value) > maxTagValue:
			return refusal.Invalid("Tags Reason: The tag value must have at most 256 characters")
		case seen[t.Key]:
			return refusal.Invalid("Duplicated keys are not allowed.")
		}
		seen[t.Key] = true
	}
	if len(tags) > MaxTags {
		return TooManyTags()
	}
	return nil
}

// TooManyTags refuses more tags than a topic may have.
func TooManyTags() error {
	return refusal.New(refusal.TagLimitExceeded, "Could not complete request: tag quota of per resource exceeded")
}

// ListTagsForResourceInput is the request of ListTagsForResource.
type ListTagsForResourceInput struct{ ResourceArn string }

// TagResourceInput is the request of TagResource.
type TagResourceInput struct {
	ResourceArn string
	Tags        []Tag
}

// UntagResourceInput is the request of UntagResource.
type UntagResourceInput struct {
	ResourceArn string
	TagKeys     []string
}
