package request

// A Message is a message as it is sent.
type Message struct {
	MessageBody             string
	DelaySeconds            *int32                           // nil: that of the queue
	MessageAttributes       map[string]MessageAttributeValue `query:"MessageAttribute,Name,Value"`
	MessageSystemAttributes map[string]MessageAttributeValue `query:"MessageSystemAttribute,Name,Value"`
	MessageDeduplicationId  string
	MessageGroupId          string
}

// MessageAttributeValue is the value of an attribute of a message. AWS's model has
// the same shape twice, under the names MessageAttributeValue and
// MessageSystemAttributeValue.
type MessageAttributeValue struct {
	DataType         string   // String, Number or Binary, and a dot and a label perhaps
	StringValue      *string  `json:",omitzero"`
	BinaryValue      []byte   `json:",omitzero"`
	StringListValues []string `json:",omitzero" query:"StringListValue"`
	BinaryListValues [][]byte `json:",omitzero" query:"BinaryListValue"`
}
