package request

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"lullaby/dynamo/refusal"
	"lullaby/internal/arn"
)

// Tag is a label of a table.
type Tag struct{ Key, Value *string }

// Bounds of tags, lengths in characters (Developer Guide, "Adding tags and
// labels to resources").
const (
	maxTags     = 50 // of one table
	maxTagKey   = 128
	maxTagValue = 256
)

// checkTags checks tags that are to be set. The texts are AWS's
// (architect/dynalite; aws-controllers-k8s/dynamodb-controller,
// docs/api-quirks, DDB-TABLE-442).
func checkTags(tags []Tag) error {
	seen := map[string]bool{}
	for _, tag := range tags {
		if err := checkTagKey(tag.Key); err != nil {
			return err
		}
		switch {
		case tag.Value == nil || utf8.RuneCountInString(*tag.Value) > maxTagValue:
			return refusal.Invalid("The Tag Value provided is invalid, Value: " + orNull(tag.Value))
		case strings.HasPrefix(*tag.Key, "aws:"):
			return refusal.Invalid("Tag Key cannot be prefixed with aws:, Key: " + *tag.Key)
		case seen[*tag.Key]:
			return refusal.Invalid("Duplicate Tag Keys provided as input: Duplicate Tag Key found " + *tag.Key)
		}
		seen[*tag.Key] = true
	}
	return CheckTagCount(len(tags))
}

func checkTagKey(key *string) error {
	if key == nil || *key == "" || utf8.RuneCountInString(*key) > maxTagKey {
		return refusal.Invalid("The Tag Key provided is invalid, Key: " + orNull(key))
	}
	return nil
}

// CheckTagCount rejects more tags than a table may have. The error is a
// refusal.Validation.
func CheckTagCount(n int) error {
	if n > maxTags {
		return refusal.Invalid("Number of Tags exceed the current limit for the provided ResourceArn")
	}
	return nil
}

// TagResourceInput is the request of TagResource.
type TagResourceInput struct {
	ResourceArn *string
	Tags        []Tag
}

// Check returns the first refusal of the request to the account of scope. The
// error is a refusal.AccessDenied or refusal.Validation.
func (in *TagResourceInput) Check(scope arn.Scope) error {
	err := checkResource(in.ResourceArn, "TagResource", scope, required(in.Tags != nil, "tags"))
	switch {
	case err != nil:
		return err
	case len(in.Tags) == 0:
		return refusal.Invalid("Atleast one Tag needs to be provided as Input.")
	}
	return checkTags(in.Tags)
}

// UntagResourceInput is the request of UntagResource.
type UntagResourceInput struct {
	ResourceArn *string
	TagKeys     []string
}

// Check returns the first refusal, as TagResourceInput.Check does.
func (in *UntagResourceInput) Check(scope arn.Scope) error {
	err := checkResource(in.ResourceArn, "UntagResource", scope, required(in.TagKeys != nil, "tagKeys"))
	switch {
	case err != nil:
		return err
	case len(in.TagKeys) == 0:
		return refusal.Invalid("Atleast one Tag Key needs to be provided as Input.")
	}
	for _, key := range in.TagKeys {
		if err := checkTagKey(&key); err != nil {
			return err
		}
	}
	return CheckTagCount(len(in.TagKeys))
}

// ListTagsOfResourceInput is the request of ListTagsOfResource. A table's tags
// fit one page, so no answer has a NextToken, and no request has a valid one.
type ListTagsOfResourceInput struct{ ResourceArn, NextToken *string }

// Check returns the first refusal, as TagResourceInput.Check does. Assumed: the
// text for a NextToken.
func (in *ListTagsOfResourceInput) Check(scope arn.Scope) error {
	err := checkResource(in.ResourceArn, "ListTagsOfResource", scope, nil)
	if err == nil && in.NextToken != nil {
		return refusal.Invalid("Invalid NextToken")
	}
	return err
}

// maxARN bounds the ARN of a resource in bytes (API Reference, "TagResource").
// Assumed: the text for a longer one is that for any which is no table's.
const maxARN = 1_283

// What has the shape of an ARN, and what is that of a table, with its partition.
var (
	arnShape = regexp.MustCompile(`^.+:.+:.+:.+:.+:.+/.+$`)
	tableARN = regexp.MustCompile(`^arn:([^:]+):dynamodb:.+:\d+:table/[^/]{3,}$`)
)

// checkResource checks the ResourceArn of an operation on tags. members is the
// refusal of other members, which comes before the details of the ARN.
func checkResource(given *string, operation string, scope arn.Scope, members error) error {
	if given == nil {
		return refusal.Invalid("Invalid TableArn")
	}
	long := len(*given) > maxARN // no expression needs to see it
	if !long && !arnShape.MatchString(*given) {
		resource := *given
		if resource == "" {
			resource = "*"
		}
		return refusal.New(refusal.AccessDenied, fmt.Sprintf("User: %s is not authorized to perform: dynamodb:%s on resource: %s",
			scope.Global("iam", "root"), operation, resource))
	}
	if members != nil {
		return members
	}
	var parts []string
	if !long {
		parts = tableARN.FindStringSubmatch(*given)
	}
	if parts == nil || parts[1] != scope.Partition {
		return refusal.Invalid("Invalid TableArn: Invalid ResourceArn provided as input " + *given)
	}
	return nil
}

// required rejects a request without a required member.
func required(present bool, path string) error {
	var v violations
	v.notNull(present, path)
	return v.err()
}
