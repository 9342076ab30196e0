package request

import (
	"fmt"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
	"lullaby/internal/awsjson"
)

// maxBatchKeys bounds BatchGetItem (API Reference, "BatchGetItem").
const maxBatchKeys = 100

// BatchGetItemInput is the request of BatchGetItem.
type BatchGetItemInput struct {
	RequestItems           map[string]*KeysAndAttributes
	ReturnConsumedCapacity *string
}

// KeysAndAttributes are the reads of a batch from one table.
type KeysAndAttributes struct {
	Keys []attribute.Item `json:",omitzero"`

	Lookup
}

// Tables returns the names of the tables in order.
func (in *BatchGetItemInput) Tables() []string { return sortedKeys(in.RequestItems) }

// Check returns the first refusal of the request
// (docs/aws/messages.md#batches). The error is a refusal.Validation.
func (in *BatchGetItemInput) Check() error {
	var v violations
	tables := in.Tables()
	switch {
	case !v.notNull(in.RequestItems != nil, "requestItems"):
	case len(tables) == 0:
		v.unvalued("RequestItems", "length greater than or equal to 1")
	default:
		v.tables(tables, "requestItems", in.print)
	}
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	for _, name := range tables {
		in.RequestItems[name].violations(&v, name)
	}
	if err := v.err(); err != nil {
		return err
	}
	if err := in.exclude(); err != nil {
		return err
	}
	keys := 0
	for _, name := range tables {
		if err := in.RequestItems[name].check(&keys); err != nil {
			return err
		}
	}
	return nil
}

// exclude rejects a batch with both expressions and the parameter that they
// replaced, also for different tables. Assumed: the text is that of one table.
func (in *BatchGetItemInput) exclude() error {
	all := Lookup{}
	for _, k := range in.RequestItems {
		if k.ProjectionExpression != nil {
			all.ProjectionExpression = k.ProjectionExpression
		}
		if k.AttributesToGet != nil {
			all.AttributesToGet = k.AttributesToGet
		}
	}
	return all.excludes()
}

// print returns the reads by table as the service prints them, in JSON.
func (in *BatchGetItemInput) print() string {
	text, err := awsjson.Marshal(in.RequestItems)
	if err != nil {
		return "{}" // no more than a message
	}
	return string(text)
}

// violations adds the violations of the API model by the reads from a table.
func (k *KeysAndAttributes) violations(v *violations, table string) {
	path := "requestItems." + table + ".member."
	if k == nil || k.Keys == nil {
		v.notNull(false, path+"keys")
		return
	}
	switch n := len(k.Keys); {
	case n == 0:
		v.unvalued("RequestItems."+table+".member.Keys", "length greater than or equal to 1")
	case n > maxBatchKeys:
		v.unvalued("RequestItems."+table+".member.Keys", fmt.Sprintf("length less than or equal to %d", maxBatchKeys))
	}
	v.attributesToGet(k.AttributesToGet, path+"attributesToGet")
}

// check checks the reads beyond the API model, and adds their number to keys, the
// total of the batch.
func (k *KeysAndAttributes) check(keys *int) error {
	if err := k.excludes(); err != nil {
		return err
	}
	if _, _, err := k.Projected(); err != nil {
		return err
	}
	seen := make(map[string]bool, min(len(k.Keys), maxBatchKeys))
	for _, key := range k.Keys {
		if err := key.Err(); err != nil {
			return readLayer.word(err)
		}
		text := string(key.AppendBinary(nil))
		if seen[text] {
			return refusal.Invalid(MsgDuplicates)
		}
		seen[text] = true
		if *keys++; *keys > maxBatchKeys {
			return refusal.Invalid("Too many items requested for the BatchGetItem call")
		}
	}
	return nil
}

// MsgDuplicates is AWS's message for a batch with a duplicate key.
const MsgDuplicates = "Provided list of item keys contains duplicates"
