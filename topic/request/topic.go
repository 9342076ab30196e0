package request

import "lullaby/topic/refusal"

// CreateTopicInput is the request of CreateTopic.
type CreateTopicInput struct {
	Name                 string
	Attributes           map[string]string
	Tags                 []Tag
	DataProtectionPolicy string
}

// Check returns the first refusal of the request.
func (in *CreateTopicInput) Check() error {
	if in.Attributes["FifoTopic"] == "true" {
		return refusal.Unbuilt("FifoTopic", "CreateTopic")
	}
	if err := checkName(in.Name); err != nil {
		return err
	}
	if in.DataProtectionPolicy != "" {
		return refusal.Unbuilt("DataProtectionPolicy", "CreateTopic")
	}
	if err := checkAttributes(topicAttributes, "CreateTopic", in.Attributes); err != nil {
		return err
	}
	return CheckTags(in.Tags)
}

// DeleteTopicInput is the request of DeleteTopic, GetTopicAttributes has the same.
type DeleteTopicInput struct{ TopicArn string }

// GetTopicAttributesInput is the request of GetTopicAttributes.
type GetTopicAttributesInput struct{ TopicArn string }

// SetTopicAttributesInput is the request of SetTopicAttributes.
type SetTopicAttributesInput struct {
	TopicArn       string
	AttributeName  string
	AttributeValue string
}

// Check returns the first refusal that needs no topic.
func (in *SetTopicAttributesInput) Check() error {
	return checkAttribute(topicAttributes, "SetTopicAttributes", in.AttributeName, in.AttributeValue)
}

// ListTopicsInput is the request of ListTopics.
type ListTopicsInput struct{ NextToken string }
