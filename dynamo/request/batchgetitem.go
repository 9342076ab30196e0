package request

import (
	"slices"
	"strings"

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

// Check returns the first refusal of the request. The error is a
// refusal.Validation.
func (in *BatchGetItemInput) Check() error {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	tables := in.Tables()
	if v.notNull(in.RequestItems != nil, "requestItems") {
		v.tables(tables, "requestItems")
	}
	for _, name := range tables {
		in.RequestItems[name].violations(&v, "requestItems."+name+".member.")
	}
	if err := v.err(); err != nil {
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

// violations adds the violations of the API model by the reads at path.
func (k *KeysAndAttributes) violations(v *violations, path string) {
	if k == nil || k.Keys == nil {
		v.notNull(false, path+"keys")
		return
	}
	v.count(len(k.Keys), func() string { return printKeys(k.Keys) }, path+"keys", maxBatchKeys)
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
	for i, key := range k.Keys {
		if err := key.Err(); err != nil {
			return readLayer.word(err)
		}
		if slices.ContainsFunc(k.Keys[:i], key.Equal) {
			return refusal.Invalid(MsgDuplicates)
		}
		if *keys++; *keys > maxBatchKeys {
			return refusal.Invalid("Too many items requested for the BatchGetItem call")
		}
	}
	return nil
}

// MsgDuplicates is AWS's message for a batch with a duplicate key.
const MsgDuplicates = "Provided list of item keys contains duplicates"

// printKeys formats a list of keys for messages.
func printKeys(keys []attribute.Item) string {
	texts := make([]string, len(keys))
	for i, k := range keys {
		text, err := awsjson.Marshal(k)
		if err != nil {
			continue // no more than a message
		}
		texts[i] = string(text)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
