package request

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"lullaby/queue/refusal"
)

// TagQueueInput is the request of TagQueue.
type TagQueueInput struct {
	QueueUrl string
	Tags     map[string]string `query:"Tag,Key,Value"`
}

// Check returns the first refusal that needs no queue.
func (in *TagQueueInput) Check() error {
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	if len(in.Tags) == 0 {
		return refusal.Missing("Tags")
	}
	return checkTags(in.Tags)
}

// UntagQueueInput is the request of UntagQueue.
type UntagQueueInput struct {
	QueueUrl string
	TagKeys  []string `query:"TagKey"`
}

// Check returns the first refusal that needs no queue.
func (in *UntagQueueInput) Check() error {
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	if len(in.TagKeys) == 0 {
		return refusal.Missing("TagKeys")
	}
	return nil
}

// ListQueueTagsInput is the request of ListQueueTags.
type ListQueueTagsInput struct{ QueueUrl string }

// Check returns the first refusal that needs no queue.
func (in *ListQueueTagsInput) Check() error { return checkURL(in.QueueUrl) }

// Bounds of tags, lengths in characters (docs/aws/sqs.md#tags).
const (
	maxTags     = 50 // of one queue
	maxTagKey   = 128
	maxTagValue = 256
)

// tagText has the characters of keys and values.
var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}+\-=._:/@]*$`)

// checkTags checks tags that are to be set. Assumed: the order, which is that of the
// keys, and the texts.
func checkTags(tags map[string]string) error {
	refuse := func(format string, args ...any) error {
		return refusal.Newf(refusal.InvalidParameterValue, format, args...)
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		switch value := tags[key]; {
		case key == "" || utf8.RuneCountInString(key) > maxTagKey:
			return refuse("Tag keys must be between 1 and %d characters in length.", maxTagKey)
		case utf8.RuneCountInString(value) > maxTagValue:
			return refuse("Tag values must be between 0 and %d characters in length.", maxTagValue)
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return refuse("Tag keys can't begin with aws:.")
		case !tagText.MatchString(key) || !tagText.MatchString(value):
			return refuse("Tag keys and values can only include letters, spaces, numbers and the characters _ . : / = + - @.")
		}
	}
	return nil
}

// CheckTagCount refuses more tags than a queue with a name may have.
func CheckTagCount(queue string, n int) error {
	if n > maxTags {
		return refusal.New(refusal.InvalidParameterValue, fmt.Sprintf("Too many tags added for queue %s.", queue))
	}
	return nil
}
