package dynamo

import (
	"fmt"
	"slices"
	"strings"
)

// indexInput asks for a secondary index.
type indexInput struct {
	IndexName  *string
	KeySchema  []KeySchemaElementInput
	Projection *ProjectionInput
}

// LocalSecondaryIndexInput asks for a local index.
type LocalSecondaryIndexInput struct{ indexInput }

// GlobalSecondaryIndexInput asks for a global index.
type GlobalSecondaryIndexInput struct {
	indexInput

	ProvisionedThroughput *ProvisionedThroughput
	OnDemandThroughput    *OnDemandThroughput
	WarmThroughput        *WarmThroughput
}

// ProjectionInput is a Projection that may lack parts.
type ProjectionInput struct {
	ProjectionType   *string
	NonKeyAttributes []string
}

// Bounds of secondary indexes (Developer Guide, "Constraints").
const (
	maxGlobal        = 20
	maxLocal         = 5
	maxKeyParts      = 4   // of a global one's partition key, and of its sort key
	maxNonKey        = 20  // of one index
	maxNonKeyByTable = 100 // of all indexes of a table
)

// violations checks what the model says of the index at path, whose key has at
// most so many parts.
func (in *indexInput) violations(v *violations, path string, parts int) {
	if v.notNull(in.IndexName != nil, path+"indexName") {
		v.text(in.IndexName, path+"indexName", namePattern, minName, maxName)
	}
	v.keySchema(in.KeySchema, path+"keySchema", parts)
	if p := in.Projection; v.notNull(p != nil, path+"projection") {
		v.one(p.ProjectionType, path+"projection.projectionType", "ALL", "INCLUDE", "KEYS_ONLY")
		if p.NonKeyAttributes != nil {
			printed := func() string { return "[" + strings.Join(p.NonKeyAttributes, ", ") + "]" }
			v.count(len(p.NonKeyAttributes), printed, path+"projection.nonKeyAttributes", maxNonKey)
		}
	}
}

func (in *GlobalSecondaryIndexInput) violations(v *violations, path string) {
	in.indexInput.violations(v, path, maxKeyConditions)
	v.throughput(in.ProvisionedThroughput, path+"provisionedThroughput.")
}

// keySchema checks a key schema of at most so many parts.
func (v *violations) keySchema(schema []KeySchemaElementInput, path string, most int) {
	if !v.notNull(schema != nil, path) {
		return
	}
	v.count(len(schema), func() string { return printKeySchema(schema) }, path, most)
	for i, k := range schema {
		path := fmt.Sprintf("%s.%d.member.", path, i+1)
		v.notNull(k.AttributeName != nil, path+"attributeName")
		if v.notNull(k.KeyType != nil, path+"keyType") {
			v.one(k.KeyType, path+"keyType", "HASH", "RANGE")
		}
	}
}

