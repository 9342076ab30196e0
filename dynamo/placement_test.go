package dynamo

import (
	"bytes"
	"testing"
)

// The items of one partition key lie in one place if the table has a local
// index: no partition ends among them.
func TestPlacementOfACollection(t *testing.T) {
	key := func(sort string) []byte { return append(newKey(1), "12345678hash"+sort...) }
	plain, local := &table{}, &table{}
	local.indexes.Store(&[]*index{{}})
	if bytes.Equal(plain.placement(key("a")), plain.placement(key("b"))) {
		t.Error("two sort keys lie in one place without a local index")
	}
	if !bytes.Equal(local.placement(key("a")), local.placement(key("b"))) {
		t.Error("two sort keys lie apart, with a local index")
	}
}
