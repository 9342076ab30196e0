package request

import (
	"slices"

	"lullaby/queue/refusal"
)

// CreateQueueInput is the request of CreateQueue.
type CreateQueueInput struct {
	QueueName  string
	Attributes map[string]string `query:"Attribute,Name,Value"`
	Tags       map[string]string `json:"tags" query:"Tag,Key,Value"`
}

// Check returns the first refusal of the request.
func (in *CreateQueueInput) Check() error {
	_, err := in.Settings()
	return err
}

// Settings returns the settings of the queue, or the first refusal of the request.
func (in *CreateQueueInput) Settings() (Settings, error) {
	s, err := NewSettings(in.Attributes)
	if err != nil {
		return s, err
	}
	if err := checkName(in.QueueName, s.FIFO); err != nil {
		return s, err
	}
	if err := checkTags(in.Tags); err != nil {
		return s, err
	}
	return s, CheckTagCount(in.QueueName, len(in.Tags))
}

// SetQueueAttributesInput is the request of SetQueueAttributes. Settings.With has
// the refusals of the attributes.
type SetQueueAttributesInput struct {
	QueueUrl   string
	Attributes map[string]string `query:"Attribute,Name,Value"`
}

// Check returns the first refusal that needs no queue.
func (in *SetQueueAttributesInput) Check() error {
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	if len(in.Attributes) == 0 {
		return refusal.Missing("Attribute.Name")
	}
	return nil
}

// GetQueueAttributesInput is the request of GetQueueAttributes.
type GetQueueAttributesInput struct {
	QueueUrl       string
	AttributeNames []string `query:"AttributeName"` // none: none is returned
}

// Check returns the first refusal that needs no queue.
func (in *GetQueueAttributesInput) Check() error {
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	for _, name := range in.AttributeNames {
		if !IsAttribute(name) {
			return unknownAttribute(name)
		}
	}
	return nil
}

// CheckFor returns the first refusal that the settings of the queue decide: a
// standard queue does not know the attributes of FIFO queues
// (docs/aws/sqs.md#attributes-of-a-queue).
func (in *GetQueueAttributesInput) CheckFor(q *Settings) error {
	for _, name := range in.AttributeNames {
		if !q.FIFO && isFIFOAttribute(name) {
			return unknownAttribute(name)
		}
	}
	return nil
}

// Wants reports whether the request asks for an attribute.
func (in *GetQueueAttributesInput) Wants(name string) bool {
	return slices.Contains(in.AttributeNames, name) || slices.Contains(in.AttributeNames, "All")
}

func isFIFOAttribute(name string) bool {
	return name == "FifoQueue" || slices.ContainsFunc(settable, func(a setting) bool { return a.fifo && a.name == name })
}
