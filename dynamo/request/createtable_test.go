package request_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/internal/awsjson"
)

// A table that Check accepts defines everything that it refers to and keeps every
// limit of a table. A refusal names a member of the request.
func FuzzCreateTable(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if body, ok := strings.CutPrefix(line, "CreateTable "); ok {
				f.Add([]byte(body))
			}
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		in := new(request.CreateTableInput)
		if awsjson.Unmarshal(body, in) != nil {
			return
		}
		if err := in.Check(); err == nil {
			checkWhole(t, in)
		} else if _, ok := errors.AsType[*request.MemberError](err); !ok || !errors.Is(err, refusal.Validation) {
			t.Errorf("Check = %#v, want a refusal.Validation about a member", err)
		}
	})
}

// checkWhole reports a definition that is missing from an accepted table, or a
// limit that it exceeds.
func checkWhole(t *testing.T, in *request.CreateTableInput) {
	t.Helper()
	types := map[string]string{}
	for _, a := range in.AttributeDefinitions {
		types[*a.AttributeName] = *a.AttributeType
	}
	names, projected := map[string]bool{}, 0
	key := func(schema []request.KeySchemaElement) {
		roles := make([]byte, 0, len(schema))
		for _, k := range schema {
			if types[*k.AttributeName] == "" {
				t.Errorf("key attribute %q has no type", *k.AttributeName)
			}
			roles = append(roles, (*k.KeyType)[0])
		}
		if sort := strings.TrimLeft(string(roles), "H"); len(sort) == len(roles) || strings.Trim(sort, "R") != "" {
			t.Errorf("roles %s, want HASH before RANGE", roles)
		}
	}
	index := func(ix *request.Index) {
		key(ix.KeySchema)
		if names[*ix.IndexName] {
			t.Errorf("two indexes %q", *ix.IndexName)
		}
		names[*ix.IndexName] = true
		projected += len(ix.Projection.NonKeyAttributes)
	}
	key(in.KeySchema)
	for i := range in.LocalSecondaryIndexes {
		index(&in.LocalSecondaryIndexes[i].Index)
	}
	for i := range in.GlobalSecondaryIndexes {
		index(&in.GlobalSecondaryIndexes[i].Index)
		if onDemand := in.GlobalSecondaryIndexes[i].ProvisionedThroughput == nil; onDemand != in.OnDemand() {
			t.Errorf("an index on demand: %v, its table: %v", onDemand, in.OnDemand())
		}
	}
	if len(in.LocalSecondaryIndexes) > 5 || len(in.GlobalSecondaryIndexes) > 20 || projected > 100 || len(in.Tags) > 50 {
		t.Errorf("%d local and %d global indexes of %d attributes, %d tags",
			len(in.LocalSecondaryIndexes), len(in.GlobalSecondaryIndexes), projected, len(in.Tags))
	}
	if len(types) != len(in.AttributeDefinitions) {
		t.Errorf("%d definitions of %d attributes", len(in.AttributeDefinitions), len(types))
	}
}