// printKeySchema prints the list as the service's messages do.
func printKeySchema(schema []KeySchemaElementInput) string {
	texts := make([]string, len(schema))
	for i, k := range schema {
		texts[i] = fmt.Sprintf("KeySchemaElement(attributeName=%s, keyType=%s)", orNull(k.AttributeName), orNull(k.KeyType))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// throughput checks the units, if any, of the parameter at path.
func (v *violations) throughput(p *ProvisionedThroughput, path string) {
	if p == nil {
		return
	}
	if v.notNull(p.WriteCapacityUnits != nil, path+"writeCapacityUnits") {
		v.between(p.WriteCapacityUnits, path+"writeCapacityUnits", 1, 0)
	}
	if v.notNull(p.ReadCapacityUnits != nil, path+"readCapacityUnits") {
		v.between(p.ReadCapacityUnits, path+"readCapacityUnits", 1, 0)
	}
}

// badIndex is the text before what is wrong with indexes.
func badIndex(text string, args ...any) error {
	return &ValidationError{"One or more parameter values were invalid: " + fmt.Sprintf(text, args...)}
}

// checkKeySchema checks a schema of one or two parts, whose elements are whole,
// against the names of the defined attributes.
func checkKeySchema(schema []KeySchemaElementInput, defined []string) error {
	undefined := func(k KeySchemaElementInput) bool { return !slices.Contains(defined, *k.AttributeName) }
	switch {
	case slices.ContainsFunc(schema, undefined):
		return undefinedKeys(schema, defined)
	case len(schema) == 2 && *schema[0].AttributeName == *schema[1].AttributeName:
		return sameName(schema)
	case *schema[0].KeyType != "HASH":
		return &ValidationError{"Invalid KeySchema: The first KeySchemaElement is not a HASH key type"}
	case len(schema) == 2 && *schema[1].KeyType != "RANGE":
		return &ValidationError{"Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"}
	}
	return nil
}

// checkParts checks a schema of several parts for each key (Developer Guide,
// "Multi-attribute key schema"; the texts were measured by
// aws-controllers-k8s/dynamodb-controller, docs/api-quirks).
func checkParts(schema []KeySchemaElementInput, defined []string) error {
	keys := make([]string, len(schema))
	hashes := 0
	for i, k := range schema {
		keys[i] = *k.AttributeName
		if *k.KeyType == "HASH" {
			if hashes < i && hashes > 0 {
				return badIndex("All HASH key attributes must precede RANGE key attributes in the KeySchema")
			}
			hashes++
		}
		switch {
		case !slices.Contains(defined, keys[i]):
			return undefinedKeys(schema, defined)
		case slices.Contains(keys[:i], keys[i]):
			return sameName(schema)
		}
	}
	switch {
	case *schema[0].KeyType != "HASH":
		return &ValidationError{"Invalid KeySchema: The first KeySchemaElement is not a HASH key type"}
	case hashes > maxKeyParts:
		return badIndex("The KeySchema exceeds the maximum allowed number of HASH key attributes")
	case len(keys)-hashes > maxKeyParts:
		return badIndex("The KeySchema exceeds the maximum allowed number of RANGE key attributes")
	}
	return nil
}

func undefinedKeys(schema []KeySchemaElementInput, defined []string) error {
	keys := make([]string, len(schema))
	for i, k := range schema {
		keys[i] = *k.AttributeName
	}
	return badIndex("Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]",
		strings.Join(keys, ", "), strings.Join(defined, ", "))
}

func sameName(schema []KeySchemaElementInput) error {
	if len(schema) == 2 {
		return &ValidationError{"Both the Hash Key and the Range Key element in the KeySchema have the same name"}
	}
	return &ValidationError{"The KeySchema contains multiple key attributes with the same name"}
}

// checkProjection checks the projection of an index by itself.
func (in *indexInput) checkProjection() error {
	p := in.Projection
	switch {
	case p.ProjectionType == nil:
		return badIndex("Unknown ProjectionType: null")
	case *p.ProjectionType != "INCLUDE" && p.NonKeyAttributes != nil:
		return badIndex("ProjectionType is %s, but NonKeyAttributes is specified", *p.ProjectionType)
	case *p.ProjectionType == "INCLUDE" && p.NonKeyAttributes == nil:
		return badIndex("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
	}
	return nil
}

// checkLocal checks the local indexes against the table.
func (in *CreateTableInput) checkLocal(defined []string) error {
	if in.LocalSecondaryIndexes == nil {
		return nil
	}
	switch {
	case len(in.LocalSecondaryIndexes) == 0:
		return badIndex("List of LocalSecondaryIndexes is empty")
	case len(in.KeySchema) != 2:
		return badIndex("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")
	}
	for i := range in.LocalSecondaryIndexes {
		ix := &in.LocalSecondaryIndexes[i]
		if err := checkKeySchema(ix.KeySchema, defined); err != nil {
			return err
		}
		hash, tableHash := *ix.KeySchema[0].AttributeName, *in.KeySchema[0].AttributeName
		switch {
		case len(ix.KeySchema) != 2:
			return badIndex("Index KeySchema does not have a range key for index: %s", *ix.IndexName)
		case hash != tableHash:
			return badIndex("Index KeySchema does not have the same leading hash key as table KeySchema for index: %s. "+
				"index hash key: %s, table hash key: %s", *ix.IndexName, hash, tableHash)
		}
		if err := ix.checkProjection(); err != nil {
			return err
		}
		if in.taken(*ix.IndexName, i, 0) {
			return badIndex("Duplicate index name: %s", *ix.IndexName)
		}
	}
	if len(in.LocalSecondaryIndexes) > maxLocal {
		return badIndex("Number of LocalSecondaryIndexes exceeds per-table limit of %d", maxLocal)
	}
	return nil
}

// taken reports whether one of the first local and global indexes, so many of
// each, has a name.
func (in *CreateTableInput) taken(name string, local, global int) bool {
	for i := range in.LocalSecondaryIndexes[:local] {
		if *in.LocalSecondaryIndexes[i].IndexName == name {
			return true
		}
	}
	return slices.ContainsFunc(in.GlobalSecondaryIndexes[:global], func(ix GlobalSecondaryIndexInput) bool { return *ix.IndexName == name })
}

// checkGlobal checks the global indexes against the table.
func (in *CreateTableInput) checkGlobal(defined []string) error {
	if in.GlobalSecondaryIndexes == nil {
		return nil
	}
	if len(in.GlobalSecondaryIndexes) == 0 {
		return badIndex("List of GlobalSecondaryIndexes is empty")
	}
	for i := range in.GlobalSecondaryIndexes {
		ix := &in.GlobalSecondaryIndexes[i]
		if err := ix.checkGlobal(defined, in.onDemand()); err != nil {
			return err
		}
		if in.taken(*ix.IndexName, len(in.LocalSecondaryIndexes), i) {
			return badIndex("Duplicate index name: %s", *ix.IndexName)
		}
	}
	if len(in.GlobalSecondaryIndexes) > maxGlobal {
		return badIndex("GlobalSecondaryIndex count exceeds the per-table limit of %d", maxGlobal)
	}
	return nil
}

// checkKeys checks the keys and the projection of one global index.
func (in *GlobalSecondaryIndexInput) checkKeys(defined []string) error {
	check := checkKeySchema
	if len(in.KeySchema) > 2 || len(in.KeySchema) == 2 && *in.KeySchema[1].KeyType == "HASH" {
		check = checkParts
	}
	if err := check(in.KeySchema, defined); err != nil {
		return err
	}
	return in.checkProjection()
}

// checkGlobal checks one global index of a table that is to be created with
// that billing mode.
func (in *GlobalSecondaryIndexInput) checkGlobal(defined []string, onDemand bool) error {
	if err := in.checkKeys(defined); err != nil {
		return err
	}
	switch p := in.ProvisionedThroughput; {
	case onDemand && p != nil:
		return badIndex("ProvisionedThroughput should not be specified for index: %s when BillingMode is PAY_PER_REQUEST", *in.IndexName)
	case !onDemand && p == nil:
		return badIndex("ProvisionedThroughput is not specified for index: %s", *in.IndexName)
	}
	return in.checkThroughput(onDemand)
}

// checkThroughput checks the throughput of a global index, which is of the kind
// that the billing mode takes.
func (in *GlobalSecondaryIndexInput) checkThroughput(onDemand bool) error {
	switch p := in.ProvisionedThroughput; {
	case p == nil:
	case *p.ReadCapacityUnits > maxCapacityUnits:
		return badIndex("Given value %d for ReadCapacityUnits is out of bounds for index %s", *p.ReadCapacityUnits, *in.IndexName)
	case *p.WriteCapacityUnits > maxCapacityUnits:
		return badIndex("Given value %d for WriteCapacityUnits is out of bounds for index %s", *p.WriteCapacityUnits, *in.IndexName)
	}
	if err := in.OnDemandThroughput.checkMode(onDemand, " for index : "+*in.IndexName); err != nil {
		return err
	}
	if err := in.OnDemandThroughput.check("index : "+*in.IndexName, false); err != nil {
		return err
	}
	return in.WarmThroughput.checkNew("index "+*in.IndexName, onDemand, in.ProvisionedThroughput)
}

// checkUnused refuses attribute definitions that no key uses.
func (in *CreateTableInput) checkUnused(defined []string) error {
	used := make(map[string]bool)
	add := func(schema []KeySchemaElementInput) {
		for _, k := range schema {
			used[*k.AttributeName] = true
		}
	}
	add(in.KeySchema)
	nonKey := 0
	for i := range in.LocalSecondaryIndexes {
		add(in.LocalSecondaryIndexes[i].KeySchema)
		nonKey += len(in.LocalSecondaryIndexes[i].Projection.NonKeyAttributes)
	}
	for i := range in.GlobalSecondaryIndexes {
		add(in.GlobalSecondaryIndexes[i].KeySchema)
		nonKey += len(in.GlobalSecondaryIndexes[i].Projection.NonKeyAttributes)
	}
	switch {
	case len(used) != len(defined):
		return badIndex("Some AttributeDefinitions are not used. AttributeDefinitions: [%s], keys used: [%s]",
			strings.Join(defined, ", "), strings.Join(usedInOrder(defined, used), ", "))
	case nonKey > maxNonKeyByTable:
		return badIndex("Number of projected attributes in all indexes exceeds limit of %d", maxNonKeyByTable)
	}
	return nil
}

func usedInOrder(defined []string, used map[string]bool) []string {
	return slices.DeleteFunc(slices.Clone(defined), func(name string) bool { return !used[name] })
}

// description is the index that a checked request asks for, without its id.
func (in *indexInput) description() indexDescription {
	return indexDescription{indexShape: indexShape{
		KeySchema:  elements(in.KeySchema),
		Projection: Projection{*in.Projection.ProjectionType, in.Projection.NonKeyAttributes},
	}}
}

// elements returns a checked key schema.
func elements(schema []KeySchemaElementInput) []KeySchemaElement {
	whole := make([]KeySchemaElement, len(schema))
	for i, k := range schema {
		whole[i] = KeySchemaElement{*k.AttributeName, *k.KeyType}
	}
	return whole
}
