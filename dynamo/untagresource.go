package dynamo

import (
	"context"
	"maps"
)

// UntagResourceInput is the request of UntagResource.
type UntagResourceInput struct {
	ResourceArn *string
	TagKeys     []string
}

// UntagResource removes tags of a table; those that it does not have are passed
// over.
func (e *Engine) UntagResource(_ context.Context, in *UntagResourceInput) (*Empty, error) {
	if err := e.checkResource(in.ResourceArn, "UntagResource", missing(in.TagKeys != nil, "tagKeys")); err != nil {
		return nil, err
	}
	if len(in.TagKeys) == 0 {
		return nil, &ValidationError{"Atleast one Tag Key needs to be provided as Input."}
	}
	for _, key := range in.TagKeys {
		if err := checkTagKey(&key); err != nil {
			return nil, err
		}
	}
	if err := checkTagCount(len(in.TagKeys)); err != nil {
		return nil, err
	}
	return &Empty{}, e.retag(*in.ResourceArn, "Requested resource not found", func(tags map[string]string) (map[string]string, error) {
		left := maps.Clone(tags)
		for _, key := range in.TagKeys {
			delete(left, key)
		}
		return left, nil
	})
}
