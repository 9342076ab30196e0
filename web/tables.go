package web

import (
	"context"

	"lullaby/dynamo"
	"lullaby/dynamo/meter"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/watch"
)

// A Table is a table as the page shows it.
type Table struct {
	Name, Status string
	OnDemand     bool
	Items, Bytes int64
	Resources    []Resource // the table itself, and its global indexes
	Local        []string   // the names of its local indexes
}

// A Resource is a table or a global index with its throughput.
type Resource struct {
	Index       string // empty: the table itself
	Read, Write Side
}

// A Side is the throughput of one direction. Points are sums of a minute, of Capacity
// the units a second that were provisioned.
type Side struct {
	Units                         int64   // provisioned, a second; 0 on demand
	Left, Most                    float64 // burst, in units; Most is 0 on demand
	Consumed, Throttled, Capacity Points
}

// tables adds the tables.
func (s *Server) tables(ctx context.Context, now instant.Instant, state *State) error {
	in := request.ListTablesInput{}
	for {
		out, err := s.services.Tables.ListTables(ctx, now, &in)
		if err != nil {
			return err
		}
		for _, name := range out.TableNames {
			t, err := s.table(ctx, now, name)
			if err != nil {
				return err
			}
			if t != nil {
				state.Tables = append(state.Tables, *t)
			}
		}
		if out.LastEvaluatedTableName == "" {
			return nil
		}
		in.ExclusiveStartTableName = &out.LastEvaluatedTableName
	}
}

// table returns a table, nil if it is gone meanwhile.
func (s *Server) table(ctx context.Context, now instant.Instant, name string) (*Table, error) {
	out, err := s.services.Tables.DescribeTable(ctx, now, &request.DescribeTableInput{TableName: &name})
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // it was deleted since it was listed
	}
	balances, err := s.services.Tables.Balances(now, name)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // the same
	}
	d := &out.Table
	t := &Table{Name: name, Status: d.TableStatus, Items: d.ItemCount, Bytes: d.TableSizeBytes}
	t.OnDemand = d.BillingModeSummary != nil && d.BillingModeSummary.BillingMode == "PAY_PER_REQUEST"
	for _, x := range d.LocalSecondaryIndexes {
		t.Local = append(t.Local, x.IndexName)
	}
	units := map[string]dynamo.ProvisionedThroughputDescription{"": d.ProvisionedThroughput}
	for _, x := range d.GlobalSecondaryIndexes {
		units[x.IndexName] = *x.ProvisionedThroughput
	}
	for _, b := range balances {
		r := reading{s: s, now: now, namespace: meter.Namespace, dimensions: []watch.Dimension{{Name: meter.TableName, Value: name}}}
		if b.Index != "" {
			r.dimensions = append(r.dimensions, watch.Dimension{Name: meter.IndexName, Value: b.Index})
		}
		u := units[b.Index]
		t.Resources = append(t.Resources, Resource{b.Index, r.side("Read", u.ReadCapacityUnits, &b, 0), r.side("Write", u.WriteCapacityUnits, &b, 1)})
		if r.err != nil {
			return nil, r.err
		}
	}
	return t, nil
}

// side reads one direction, whose name is in those of metrics.
func (r *reading) side(direction string, units int64, b *dynamo.Balance, d int) Side {
	return Side{
		Units: units, Left: b.Left[d], Most: b.Most[d],
		Consumed:  r.points("Consumed"+direction+"CapacityUnits", "Sum"),
		Throttled: r.points(direction+"ThrottleEvents", "Sum"),
		Capacity:  r.points("Provisioned"+direction+"CapacityUnits", "Average"),
	}
}
