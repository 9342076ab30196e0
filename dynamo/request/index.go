package request

import (
	"fmt"
	"slices"

	"lullaby/dynamo/refusal"
)

// An Index has the members that both kinds of secondary indexes share.
type Index struct {
	IndexName  *string
	KeySchema  []KeySchemaElement
	Projection *Projection
}

// LocalSecondaryIndex is a local index to create.
type LocalSecondaryIndex struct{ Index }

// GlobalSecondaryIndex is a global index to create.
type GlobalSecondaryIndex struct {
	Index

	ProvisionedThroughput *ProvisionedThroughput
	OnDemandThroughput    *OnDemandThroughput
	WarmThroughput        *WarmThroughput
}

// Projection says which attributes an index holds besides the keys.
type Projection struct {
	ProjectionType   *string
	NonKeyAttributes []string
}

// ProjectionTypes are in the order in which AWS prints them.
var ProjectionTypes = []string{"ALL", "INCLUDE", "KEYS_ONLY"}

// Bounds of secondary indexes (Developer Guide, "Constraints").
const (
	maxLocalIndexes  = 5   // of one table
	maxNonKey        = 20  // of one index
	maxNonKeyByTable = 100 // of all indexes of a table
)

// violations adds the violations of the API model by the index at path, whose key
// has at most parts attributes.
func (in *Index) violations(v *violations, path string, parts int) {
	v.indexName(in.IndexName, path+"indexName")
	v.keySchema(in.KeySchema, path+"keySchema", parts)
	p := in.Projection
	if !v.notNull(p != nil, path+"projection") {
		return
	}
	v.oneOf(p.ProjectionType, path+"projection.projectionType", ProjectionTypes...)
	if p.NonKeyAttributes != nil {
		printed := func() string { return printStrings(p.NonKeyAttributes) }
		v.count(len(p.NonKeyAttributes), printed, path+"projection.nonKeyAttributes", maxNonKey)
		if slices.ContainsFunc(p.NonKeyAttributes, func(name string) bool { return name == "" || len(name) > maxAttributeName }) {
			v.add("'"+printed()+"'", path+"projection.nonKeyAttributes", fmt.Sprintf("Member must satisfy constraint: "+
				"[Member must have length less than or equal to %d, Member must have length greater than or equal to 1]", maxAttributeName))
		}
	}
}

// violations adds the violations of the API model by the index at path.
func (in *GlobalSecondaryIndex) violations(v *violations, path string) {
	in.Index.violations(v, path, maxIndexKey)
	v.throughput(in.ProvisionedThroughput, path+"provisionedThroughput")
}

// checkProjection checks the projection by itself.
func (in *Index) checkProjection() error {
	p, at := in.Projection, []string{"Projection"}
	switch {
	case p.ProjectionType == nil:
		return about(at, refusal.InvalidValues("Unknown ProjectionType: null"))
	case *p.ProjectionType != "INCLUDE" && p.NonKeyAttributes != nil:
		return about(at, refusal.InvalidValues("ProjectionType is %s, but NonKeyAttributes is specified", *p.ProjectionType))
	case *p.ProjectionType == "INCLUDE" && p.NonKeyAttributes == nil:
		return about(at, refusal.InvalidValues("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"))
	}
	for i, name := range p.NonKeyAttributes {
		if slices.Contains(p.NonKeyAttributes[:i], name) {
			return about(at, refusal.InvalidValues("Duplicate element in NonKeyAttributes: %s", name))
		}
	}
	return nil
}

// check checks a local index by itself and against the partition key of its
// table.
func (in *LocalSecondaryIndex) check(tableHash string, defined []string) error {
	at := []string{"KeySchema"}
	if err := checkKeySchema(in.KeySchema, defined); err != nil {
		return about(at, err)
	}
	hash := *in.KeySchema[0].AttributeName
	switch {
	case len(in.KeySchema) != maxTableKey:
		return about(at, refusal.InvalidValues("Index KeySchema does not have a range key for index: %s", *in.IndexName))
	case hash != tableHash:
		return about(at, refusal.InvalidValues("Index KeySchema does not have the same leading hash key as table KeySchema for index: %s. "+
			"index hash key: %s, table hash key: %s", *in.IndexName, hash, tableHash))
	}
	return in.checkProjection()
}

// checkKeys checks the keys and the projection of a global index.
func (in *GlobalSecondaryIndex) checkKeys(defined []string) error {
	check := checkKeySchema
	if len(in.KeySchema) > 2 || len(in.KeySchema) == 2 && *in.KeySchema[1].KeyType == "HASH" {
		check = checkParts
	}
	if err := check(in.KeySchema, defined); err != nil {
		return about([]string{"KeySchema"}, err)
	}
	return in.checkProjection()
}

// check checks a global index of a new table.
func (in *GlobalSecondaryIndex) check(defined []string, onDemand bool) error {
	if err := in.checkKeys(defined); err != nil {
		return err
	}
	at := []string{"ProvisionedThroughput"}
	switch p := in.ProvisionedThroughput; {
	case onDemand && p != nil:
		return about(at, refusal.InvalidValues("ProvisionedThroughput should not be specified for index: %s when BillingMode is PAY_PER_REQUEST", *in.IndexName))
	case !onDemand && p == nil:
		return about(at, refusal.InvalidValues("ProvisionedThroughput is not specified for index: %s", *in.IndexName))
	}
	return in.CheckThroughput(onDemand)
}

// CheckThroughput checks the throughput of a global index against the billing
// mode of its table. The other members are already checked. The error is a
// *MemberError of a refusal.Validation.
func (in *GlobalSecondaryIndex) CheckThroughput(onDemand bool) error {
	if err := in.ProvisionedThroughput.checkBounds(refusal.InvalidValues, " for index "+*in.IndexName); err != nil {
		return about([]string{"ProvisionedThroughput"}, err)
	}
	if err := in.OnDemandThroughput.checkMode(onDemand, *in.IndexName); err != nil {
		return err
	}
	if err := in.OnDemandThroughput.check("index : "+*in.IndexName, false); err != nil {
		return err
	}
	return in.WarmThroughput.check("index "+*in.IndexName, onDemand, in.ProvisionedThroughput)
}
