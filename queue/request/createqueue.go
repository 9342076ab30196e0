package request

// CreateQueueInput is the request of CreateQueue.
type CreateQueueInput struct {
	QueueName  string
	Attributes map[string]string `query:"Attribute,Name,Value"`
	Tags       map[string]string `json:"tags" query:"Tag,Key,Value"`
}

// Check returns the first refusal of the request, which it has for a queue that
// exists too.
func (in *CreateQueueInput) Check() error {
	_, err := in.Settings()
	return err
}

// Settings returns the settings of the queue, or the first refusal of the request.
func (in *CreateQueueInput) Settings() (Settings, error) {
	if err := checkName(in.QueueName, in.Attributes["FifoQueue"] == "true"); err != nil {
		return Settings{}, err
	}
	return NewSettings(in.Attributes)
}

// SetQueueAttributesInput is the request of SetQueueAttributes.
type SetQueueAttributesInput struct {
	QueueUrl   string
	Attributes map[string]string `query:"Attribute,Name,Value"`
}

// GetQueueAttributesInput is the request of GetQueueAttributes.
type GetQueueAttributesInput struct {
	QueueUrl       string
	AttributeNames []string `query:"AttributeName"` // none: none is returned
}
