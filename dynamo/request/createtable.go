package request

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lullaby/capacity"
	"lullaby/dynamo/refusal"
)

// CreateTableInput is the request of CreateTable.
type CreateTableInput struct {
	TableName             *string
	AttributeDefinitions  []AttributeDefinition
	KeySchema             []KeySchemaElement
	BillingMode           *string
	ProvisionedThroughput *ProvisionedThroughput

	GlobalSecondaryIndexes    []GlobalSecondaryIndex
	LocalSecondaryIndexes     []LocalSecondaryIndex
	StreamSpecification       *StreamSpecification
	OnDemandThroughput        *OnDemandThroughput
	WarmThroughput            *WarmThroughput
	TableClass                *string
	DeletionProtectionEnabled *bool
	Tags                      []Tag
	SSESpecification          *SSESpecification

	// Not built.
	GlobalTableSettingsReplicationMode, GlobalTableSourceArn, ResourcePolicy, VectorIndexes Unbuilt
}

// The billing modes.
const (
	Provisioned   = "PROVISIONED"
	PayPerRequest = "PAY_PER_REQUEST"
)

// BillingModes are in the order in which AWS prints them.
var BillingModes = []string{Provisioned, PayPerRequest}

// OnDemand reports whether the new table is on demand.
func (in *CreateTableInput) OnDemand() bool { return is(in.BillingMode, PayPerRequest) }

