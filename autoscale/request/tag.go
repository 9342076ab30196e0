package request

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"lullaby/autoscale/refusal"
)

// TagResourceInput is the input of TagResource.
type TagResourceInput struct {
	ResourceARN *string
	Tags        map[string]string
}

// arnPattern is AWS's pattern of the ARN of a target.
const arnPattern = `^arn:.+:application-autoscaling:.+:[0-9]+:scalable-target\/[a-zA-Z0-9-]+$`

var targetARN = regexp.MustCompile(arnPattern)

func constrainARN(v *violations, arn *string) {
	v.required(arn, "ResourceARN", maxARN)
	v.pattern(arn, "ResourceARN", targetARN, arnPattern)
}

// Check returns what AWS refuses of the input, nil if nothing.
func (in *TagResourceInput) Check() error {
	var v violations
	constrainARN(&v, in.ResourceARN)
	v.given(in.Tags != nil, "Tags")
	constrainTags(&v, in.Tags)
	if err := v.err(); err != nil {
		return err
	}
	return CheckTags(in.Tags, *in.ResourceARN)
}

// The bounds of tags (docs/aws/autoscaling.md#tags).
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

func constrainTags(v *violations, tags map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		v.text(&key, "Tags", maxTagKey)
		if value := tags[key]; value != "" {
			v.text(&value, "Tags", maxTagValue)
		}
	}
}

// CheckTags refuses tags that a target cannot have; arn is the target's, if it exists.
func CheckTags(tags map[string]string, arn string) error {
	for key := range tags {
		if strings.HasPrefix(key, "aws:") {
			return refusal.Invalid("Tag keys cannot start with aws:")
		}
	}
	if len(tags) > maxTags {
		return refusal.OfTags(refusal.TooManyTags, arn, "The request contains too many tags. Try the request again with fewer tags.")
	}
	return nil
}

// UntagResourceInput is the input of UntagResource.
type UntagResourceInput struct {
	ResourceARN *string
	TagKeys     []string
}

// maxTagKeys is how many tags are removed at one time at most.
const maxTagKeys = 200

// Check returns what AWS refuses of the input, nil if nothing.
func (in *UntagResourceInput) Check() error {
	var v violations
	constrainARN(&v, in.ResourceARN)
	if v.given(in.TagKeys != nil, "TagKeys") {
		v.texts(in.TagKeys, "TagKeys", maxTagKeys)
	}
	return v.err()
}

// ListTagsForResourceInput is the input of ListTagsForResource.
type ListTagsForResourceInput struct{ ResourceARN *string }

// Check returns what AWS refuses of the input, nil if nothing.
func (in *ListTagsForResourceInput) Check() error {
	var v violations
	constrainARN(&v, in.ResourceARN)
	return v.err()
}
