package request

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lullaby/dynamo/refusal"
)

// AttributeDefinition gives the type of a key attribute.
type AttributeDefinition struct{ AttributeName, AttributeType *string }

// KeySchemaElement gives the role of a key attribute.
type KeySchemaElement struct{ AttributeName, KeyType *string }

// AttributeTypes and KeyTypes are the types and roles of a key attribute, in the
// order in which AWS prints them.
var (
	AttributeTypes = []string{"B", "N", "S"}
	KeyTypes       = []string{"HASH", "RANGE"}
)

// Bounds of the number of attributes of a key (Developer Guide, "Constraints").
const (
	maxTableKey = 2 // of a table or a local index
	maxKeyParts = 4 // of a global index's partition key, and of its sort key
	maxIndexKey = 2 * maxKeyParts
)

// maxAttributeName bounds the name of an attribute of a key, and of one that an
// index projects by its name (Developer Guide, "Constraints", "Naming rules"; API
// Reference, "AttributeDefinition").
const maxAttributeName = 255

// attributeName checks the name of an attribute of a key.
func (v *violations) attributeName(name *string, path string) {
	if v.notNull(name != nil, path) {
		v.length(name, path, 1, maxAttributeName)
	}
}

// attributeDefinitions checks the parameter of that name.
func (v *violations) attributeDefinitions(given []AttributeDefinition) {
	for i, a := range given {
		if v.full() {
			return
		}
		path := fmt.Sprintf("attributeDefinitions.%d.member.", i+1)
		v.attributeName(a.AttributeName, path+"attributeName")
		if v.notNull(a.AttributeType != nil, path+"attributeType") {
			v.oneOf(a.AttributeType, path+"attributeType", AttributeTypes...)
		}
	}
}

// keySchema checks a key schema of at most the given number of attributes.
func (v *violations) keySchema(schema []KeySchemaElement, path string, most int) {
	if !v.notNull(schema != nil, path) {
		return
	}
	v.count(len(schema), func() string { return printKeySchema(schema) }, path, most)
	for i, k := range schema {
		if v.full() {
			return
		}
		path := fmt.Sprintf("%s.%d.member.", path, i+1)
		v.attributeName(k.AttributeName, path+"attributeName")
		if v.notNull(k.KeyType != nil, path+"keyType") {
			v.oneOf(k.KeyType, path+"keyType", KeyTypes...)
		}
	}
}

// printKeySchema prints the list as the service's messages do.
func printKeySchema(schema []KeySchemaElement) string {
	return printList(len(schema), func(i int) string {
		return fmt.Sprintf("KeySchemaElement(attributeName=%s, keyType=%s)", orNull(schema[i].AttributeName), orNull(schema[i].KeyType))
	})
}

// orNull prints an optional string as the service's messages do.
func orNull(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

// namesOf returns the names of definitions, which have one.
func namesOf(definitions []AttributeDefinition) []string {
	names := make([]string, len(definitions))
	for i, a := range definitions {
		names[i] = *a.AttributeName
	}
	return names
}

// keyNames returns the names of the parts of a schema, which have one.
func keyNames(schema []KeySchemaElement) []string {
	names := make([]string, len(schema))
	for i, k := range schema {
		names[i] = *k.AttributeName
	}
	return names
}

const msgNoDefinition = "Invalid KeySchema: Some index key attribute have no definition"

// checkKeySchema checks a schema of one or two parts, whose elements are whole,
// against the names of the defined attributes.
func checkKeySchema(schema []KeySchemaElement, defined []string) error {
	undefined := func(k KeySchemaElement) bool { return !slices.Contains(defined, *k.AttributeName) }
	if i := slices.IndexFunc(schema, undefined); i >= 0 {
		return undefinedKey(i, schema, defined)
	}
	switch {
	case len(schema) == 2 && *schema[0].AttributeName == *schema[1].AttributeName:
		return sameName(1, schema)
	case *schema[0].KeyType != "HASH":
		return firstIsNoHash()
	case len(schema) == 2 && *schema[1].KeyType != "RANGE":
		return about(element(1, "KeyType"), refusal.Invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"))
	}
	return nil
}

// checkParts checks a schema of several parts for each key (Developer Guide,
// "Multi-attribute key schema"; the texts were measured by
// aws-controllers-k8s/dynamodb-controller, docs/api-quirks).
func checkParts(schema []KeySchemaElement, defined []string) error {
	names, hashes := keyNames(schema), 0
	for i, k := range schema {
		if *k.KeyType == "HASH" {
			if hashes < i && hashes > 0 {
				return about(element(i, "KeyType"), refusal.InvalidValues("All HASH key attributes must precede RANGE key attributes in the KeySchema"))
			}
			hashes++
		}
		switch {
		case !slices.Contains(defined, names[i]):
			return undefinedKey(i, schema, defined)
		case slices.Contains(names[:i], names[i]):
			return sameName(i, schema)
		}
	}
	switch {
	case *schema[0].KeyType != "HASH":
		return firstIsNoHash()
	case hashes > maxKeyParts:
		return refusal.InvalidValues("The KeySchema exceeds the maximum allowed number of HASH key attributes")
	case len(names)-hashes > maxKeyParts:
		return refusal.InvalidValues("The KeySchema exceeds the maximum allowed number of RANGE key attributes")
	}
	return nil
}

// element returns the path of a member of an element of a list.
func element(i int, name string) []string { return []string{strconv.Itoa(i), name} }

func firstIsNoHash() error {
	return about(element(0, "KeyType"), refusal.Invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"))
}

func undefinedKey(i int, schema []KeySchemaElement, defined []string) error {
	return about(element(i, "AttributeName"), refusal.InvalidValues(
		"Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]",
		strings.Join(keyNames(schema), ", "), strings.Join(defined, ", ")))
}

func sameName(i int, schema []KeySchemaElement) error {
	text := "The KeySchema contains multiple key attributes with the same name"
	if len(schema) == 2 {
		text = "Both the Hash Key and the Range Key element in the KeySchema have the same name"
	}
	return about(element(i, "AttributeName"), refusal.Invalid(text))
}
