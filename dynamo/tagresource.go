package dynamo

import (
	"context"
)

// TagResourceInput is the request of TagResource.
type TagResourceInput struct {
	ResourceArn *string
	Tags        []TagInput
}

// Empty is the answer of operations that have none.
type Empty struct{}

// TagResource sets tags of a table.
func (e *Engine) TagResource(_ context.Context, in *TagResourceInput) (*Empty, error) {
	if err := e.checkResource(in.ResourceArn, "TagResource", missing(in.Tags != nil, "tags")); err != nil {
		return nil, err
	}
	if len(in.Tags) == 0 {
		return nil, &ValidationError{"Atleast one Tag needs to be provided as Input."}
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	return &Empty{}, e.retag(*in.ResourceArn, unknownResource(*in.ResourceArn), func(tags map[string]string) (map[string]string, error) {
		all := tagged(tags, in.Tags)
		return all, checkTagCount(len(all))
	})
}
