package request

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lullaby/topic/refusal"
)

// MessageAttributeValue is the value of an attribute of a message.
type MessageAttributeValue struct {
	DataType    string // String, String.Array, Number or Binary
	StringValue string `json:",omitzero"`
	BinaryValue []byte `json:",omitzero"`
}

// The types of attributes.
const (
	TypeString = "String"
	TypeArray  = "String.Array"
	TypeNumber = "Number"
	TypeBinary = "Binary"
)

// maxAttributeName is the length of an attribute's name in characters.
const maxAttributeName = 256

// checkMessageAttributes checks the attributes of a message. Assumed: in the order of their names
// (docs/aws/sns.md#message-attributes).
func checkMessageAttributes(all map[string]MessageAttributeValue) error {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		v := all[name]
		if wrong := v.wrong(name); wrong != "" {
			return refusal.New(refusal.InvalidParameterValue, wrong)
		}
	}
	return nil
}

func (v *MessageAttributeValue) wrong(name string) string {
	logical, _, _ := strings.Cut(v.DataType, ".")
	if !isAttributeName(name) {
		return "Invalid parameter: Message attribute name '" + name + "' is invalid. " +
			"It can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters."
	}
	switch {
	case v.DataType == "":
		return "The message attribute '" + name + "' must contain non-empty message attribute type."
	case logical != TypeString && logical != TypeNumber && logical != TypeBinary:
		return "The message attribute '" + name + "' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
	case logical == TypeBinary && v.StringValue != "", logical != TypeBinary && len(v.BinaryValue) > 0:
		return "The message attribute '" + name + "' with type '" + v.DataType + "' must use field '" + logical + "'."
	case v.StringValue == "" && len(v.BinaryValue) == 0:
		return "The message attribute '" + name + "' must contain non-empty message attribute value for message attribute type '" + v.DataType + "'."
	case logical == TypeNumber && !isNumber(v.StringValue):
		return "Could not cast message attribute '" + name + "' value to number."
	case v.DataType == TypeArray && !isArray(v.StringValue):
		return "The message attribute '" + name + "' must contain an array of strings, numbers, true, false and null."
	}
	return ""
}

func isAttributeName(name string) bool {
	lower := strings.ToLower(name)
	return name != "" && len(name) <= maxAttributeName && isWord(strings.ReplaceAll(name, ".", "_")) &&
		name[0] != '.' && name[len(name)-1] != '.' && !strings.Contains(name, "..") &&
		!strings.HasPrefix(lower, "aws.") && !strings.HasPrefix(lower, "amazon.")
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil && strings.Trim(text, "0123456789+-.eE") == ""
}

func isArray(text string) bool {
	var all []any
	if json.Unmarshal([]byte(text), &all) != nil {
		return false
	}
	return !slices.ContainsFunc(all, func(v any) bool {
		switch v.(type) {
		case map[string]any, []any:
			return true
		}
		return false
	})
}
