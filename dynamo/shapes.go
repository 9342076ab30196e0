package dynamo

import (
	"strconv"
	"time"

	"lullaby/capacity"
)

// AttributeDefinition gives the type of a key attribute: S, N or B.
type AttributeDefinition struct {
	AttributeName string
	AttributeType string
}

// KeySchemaElement gives the role of a key attribute: HASH or RANGE.
type KeySchemaElement struct {
	AttributeName string
	KeyType       string
}

// The billing modes.
const (
	provisionedMode = "PROVISIONED"
	payPerRequest   = "PAY_PER_REQUEST"
)

// TableDescription is what AWS tells of a table.
type TableDescription struct {
	AttributeDefinitions      []AttributeDefinition `json:",omitzero"`
	TableName                 string
	KeySchema                 []KeySchemaElement `json:",omitzero"`
	TableStatus               string
	CreationDateTime          Timestamp
	ProvisionedThroughput     ProvisionedThroughputDescription
	TableSizeBytes            int64
	ItemCount                 int64
	TableArn                  string
	TableId                   string
	BillingModeSummary        *BillingModeSummary `json:",omitzero"`
	DeletionProtectionEnabled bool
}

// ProvisionedThroughputDescription gives units a second; both are 0 on demand.
type ProvisionedThroughputDescription struct {
	NumberOfDecreasesToday int64
	ReadCapacityUnits      int64
	WriteCapacityUnits     int64
}

// BillingModeSummary is there for tables that are or were on demand.
type BillingModeSummary struct {
	BillingMode                       string
	LastUpdateToPayPerRequestDateTime Timestamp `json:",omitzero"`
}

// A Timestamp is an instant in seconds since 1970, to the millisecond, as
// AWS's JSON protocols write it.
type Timestamp struct{ time.Time }

// MarshalJSON writes the seconds.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(t.UnixMilli())/1000, 'f', -1, 64), nil
}

// describe tells of t as it is at now.
func (t *table) describe(now time.Time) TableDescription {
	d := t.desc.Load()
	told := TableDescription{
		AttributeDefinitions:  d.AttributeDefinitions,
		TableName:             d.TableName,
		KeySchema:             d.KeySchema,
		TableStatus:           t.status(now),
		CreationDateTime:      Timestamp{d.Created},
		ProvisionedThroughput: ProvisionedThroughputDescription{0, d.ReadCapacityUnits, d.WriteCapacityUnits},
		TableSizeBytes:        t.bytes.Load(),
		ItemCount:             t.items.Load(),
		TableArn:              t.arn,
		TableId:               d.TableID,
	}
	if !d.provisioned() {
		told.BillingModeSummary = &BillingModeSummary{BillingMode: payPerRequest}
		if told.TableStatus != statusCreating {
			told.BillingModeSummary.LastUpdateToPayPerRequestDateTime = Timestamp{d.Created}
		}
	}
	return told
}

// ConsumedCapacity is what a request cost one table, in units.
type ConsumedCapacity struct {
	TableName     string
	CapacityUnits float64
	Table         *Capacity `json:",omitzero"` // with INDEXES
}

// Capacity is a part of a ConsumedCapacity.
type Capacity struct{ CapacityUnits float64 }

// consumed answers ReturnConsumedCapacity for a request to one table.
func consumed(want *string, table string, cost capacity.Tokens) *ConsumedCapacity {
	if want == nil || *want == "NONE" {
		return nil
	}
	c := &ConsumedCapacity{TableName: table, CapacityUnits: cost.Units()}
	if *want == "INDEXES" {
		c.Table = &Capacity{cost.Units()}
	}
	return c
}

// is reports whether an optional parameter was given that value.
func is(s *string, value string) bool { return s != nil && *s == value }
