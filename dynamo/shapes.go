package dynamo

import (
	"strconv"
	"time"
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

// Projection says which attributes an index holds besides the keys.
type Projection struct {
	ProjectionType   string   // ALL, KEYS_ONLY or INCLUDE
	NonKeyAttributes []string `json:",omitzero"` // with INCLUDE
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
	LocalSecondaryIndexes     []IndexDescription  `json:",omitzero"`
	GlobalSecondaryIndexes    []IndexDescription  `json:",omitzero"`
	StreamSpecification       *StreamDescribed    `json:",omitzero"` // while there is a stream
	LatestStreamLabel         string              `json:",omitzero"`
	LatestStreamArn           string              `json:",omitzero"`
	DeletionProtectionEnabled bool
}

// StreamDescribed is the StreamSpecification of a table with a stream.
type StreamDescribed struct {
	StreamEnabled  bool
	StreamViewType string
}

// IndexDescription is what AWS tells of a secondary index.
type IndexDescription struct {
	IndexName             string
	KeySchema             []KeySchemaElement
	Projection            Projection
	IndexStatus           string                            `json:",omitzero"` // of global ones, as the next
	ProvisionedThroughput *ProvisionedThroughputDescription `json:",omitzero"`
	IndexSizeBytes        int64
	ItemCount             int64
	IndexArn              string
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
	for _, x := range d.Indexes {
		ix, err := t.index(x.IndexName)
		if err != nil {
			continue // deleted since d was read
		}
		i := IndexDescription{
			IndexName:      x.IndexName,
			KeySchema:      x.KeySchema,
			Projection:     x.Projection,
			IndexSizeBytes: ix.bytes.Load(),
			ItemCount:      ix.items.Load(),
			IndexArn:       ix.arn,
		}
		if !x.Global {
			told.LocalSecondaryIndexes = append(told.LocalSecondaryIndexes, i)
			continue
		}
		i.IndexStatus = told.TableStatus
		i.ProvisionedThroughput = &ProvisionedThroughputDescription{0, x.ReadCapacityUnits, x.WriteCapacityUnits}
		told.GlobalSecondaryIndexes = append(told.GlobalSecondaryIndexes, i)
	}
	if s := t.stream.Load(); s != nil {
		told.StreamSpecification = &StreamDescribed{true, s.desc.ViewType}
		told.LatestStreamLabel, told.LatestStreamArn = s.desc.Label, s.desc.arn()
	}
	if !d.provisioned() {
		told.BillingModeSummary = &BillingModeSummary{BillingMode: payPerRequest}
		if told.TableStatus != statusCreating {
			told.BillingModeSummary.LastUpdateToPayPerRequestDateTime = Timestamp{d.Created}
		}
	}
	return told
}

// is reports whether an optional parameter was given that value.
func is(s *string, value string) bool { return s != nil && *s == value }
