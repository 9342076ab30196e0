package dynamo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// CreateTableInput is the request of CreateTable.
type CreateTableInput struct {
	TableName             *string
	AttributeDefinitions  []AttributeDefinitionInput
	KeySchema             []KeySchemaElementInput
	BillingMode           *string
	ProvisionedThroughput *ProvisionedThroughput

	GlobalSecondaryIndexes    jsontext.Value
	LocalSecondaryIndexes     jsontext.Value
	StreamSpecification       *StreamSpecification
	OnDemandThroughput        jsontext.Value
	WarmThroughput            jsontext.Value
	DeletionProtectionEnabled *bool
}

// AttributeDefinitionInput is an AttributeDefinition that may lack parts.
type AttributeDefinitionInput struct{ AttributeName, AttributeType *string }

// KeySchemaElementInput is a KeySchemaElement that may lack parts.
type KeySchemaElementInput struct{ AttributeName, KeyType *string }

// ProvisionedThroughput is in units a second.
type ProvisionedThroughput struct{ ReadCapacityUnits, WriteCapacityUnits *int64 }

// StreamSpecification asks for a stream of changes.
type StreamSpecification struct {
	StreamEnabled  *bool
	StreamViewType *string
}

// CreateTableOutput is the answer of CreateTable.
type CreateTableOutput struct{ TableDescription TableDescription }

// maxCapacityUnits is the bound that the service checks before any quota.
const maxCapacityUnits = 1_000_000_000_000

func (in *CreateTableInput) validate() error {
	if err := requireTableName(in.TableName); err != nil {
		return err
	}
	var v violations
	if v.notNull(in.AttributeDefinitions != nil, "attributeDefinitions") {
		for i, a := range in.AttributeDefinitions {
			path := fmt.Sprintf("attributeDefinitions.%d.member.", i+1)
			v.notNull(a.AttributeName != nil, path+"attributeName")
			if v.notNull(a.AttributeType != nil, path+"attributeType") {
				v.one(a.AttributeType, path+"attributeType", "B", "N", "S")
			}
		}
	}
	v.tableNamePattern(in.TableName)
	v.one(in.BillingMode, "billingMode", provisionedMode, payPerRequest)
	if p := in.ProvisionedThroughput; p != nil {
		if v.notNull(p.WriteCapacityUnits != nil, "provisionedThroughput.writeCapacityUnits") {
			v.between(p.WriteCapacityUnits, "provisionedThroughput.writeCapacityUnits", 1, 0)
		}
		if v.notNull(p.ReadCapacityUnits != nil, "provisionedThroughput.readCapacityUnits") {
			v.between(p.ReadCapacityUnits, "provisionedThroughput.readCapacityUnits", 1, 0)
		}
	}
	in.checkKeySchema(&v)
	if err := v.err(); err != nil {
		return err
	}
	if err := in.checkThroughput(); err != nil {
		return err
	}
	if err := in.checkKeys(); err != nil {
		return err
	}
	return in.refuse()
}

func (in *CreateTableInput) checkKeySchema(v *violations) {
	if !v.notNull(in.KeySchema != nil, "keySchema") {
		return
	}
	v.count(len(in.KeySchema), in.printKeySchema, "keySchema", 1, 2)
	for i, k := range in.KeySchema {
		path := fmt.Sprintf("keySchema.%d.member.", i+1)
		v.notNull(k.AttributeName != nil, path+"attributeName")
		if v.notNull(k.KeyType != nil, path+"keyType") {
			v.one(k.KeyType, path+"keyType", "HASH", "RANGE")
		}
	}
}

