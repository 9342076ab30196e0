package document

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Encode returns an item as a JSON object with ordered keys. It returns an error
// for a value that DynamoDB never returns.
func Encode(item map[string]types.AttributeValue) (string, error) {
	var e encoder
	if err := e.object(item); err != nil {
		return "", err
	}
	return e.String(), nil
}

type encoder struct{ bytes.Buffer }

func (e *encoder) value(value types.AttributeValue) error {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return e.text(v.Value)
	case *types.AttributeValueMemberN:
		return e.number(v.Value)
	case *types.AttributeValueMemberBOOL:
		fmt.Fprint(e, v.Value)
	case *types.AttributeValueMemberNULL:
		e.WriteString("null")
	case *types.AttributeValueMemberB:
		return e.binary(v.Value)
	case *types.AttributeValueMemberL:
		return array(e, v.Value, e.value)
	case *types.AttributeValueMemberM:
		return e.object(v.Value)
	case *types.AttributeValueMemberSS:
		return array(e, v.Value, e.text)
	case *types.AttributeValueMemberNS:
		return array(e, v.Value, e.number)
	case *types.AttributeValueMemberBS:
		return array(e, v.Value, e.binary)
	default:
		return fmt.Errorf("attribute value of type %T", value)
	}
	return nil
}

func (e *encoder) object(attributes map[string]types.AttributeValue) error {
	e.WriteByte('{')
	for i, name := range slices.Sorted(maps.Keys(attributes)) {
		if i > 0 {
			e.WriteByte(',')
		}
		if err := e.text(name); err != nil {
			return err
		}
		e.WriteByte(':')
		if err := e.value(attributes[name]); err != nil {
			return fmt.Errorf("attribute %q: %w", name, err)
		}
	}
	e.WriteByte('}')
	return nil
}

func array[T any](e *encoder, members []T, write func(T) error) error {
	e.WriteByte('[')
	for i, member := range members {
		if i > 0 {
			e.WriteByte(',')
		}
		if err := write(member); err != nil {
			return err
		}
	}
	e.WriteByte(']')
	return nil
}

// text writes a string. It does not escape < and &: the answer is not HTML.
func (e *encoder) text(s string) error {
	quoted := json.NewEncoder(&e.Buffer)
	quoted.SetEscapeHTML(false)
	err := quoted.Encode(s)
	e.Truncate(e.Len() - len("\n"))
	return err
}

// number writes the stored digits.
func (e *encoder) number(digits string) error {
	if !json.Valid([]byte(digits)) {
		return fmt.Errorf("%q is no number", digits)
	}
	e.WriteString(digits)
	return nil
}

func (e *encoder) binary(b []byte) error {
	return e.text(base64.StdEncoding.EncodeToString(b))
}
