package document

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// MaxSize is the largest item in bytes, as Size counts ("Constraints").
const MaxSize = 400 * 1024

// Size returns the bytes of an item as DynamoDB counts them against MaxSize: names
// and values ("DynamoDB item sizes and formats"). For numbers AWS documents an
// approximation; the rule here fits all known captures.
func Size(item map[string]types.AttributeValue) int {
	size := 0
	for name, v := range item {
		size += len(name) + valueSize(v)
	}
	return size
}

// A list or a map has 3 bytes of its own and 1 more for each member.
const (
	containerBytes = 3
	memberBytes    = 1
)

func valueSize(value types.AttributeValue) int {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return numberSize(v.Value)
	case *types.AttributeValueMemberL:
		size := containerBytes
		for _, member := range v.Value {
			size += memberBytes + valueSize(member)
		}
		return size
	case *types.AttributeValueMemberM:
		return containerBytes + memberBytes*len(v.Value) + Size(v.Value)
	default: // BOOL and NULL; Decode makes no others
		return 1
	}
}

// numberSize is one byte, one more for a negative number, and one for each
// base-100 digit, pairs of decimals counted from the point: 120 is 01 20.
func numberSize(text string) int {
	d := parseDecimal(text)
	if d.digits == 0 {
		return 1
	}
	last := d.exponent - d.digits + 1
	size := 1 + (d.exponent >> 1) - (last >> 1) + 1 // >> 1 rounds down, below zero too
	if d.negative {
		size++
	}
	return size
}
