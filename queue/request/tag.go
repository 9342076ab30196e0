package request

// TagQueueInput is the request of TagQueue.
type TagQueueInput struct {
	QueueUrl string
	Tags     map[string]string `query:"Tag,Key,Value"`
}

// UntagQueueInput is the request of UntagQueue.
type UntagQueueInput struct {
	QueueUrl string
	TagKeys  []string `query:"TagKey"`
}

// ListQueueTagsInput is the request of ListQueueTags.
type ListQueueTagsInput struct{ QueueUrl string }
