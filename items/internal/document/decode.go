package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Bounds of DynamoDB ("Constraints"). A scalar is one level, a list or a map one
// more than the deepest of its members.
const (
	maxLevels    = 32
	maxNameBytes = 65_535
)

// Decode converts a JSON object to an item that DynamoDB can hold. It does not
// check the size; see Size. The error tells the author of the JSON what is wrong
// and where.
func Decode(body []byte) (map[string]types.AttributeValue, error) {
	if err := checkUnicode(body); err != nil {
		return nil, err
	}
	if err := checkSyntax(body); err != nil {
		return nil, err
	}
	d := decoder{json.NewDecoder(bytes.NewReader(body))}
	d.UseNumber()
	start, err := d.Token()
	if err != nil {
		return nil, err
	}
	if start != json.Delim('{') {
		return nil, errors.New("body is not a JSON object")
	}
	item, err := d.object(0)
	if err != nil {
		return nil, err
	}
	if _, nameless := item[""]; nameless {
		return nil, errors.New("the name of an attribute is empty")
	}
	return item, checkItemKey(item)
}

// A decoder reads the tokens of text that is known to be valid JSON.
type decoder struct{ *json.Decoder }

// errorf returns an error about the last token, with its place in the text.
func (d decoder) errorf(format string, args ...any) error {
	return fmt.Errorf(format+", before offset %d", append(args, d.InputOffset())...)
}

// value reads a value. The values of an item's attributes have level 1.
func (d decoder) value(level int) (types.AttributeValue, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	if level > maxLevels {
		return nil, d.errorf("values nest deeper than %d levels", maxLevels)
	}
	switch v := token.(type) {
	case nil:
		return &types.AttributeValueMemberNULL{Value: true}, nil
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}, nil
	case string:
		return &types.AttributeValueMemberS{Value: v}, nil
	case json.Number:
		return d.number(v.String())
	}
	if token == json.Delim('[') {
		list, err := d.array(level)
		return &types.AttributeValueMemberL{Value: list}, err
	}
	attributes, err := d.object(level)
	return &types.AttributeValueMemberM{Value: attributes}, err
}

func (d decoder) number(text string) (types.AttributeValue, error) {
	text, err := checkNumber(text)
	if err != nil {
		return nil, d.errorf("%w", err)
	}
	return &types.AttributeValueMemberN{Value: text}, nil
}

// array reads what follows [.
func (d decoder) array(level int) ([]types.AttributeValue, error) {
	list := []types.AttributeValue{}
	for d.More() {
		v, err := d.value(level + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

// object reads what follows {. It refuses two equal keys: some readers keep the
// first and some the last, and DynamoDB can hold only one.
func (d decoder) object(level int) (map[string]types.AttributeValue, error) {
	attributes := map[string]types.AttributeValue{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string) // the syntax is checked
		if len(name) > maxNameBytes {
			return nil, d.errorf("the name of an attribute is longer than %d bytes", maxNameBytes)
		}
		if _, found := attributes[name]; found {
			return nil, d.errorf("duplicate key %s", shorten(name))
		}
		if attributes[name], err = d.value(level + 1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return attributes, err
}