// printKeySchema prints the list as the service's messages do.
func (in *CreateTableInput) printKeySchema() string {
	texts := make([]string, len(in.KeySchema))
	for i, k := range in.KeySchema {
		texts[i] = fmt.Sprintf("KeySchemaElement(attributeName=%s, keyType=%s)", orNull(k.AttributeName), orNull(k.KeyType))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func orNull(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

func (in *CreateTableInput) onDemand() bool { return is(in.BillingMode, payPerRequest) }

func (in *CreateTableInput) checkThroughput() error {
	p := in.ProvisionedThroughput
	if in.onDemand() {
		if p != nil {
			return &ValidationError{"One or more parameter values were invalid: " +
				"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"}
		}
		return nil
	}
	if p == nil {
		return &ValidationError{"One or more parameter values were invalid: " +
			"ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"}
	}
	if n := *p.ReadCapacityUnits; n > maxCapacityUnits {
		return &ValidationError{fmt.Sprintf("Given value %d for ReadCapacityUnits is out of bounds", n)}
	}
	if n := *p.WriteCapacityUnits; n > maxCapacityUnits {
		return &ValidationError{fmt.Sprintf("Given value %d for WriteCapacityUnits is out of bounds", n)}
	}
	return nil
}

// checkKeys checks the key schema against the attribute definitions.
func (in *CreateTableInput) checkKeys() error {
	defined := make([]string, len(in.AttributeDefinitions))
	for i, a := range in.AttributeDefinitions {
		defined[i] = *a.AttributeName
	}
	keys := make([]string, len(in.KeySchema))
	for i, k := range in.KeySchema {
		keys[i] = *k.AttributeName
	}
	undefined := slices.ContainsFunc(keys, func(k string) bool { return !slices.Contains(defined, k) })
	switch {
	case len(keys) > len(defined):
		return &ValidationError{"Invalid KeySchema: Some index key attribute have no definition"}
	case undefined:
		return &ValidationError{fmt.Sprintf("One or more parameter values were invalid: "+
			"Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]",
			strings.Join(keys, ", "), strings.Join(defined, ", "))}
	case len(keys) == 2 && keys[0] == keys[1]:
		return &ValidationError{"Both the Hash Key and the Range Key element in the KeySchema have the same name"}
	case *in.KeySchema[0].KeyType != "HASH":
		return &ValidationError{"Invalid KeySchema: The first KeySchemaElement is not a HASH key type"}
	case len(keys) == 2 && *in.KeySchema[1].KeyType != "RANGE":
		return &ValidationError{"Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"}
	case len(keys) != len(defined) && in.GlobalSecondaryIndexes == nil && in.LocalSecondaryIndexes == nil:
		return &ValidationError{"One or more parameter values were invalid: " +
			"Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"}
	}
	return nil
}

// refuse names a parameter that cannot be passed over.
func (in *CreateTableInput) refuse() error {
	enabled := func(b *bool) bool { return b != nil && *b }
	switch {
	case in.GlobalSecondaryIndexes != nil:
		return unsupported("GlobalSecondaryIndexes")
	case in.LocalSecondaryIndexes != nil:
		return unsupported("LocalSecondaryIndexes")
	case in.StreamSpecification != nil && enabled(in.StreamSpecification.StreamEnabled):
		return unsupported("StreamSpecification")
	case in.OnDemandThroughput != nil:
		return unsupported("OnDemandThroughput")
	case in.WarmThroughput != nil:
		return unsupported("WarmThroughput")
	case enabled(in.DeletionProtectionEnabled):
		return unsupported("DeletionProtectionEnabled")
	}
	return nil
}

// CreateTable makes a table, which is CREATING for a while.
func (e *Engine) CreateTable(_ context.Context, in *CreateTableInput) (*CreateTableOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	now := time.Now()
	t, err := e.create(in, now)
	if err != nil {
		return nil, err
	}
	d := t.describe(now)
	d.TableStatus = statusCreating
	return &CreateTableOutput{d}, nil
}

func (e *Engine) create(in *CreateTableInput, now time.Time) (*table, error) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	if t, err := e.known(*in.TableName); err == nil {
		return nil, &InUseError{"Table already exists: " + t.name}
	}
	e.lastID++
	d := in.description(e.lastID, now)
	if !e.opts.Instant {
		d.Active = now.Add(creatingTime)
	}
	t := e.newTable(d, now)
	t.counted.Store(true)
	return t, e.put(t)
}

// put writes a new or changed table down and lets requests find it. The caller
// holds ddl.
func (e *Engine) put(t *table) error {
	b := e.db.NewBatch()
	if err := e.save(b, *t.desc.Load()); err != nil {
		return errors.Join(err, b.Close())
	}
	if err := b.Commit(); err != nil {
		return err
	}
	e.tables.Store(t.name, t)
	return nil
}

// description is the table that a checked request asks for.
func (in *CreateTableInput) description(id uint64, now time.Time) description {
	d := description{
		ID:          id,
		TableID:     newUUID(),
		TableName:   *in.TableName,
		BillingMode: provisionedMode,
		Created:     now,
		Active:      now,
	}
	for _, a := range in.AttributeDefinitions {
		d.AttributeDefinitions = append(d.AttributeDefinitions, AttributeDefinition{*a.AttributeName, *a.AttributeType})
	}
	for _, k := range in.KeySchema {
		d.KeySchema = append(d.KeySchema, KeySchemaElement{*k.AttributeName, *k.KeyType})
	}
	if in.onDemand() {
		d.BillingMode = payPerRequest
	} else {
		d.ReadCapacityUnits = *in.ProvisionedThroughput.ReadCapacityUnits
		d.WriteCapacityUnits = *in.ProvisionedThroughput.WriteCapacityUnits
	}
	return d
}

// newUUID returns a random UUID (version 4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0F | 0x40
	b[8] = b[8]&0x3F | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
