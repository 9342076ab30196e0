package dynamo

import (
	"strconv"
	"time"

	"lullaby/capacity"
	"lullaby/dynamo/plan"
	"lullaby/dynamo/request"
	"lullaby/dynamo/stream"
	"lullaby/instant"
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

// TableDescription is the description of a table.
type TableDescription struct {
	AttributeDefinitions       []AttributeDefinition `json:",omitzero"`
	TableName                  string
	KeySchema                  []KeySchemaElement `json:",omitzero"`
	TableStatus                string
	CreationDateTime           Timestamp `json:",omitzero"`
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
	LatestStreamLabel          string                      `json:",omitzero"` // stays when the stream is disabled
	LatestStreamArn            string                      `json:",omitzero"`
	TableClassSummary          *TableClassSummary          `json:",omitzero"`
	SSEDescription             *SSEDescription             `json:",omitzero"`
	OnDemandThroughput         *request.OnDemandThroughput `json:",omitzero"`
	WarmThroughput             *WarmThroughputDescription  `json:",omitzero"`
	DeletionProtectionEnabled  bool
}

// StreamDescribed is the StreamSpecification of a table with a stream.
type StreamDescribed struct {
	StreamEnabled  bool
	StreamViewType stream.View
}

// IndexDescription is the description of a secondary index.
type IndexDescription struct {
	IndexName             string
	KeySchema             []KeySchemaElement
	Projection            Projection
	IndexStatus           string                            `json:",omitzero"` // global indexes only, as the next four
	Backfilling           *bool                             `json:",omitzero"` // while CREATING in an existing table
	ProvisionedThroughput *ProvisionedThroughputDescription `json:",omitzero"`
	OnDemandThroughput    *request.OnDemandThroughput       `json:",omitzero"`
	WarmThroughput        *WarmThroughputDescription        `json:",omitzero"`
	IndexSizeBytes        int64
	ItemCount             int64
	IndexArn              string
}

// BillingModeSummary describes the mode of a table that is or was on demand.
type BillingModeSummary struct {
	BillingMode                       string
	LastUpdateToPayPerRequestDateTime Timestamp `json:",omitzero"`
}

// TableThroughputModeSummary repeats BillingModeSummary under names that only the
// wire has.
type TableThroughputModeSummary struct {
	TableThroughputMode               string
	LastUpdateToPayPerRequestDateTime Timestamp `json:",omitzero"`
}

// TableClassSummary describes the class of a table that once set it.
type TableClassSummary struct {
	TableClass         string
	LastUpdateDateTime Timestamp `json:",omitzero"`
}

// Timestamp is an instant that JSON has in seconds since 1970, to the
// millisecond, as in AWS's protocols.
type Timestamp struct{ instant.Instant }

// MarshalJSON writes the seconds.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(int64(t.Instant)/int64(time.Millisecond))/1000, 'f', -1, 64), nil
}

// describe returns the description of t at now.
func (t *table) describe(now instant.Instant) TableDescription {
	d := t.desc.Load()
	p := &d.plan
	out := TableDescription{
		AttributeDefinitions:      d.AttributeDefinitions,
		TableName:                 p.TableName,
		KeySchema:                 d.KeySchema,
		TableStatus:               string(t.status(now)),
		CreationDateTime:          Timestamp{d.Created},
		ProvisionedThroughput:     describeUnits(p.Describe(now, p.Mode)),
		TableSizeBytes:            t.bytes.Load(),
		ItemCount:                 t.items.Load(),
		TableArn:                  t.arn,
		TableId:                   d.TableID,
		OnDemandThroughput:        describeMaximum(p.Maximum),
		WarmThroughput:            t.describeWarm(&p.Throughput, p.Mode, &t.capacity.Throughput),
		DeletionProtectionEnabled: p.DeletionProtection,
		SSEDescription:            d.SSE.describe(),
	}
	for i := range p.Indexes {
		x := &p.Indexes[i]
		if x.Global {
			out.GlobalSecondaryIndexes = append(out.GlobalSecondaryIndexes, t.describeGlobal(d, x, now))
		} else {
			out.LocalSecondaryIndexes = append(out.LocalSecondaryIndexes, t.describeIndex(d, x))
		}
	}
	if s := t.stream.Load(); s != nil {
		out.StreamSpecification = &StreamDescribed{true, s.log.ViewType}
		out.LatestStreamLabel, out.LatestStreamArn = s.Label, s.arn()
	} else if d.StreamLabel != "" {
		disabled := streamSource{TableARN: t.arn, Label: d.StreamLabel}
		out.LatestStreamLabel, out.LatestStreamArn = d.StreamLabel, disabled.arn()
	}
	out.describeMode(p, now)
	if p.Class != "" {
		out.TableClassSummary = &TableClassSummary{string(p.Class), Timestamp{p.ClassSince}}
	}
	return out
}

// describeMode sets the summaries of the mode if the table is or was on demand.
func (out *TableDescription) describeMode(p *plan.Plan, now instant.Instant) {
	mode := p.ShownMode()
	if p.Mode != plan.OnDemand && mode != plan.OnDemand && p.OnDemandSince.IsZero() {
		return
	}
	var since Timestamp
	if !now.Before(p.Active) {
		since = Timestamp{p.OnDemandSince}
	}
	out.BillingModeSummary = &BillingModeSummary{string(mode), since}
	out.TableThroughputModeSummary = &TableThroughputModeSummary{string(mode), since}
}

func (t *table) describeIndex(d *description, x *plan.Index) IndexDescription {
	kept := d.indexes[x.IndexName]
	out := IndexDescription{
		IndexName:  x.IndexName,
		KeySchema:  kept.KeySchema,
		Projection: kept.Projection,
		IndexArn:   t.arn + "/index/" + x.IndexName,
	}
	if ix := t.indexByID(kept.ID); ix != nil {
		out.IndexSizeBytes, out.ItemCount = ix.bytes.Load(), ix.items.Load()
	}
	return out
}

func (t *table) describeGlobal(d *description, x *plan.Index, now instant.Instant) IndexDescription {
	out, p := t.describeIndex(d, x), &d.plan
	units := describeUnits(x.Describe(now, p.Mode))
	out.ProvisionedThroughput = &units
	out.OnDemandThroughput = describeMaximum(x.Maximum)
	var c *capacity.Throughput
	if ix := t.indexByID(d.indexes[x.IndexName].ID); ix != nil {
		c = ix.capacity
	}
	out.WarmThroughput = t.describeWarm(&x.Throughput, p.Mode, c)
	out.IndexStatus = string(p.IndexStatus(now, x))
	if x.Creating() {
		backfilling := x.Phase == plan.Backfilling
		out.Backfilling = &backfilling
	}
	return out
}

// is reports whether an optional parameter has that value.
func is(s *string, value string) bool { return s != nil && *s == value }
