package document

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Key is the name of the attribute that identifies an item: the table's hash
// key, always a string.
const Key = "_id"

// maxKeyBytes is the longest value of a hash key.
const maxKeyBytes = 2048

// CheckKey returns an error if id cannot be the key of an item, nil otherwise.
func CheckKey(id string) error {
	switch {
	case id == "":
		return errors.New("_id is empty")
	case !utf8.ValidString(id):
		return errors.New("_id is not valid UTF-8")
	case len(id) > maxKeyBytes:
		return fmt.Errorf("_id is %d bytes long, and at most %d are allowed", len(id), maxKeyBytes)
	}
	return nil
}

// checkItemKey refuses an item without a valid key.
func checkItemKey(item map[string]types.AttributeValue) error {
	switch id := item[Key].(type) {
	case nil:
		return errors.New("the object has no _id")
	case *types.AttributeValueMemberS:
		return CheckKey(id.Value)
	default:
		return errors.New("_id is not a string")
	}
}
