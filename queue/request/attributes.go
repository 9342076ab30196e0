package request

import (
	"maps"
	"slices"
	"strings"

	"lullaby/attribute"
	"lullaby/queue/refusal"
)

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

// The logical types of attributes.
const (
	typeString = "String"
	typeNumber = "Number"
	typeBinary = "Binary"
)

// logical returns the type without its label.
func (v *MessageAttributeValue) logical() string {
	before, _, _ := strings.Cut(v.DataType, ".")
	return before
}

// value returns the value, or its bytes.
func (v *MessageAttributeValue) value() string {
	switch {
	case v.logical() == typeBinary:
		return string(v.BinaryValue)
	case v.StringValue != nil:
		return *v.StringValue
	}
	return ""
}

// size returns the bytes of the value.
func (v *MessageAttributeValue) size() int {
	switch {
	case v.logical() == typeBinary:
		return len(v.BinaryValue)
	case v.StringValue != nil:
		return len(*v.StringValue)
	}
	return 0
}

// Bounds of attributes, lengths in characters (docs/aws/sqs.md#message-attributes).
const (
	maxAttributes = 10
	maxAttribute  = 256 // of a name, and of a type
)

// checkAttributes checks the attributes of a message. Assumed: in the order of
// their names.
func checkAttributes(operation string, all map[string]MessageAttributeValue) error {
	if len(all) == 0 {
		return nil // most messages have none
	}
	if len(all) > maxAttributes {
		return refusal.Newf(refusal.InvalidParameterValue, "Number of message attributes [%d] exceeds the allowed maximum [%d].", len(all), maxAttributes)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		v := all[name]
		if err := checkAttributeName(name); err != nil {
			return err
		}
		if len(v.StringListValues) > 0 || len(v.BinaryListValues) > 0 {
			return refusal.Newf(refusal.UnsupportedOperation, "Message attribute list values in %s operation are not supported.", operation)
		}
		if err := v.check(name, "user"); err != nil {
			return err
		}
	}
	return nil
}

func checkAttributeName(name string) error {
	lower := strings.ToLower(name)
	switch {
	case name == "":
		return refusal.New(refusal.InvalidParameterValue, "The request must contain non-empty message attribute name.")
	case strings.HasPrefix(lower, "aws.") || strings.HasPrefix(lower, "amazon."):
		return refusal.New(refusal.InvalidParameterValue,
			"You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use.")
	case len(name) > maxAttribute || name[0] == '.' || name[len(name)-1] == '.' || strings.Contains(name, "..") || !isWord(strings.ReplaceAll(name, ".", "_")):
		return refusal.Newf(refusal.InvalidParameterValue, "The message attribute name '%s' is invalid. "+
			"Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.", name)
	}
	return nil
}

// check checks type and value of the attribute with a name, of a user or of the
// system.
func (v *MessageAttributeValue) check(name, whose string) error {
	logical := v.logical()
	refuse := func(format string, args ...any) error {
		return refusal.Newf(refusal.InvalidParameterValue, format, args...)
	}
	switch {
	case v.DataType == "":
		return refuse("The message attribute '%s' must contain non-empty message attribute type.", name)
	case len(v.DataType) > maxAttribute || logical != typeString && logical != typeNumber && logical != typeBinary:
		return refuse("The type of message (%s) attribute '%s' is invalid. You must use only the following supported type prefixes: Binary, Number, String.", whose, name)
	case v.size() == 0:
		return refuse("Message (%s) attribute '%s' must contain a non-empty value of type '%s'.", whose, name, logical)
	case v.StringValue != nil && len(v.BinaryValue) > 0:
		return refuse("Message (%s) attribute '%s' has multiple values.", whose, name)
	}
	if err := checkText(v.DataType, "attribute '"+name+"' type"); err != nil {
		return err
	}
	switch logical {
	case typeString:
		return checkText(*v.StringValue, "attribute '"+name+"' value")
	case typeNumber:
		if _, ok := number(*v.StringValue); !ok {
			return refuse("Can't cast the value of message (%s) attribute '%s' to a number.", whose, name)
		}
	}
	return nil
}

// smallest is the smallest magnitude of a Number. DynamoDB's numbers have the same
// digits and the same largest one.
var smallest, _ = attribute.ParseNumber("1e-128")

// number returns the value of a Number.
func number(text string) (n attribute.Number, ok bool) {
	n, err := attribute.ParseNumber(text)
	if err != nil {
		return n, false
	}
	magnitude, err := attribute.ParseNumber(strings.TrimPrefix(n.String(), "-"))
	return n, err == nil && (n == attribute.Zero || magnitude.Compare(smallest) >= 0)
}

// traceHeader is the one attribute of the system that a client sets.
const traceHeader = "AWSTraceHeader"

// checkSystemAttributes checks the attributes of the system. Assumed: the texts.
func checkSystemAttributes(all map[string]MessageAttributeValue) error {
	if len(all) == 0 {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name != traceHeader {
			return refusal.Newf(refusal.InvalidParameterValue, "Message system attribute name '%s' is invalid.", name)
		}
		v := all[name]
		if v.DataType != "" && v.DataType != typeString {
			return refusal.Newf(refusal.InvalidParameterValue,
				"The type of message (system) attribute '%s' is invalid. You must use only the following supported type prefixes: String.", name)
		}
		if err := v.check(name, "system"); err != nil {
			return err
		}
	}
	return nil
}

// Kept returns the attributes as SQS gives them to a receiver: numbers without
// outer zeros (docs/aws/sqs.md#message-attributes).
func Kept(all map[string]MessageAttributeValue) map[string]MessageAttributeValue {
	kept := all
	for name, v := range all {
		if v.logical() != typeNumber {
			continue
		}
		n, ok := number(v.value())
		if text := n.String(); ok && text != *v.StringValue {
			v.StringValue = &text
			kept = maps.Clone(kept)
			kept[name] = v
		}
	}
	return kept
}