// Check returns the first refusal of the request, quotas aside. The error is a
// *MemberError of a refusal.Validation.
func (in *CreateTableInput) Check() error {
	if err := checkNewName(in.TableName); err != nil {
		return err
	}
	if err := in.checkModel(); err != nil {
		return err
	}
	for _, check := range [...]func() error{
		in.checkUnbuilt, in.checkDuplicates, in.StreamSpecification.checkNew, in.checkUnused, in.checkThroughput, in.checkKeys,
		func() error { return checkClass(in.TableClass) },
		in.SSESpecification.check,
		func() error { return about([]string{"Tags"}, checkTags(in.Tags)) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (in *CreateTableInput) checkUnbuilt() error {
	return refuseUnbuilt("CreateTable", []parameter{
		{"GlobalTableSettingsReplicationMode", in.GlobalTableSettingsReplicationMode != nil},
		{"GlobalTableSourceArn", in.GlobalTableSourceArn != nil},
		{"ResourcePolicy", in.ResourcePolicy != nil},
		{"VectorIndexes", in.VectorIndexes != nil},
	})
}

// checkModel checks the constraints of AWS's API model.
func (in *CreateTableInput) checkModel() error {
	var v violations
	if v.notNull(in.AttributeDefinitions != nil, "attributeDefinitions") {
		v.attributeDefinitions(in.AttributeDefinitions)
	}
	v.pattern(in.TableName, "tableName", namePattern)
	v.oneOf(in.BillingMode, "billingMode", BillingModes...)
	v.throughput(in.ProvisionedThroughput, "provisionedThroughput")
	v.keySchema(in.KeySchema, "keySchema", maxTableKey)
	for i := range in.GlobalSecondaryIndexes {
		in.GlobalSecondaryIndexes[i].violations(&v, fmt.Sprintf("globalSecondaryIndexes.%d.member.", i+1))
	}
	for i := range in.LocalSecondaryIndexes {
		in.LocalSecondaryIndexes[i].violations(&v, fmt.Sprintf("localSecondaryIndexes.%d.member.", i+1), maxTableKey)
	}
	v.stream(in.StreamSpecification)
	v.sse(in.SSESpecification)
	return v.memberErr()
}

// checkThroughput checks the throughput of the table, without its indexes.
func (in *CreateTableInput) checkThroughput() error {
	p, at := in.ProvisionedThroughput, []string{"ProvisionedThroughput"}
	switch {
	case in.OnDemand() && p != nil:
		return about(at, refusal.InvalidValues("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"))
	case !in.OnDemand() && p == nil:
		return about(at, refusal.InvalidValues("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"))
	}
	if err := p.checkTableBounds(); err != nil {
		return err
	}
	if err := in.OnDemandThroughput.checkMode(in.OnDemand(), ""); err != nil {
		return err
	}
	if err := in.OnDemandThroughput.check("table", false); err != nil {
		return err
	}
	return in.WarmThroughput.check("table", in.OnDemand(), p)
}

// checkKeys checks the key schemas of the table and its indexes against the
// attribute definitions.
func (in *CreateTableInput) checkKeys() error {
	defined, at := namesOf(in.AttributeDefinitions), []string{"KeySchema"}
	if len(in.KeySchema) > len(defined) {
		return about(at, refusal.Invalid(msgNoDefinition))
	}
	if err := checkKeySchema(in.KeySchema, defined); err != nil {
		return about(at, err)
	}
	if err := in.checkLocalIndexes(defined); err != nil {
		return err
	}
	if err := in.checkGlobalIndexes(defined); err != nil {
		return err
	}
	return in.checkProjected()
}

// checkDuplicates rejects an attribute that is defined twice.
func (in *CreateTableInput) checkDuplicates() error {
	defined := namesOf(in.AttributeDefinitions)
	for i, name := range defined {
		if slices.Contains(defined[:i], name) {
			return about(append([]string{"AttributeDefinitions"}, element(i, "AttributeName")...), refusal.Invalid("Attribute Name is duplicated: "+name))
		}
	}
	return nil
}

// checkLocalIndexes checks the local indexes against the table.
func (in *CreateTableInput) checkLocalIndexes(defined []string) error {
	const member = "LocalSecondaryIndexes"
	switch {
	case in.LocalSecondaryIndexes == nil:
		return nil
	case len(in.LocalSecondaryIndexes) == 0:
		return about([]string{member}, refusal.InvalidValues("List of LocalSecondaryIndexes is empty"))
	case len(in.KeySchema) != maxTableKey:
		return about([]string{member}, refusal.InvalidValues(
			"Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"))
	}
	for i := range in.LocalSecondaryIndexes {
		ix := &in.LocalSecondaryIndexes[i]
		err := ix.check(*in.KeySchema[0].AttributeName, defined)
		if err == nil && in.taken(*ix.IndexName, i, 0) {
			err = duplicateIndex(*ix.IndexName)
		}
		if err != nil {
			return about([]string{member, strconv.Itoa(i)}, err)
		}
	}
	if len(in.LocalSecondaryIndexes) > maxLocalIndexes {
		return about([]string{member}, refusal.InvalidValues("Number of LocalSecondaryIndexes exceeds per-table limit of %d", maxLocalIndexes))
	}
	return nil
}

// checkGlobalIndexes checks the global indexes against the table.
func (in *CreateTableInput) checkGlobalIndexes(defined []string) error {
	const member = "GlobalSecondaryIndexes"
	switch {
	case in.GlobalSecondaryIndexes == nil:
		return nil
	case len(in.GlobalSecondaryIndexes) == 0:
		return about([]string{member}, refusal.InvalidValues("List of GlobalSecondaryIndexes is empty"))
	}
	for i := range in.GlobalSecondaryIndexes {
		ix := &in.GlobalSecondaryIndexes[i]
		err := ix.check(defined, in.OnDemand())
		if err == nil && in.taken(*ix.IndexName, len(in.LocalSecondaryIndexes), i) {
			err = duplicateIndex(*ix.IndexName)
		}
		if err != nil {
			return about([]string{member, strconv.Itoa(i)}, err)
		}
	}
	if len(in.GlobalSecondaryIndexes) > capacity.MaxGlobalIndexes {
		return about([]string{member}, refusal.InvalidValues("GlobalSecondaryIndex count exceeds the per-table limit of %d", capacity.MaxGlobalIndexes))
	}
	return nil
}

func duplicateIndex(name string) error {
	return about([]string{"IndexName"}, refusal.InvalidValues("Duplicate index name: %s", name))
}

// taken reports whether one of the first local and the first global indexes has
// the name; local and global are their numbers.
func (in *CreateTableInput) taken(name string, local, global int) bool {
	return slices.ContainsFunc(in.LocalSecondaryIndexes[:local], func(ix LocalSecondaryIndex) bool { return *ix.IndexName == name }) ||
		slices.ContainsFunc(in.GlobalSecondaryIndexes[:global], func(ix GlobalSecondaryIndex) bool { return *ix.IndexName == name })
}

// checkUnused rejects attribute definitions that no key uses. It leaves a key
// schema that is invalid itself, and lists of indexes that are empty, to later
// checks.
func (in *CreateTableInput) checkUnused() error {
	defined, used := namesOf(in.AttributeDefinitions), keyNames(in.KeySchema)
	empty := in.LocalSecondaryIndexes != nil && len(in.LocalSecondaryIndexes) == 0 || in.GlobalSecondaryIndexes != nil && len(in.GlobalSecondaryIndexes) == 0
	if empty || !validKey(in.KeySchema, defined) {
		return nil
	}
	for i := range in.LocalSecondaryIndexes {
		used = append(used, keyNames(in.LocalSecondaryIndexes[i].KeySchema)...)
	}
	for i := range in.GlobalSecondaryIndexes {
		used = append(used, keyNames(in.GlobalSecondaryIndexes[i].KeySchema)...)
	}
	undefined := func(name string) bool { return !slices.Contains(defined, name) }
	unused := slices.IndexFunc(defined, func(name string) bool { return !slices.Contains(used, name) })
	if unused < 0 || slices.ContainsFunc(used, undefined) {
		return nil
	}
	at := append([]string{"AttributeDefinitions"}, element(unused, "AttributeName")...)
	if in.GlobalSecondaryIndexes == nil && in.LocalSecondaryIndexes == nil {
		return about(at, refusal.InvalidValues(
			"Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"))
	}
	inUse := slices.DeleteFunc(slices.Clone(defined), func(name string) bool { return !slices.Contains(used, name) })
	return about(at, refusal.InvalidValues("Some AttributeDefinitions are not used. AttributeDefinitions: [%s], keys used: [%s]",
		strings.Join(defined, ", "), strings.Join(inUse, ", ")))
}

func validKey(schema []KeySchemaElement, defined []string) bool {
	return checkKeySchema(schema, defined) == nil
}

// checkProjected rejects more projected attributes than the indexes of a table may
// have in total.
func (in *CreateTableInput) checkProjected() error {
	projected := 0
	for i := range in.LocalSecondaryIndexes {
		projected += len(in.LocalSecondaryIndexes[i].Projection.NonKeyAttributes)
	}
	for i := range in.GlobalSecondaryIndexes {
		projected += len(in.GlobalSecondaryIndexes[i].Projection.NonKeyAttributes)
	}
	if projected > maxNonKeyByTable {
		return about(nil, refusal.InvalidValues("Number of projected attributes in all indexes exceeds limit of %d", maxNonKeyByTable))
	}
	return nil
}
