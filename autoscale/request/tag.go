package request

// TagResourceInput is the input of TagResource.
type TagResourceInput struct {
	ResourceARN *string
	Tags        map[string]string
}

// UntagResourceInput is the input of UntagResource.
type UntagResourceInput struct {
	ResourceARN *string
	TagKeys     []string
}

// ListTagsForResourceInput is the input of ListTagsForResource.
type ListTagsForResourceInput struct{ ResourceARN *string }
