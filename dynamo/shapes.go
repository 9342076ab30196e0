package dynamo

import (
	"strconv"
	"time"

	"lullaby/capacity"
	"lullaby/dynamo/stream"
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
	AttributeDefinitions       []AttributeDefinition `json:",omitzero"`
	TableName                  string
	KeySchema                  []KeySchemaElement `json:",omitzero"`
	TableStatus                string
	CreationDateTime           Timestamp
	ProvisionedThroughput      ProvisionedThroughputDescription
	TableSizeBytes             int64
	ItemCount                  int64
	TableArn                   string
	TableId                    string
	BillingModeSummary         *BillingModeSummary         `json:",omitzero"`
	TableThroughputModeSummary *TableThroughputModeSummary `json:",omitzero"`
	LocalSecondaryIndexes      []IndexDescription          `json:",omitzero"`
	GlobalSecondaryIndexes     []IndexDescription          `json:",omitzero"`
	StreamSpecification        *StreamDescribed            `json:",omitzero"` // while there is a stream
	LatestStreamLabel          string                      `json:",omitzero"`
	LatestStreamArn            string                      `json:",omitzero"`
	TableClassSummary          *TableClassSummary          `json:",omitzero"`
	SSEDescription             *SSEDescription             `json:",omitzero"`
	OnDemandThroughput         *OnDemandThroughput         `json:",omitzero"`
	WarmThroughput             *WarmThroughputDescription  `json:",omitzero"`
	DeletionProtectionEnabled  bool
}

// StreamDescribed is the StreamSpecification of a table with a stream.
type StreamDescribed struct {
	StreamEnabled  bool
	StreamViewType stream.View
}

// IndexDescription is what AWS tells of a secondary index.
type IndexDescription struct {
	IndexName             string
	KeySchema             []KeySchemaElement
	Projection            Projection
	IndexStatus           string                            `json:",omitzero"` // of global ones, as the following
	Backfilling           *bool                             `json:",omitzero"` // while CREATING in a table that was there
	ProvisionedThroughput *ProvisionedThroughputDescription `json:",omitzero"`
	OnDemandThroughput    *OnDemandThroughput               `json:",omitzero"`
	WarmThroughput        *WarmThroughputDescription        `json:",omitzero"`
	IndexSizeBytes        int64
	ItemCount             int64
	IndexArn              string
}

// BillingModeSummary is there for tables that are or were on demand.
type BillingModeSummary struct {
	BillingMode                       string
	LastUpdateToPayPerRequestDateTime Timestamp `json:",omitzero"`
}

// TableThroughputModeSummary says the same in words that only the wire has.
type TableThroughputModeSummary struct {
	TableThroughputMode               string
	LastUpdateToPayPerRequestDateTime Timestamp `json:",omitzero"`
}

// TableClassSummary is there for tables whose class was ever set.
type TableClassSummary struct {
	TableClass         string
	LastUpdateDateTime Timestamp `json:",omitzero"`
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
	onDemand := !d.provisioned()
	told := TableDescription{
		AttributeDefinitions:      d.AttributeDefinitions,
		TableName:                 d.TableName,
		KeySchema:                 d.KeySchema,
		TableStatus:               t.status(now),
		CreationDateTime:          Timestamp{d.Created},
		ProvisionedThroughput:     d.describeUnits(d.Change, d.BillingMode, now),
		TableSizeBytes:            t.bytes.Load(),
		ItemCount:                 t.items.Load(),
		TableArn:                  t.arn,
		TableId:                   d.TableID,
		OnDemandThroughput:        d.maximum(),
		WarmThroughput:            t.grown(d.describeWarm(onDemand), &t.capacity.Throughput),
		DeletionProtectionEnabled: d.DeletionProtection,
		SSEDescription:            d.SSE.describe(),
	}
	for i := range d.Indexes {
		x := &d.Indexes[i]
		if x.Global {
			told.GlobalSecondaryIndexes = append(told.GlobalSecondaryIndexes, t.describeGlobal(d, x, now))
		} else {
			told.LocalSecondaryIndexes = append(told.LocalSecondaryIndexes, t.describeIndex(x))
		}
	}
	if s := t.stream.Load(); s != nil {
		told.StreamSpecification = &StreamDescribed{true, s.log.ViewType}
		told.LatestStreamLabel, told.LatestStreamArn = s.Label, s.arn()
	}
	if onDemand || d.shownMode() == payPerRequest || !d.OnDemandSince.IsZero() {
		var since Timestamp
		if !now.Before(d.Active) {
			since = Timestamp{d.OnDemandSince}
		}
		told.BillingModeSummary = &BillingModeSummary{d.shownMode(), since}
		told.TableThroughputModeSummary = &TableThroughputModeSummary{d.shownMode(), since}
	}
	if d.Class != "" {
		told.TableClassSummary = &TableClassSummary{d.Class, Timestamp{d.ClassSince}}
	}
	return told
}

// grown adds to a warm throughput what traffic has made of it on demand.
func (t *table) grown(told *WarmThroughputDescription, c *capacity.Throughput) *WarmThroughputDescription {
	t.capacity.Lock()
	defer t.capacity.Unlock()
	told.ReadUnitsPerSecond = max(told.ReadUnitsPerSecond, c.Warm(capacity.Read))
	told.WriteUnitsPerSecond = max(told.WriteUnitsPerSecond, c.Warm(capacity.Write))
	return told
}

func (t *table) describeIndex(x *indexDescription) IndexDescription {
	told := IndexDescription{
		IndexName:  x.IndexName,
		KeySchema:  x.KeySchema,
		Projection: x.Projection,
		IndexArn:   t.arn + "/index/" + x.IndexName,
	}
	if ix := t.indexByID(x.ID); ix != nil {
		told.IndexSizeBytes, told.ItemCount = ix.bytes.Load(), ix.items.Load()
	}
	return told
}

func (t *table) describeGlobal(d *description, x *indexDescription, now time.Time) IndexDescription {
	told := t.describeIndex(x)
	units := x.describeUnits(x.Change, d.BillingMode, now)
	told.ProvisionedThroughput = &units
	told.OnDemandThroughput = x.maximum()
	told.WarmThroughput = x.describeWarm(!d.provisioned())
	if ix := t.indexByID(x.ID); ix != nil {
		told.WarmThroughput = t.grown(told.WarmThroughput, ix.capacity)
	}
	switch {
	case x.creating():
		told.IndexStatus = statusCreating
		backfilling := x.Phase == phaseBackfilling
		told.Backfilling = &backfilling
	case x.Phase == phaseDeleting:
		told.IndexStatus = statusDeleting
	case x.Change != nil:
		told.IndexStatus = statusUpdating
	case now.Before(d.Active):
		told.IndexStatus = statusCreating
	default:
		told.IndexStatus = statusActive
	}
	return told
}

// is reports whether an optional parameter was given that value.
func is(s *string, value string) bool { return s != nil && *s == value }
