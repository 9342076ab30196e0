package autoscale

import "strings"

// A Resource is what a target scales: units of a table or of a global index in one
// direction.
type Resource struct {
	ID        string // "table/orders", "table/orders/index/by-day"
	Dimension string // "dynamodb:table:WriteCapacityUnits"
}

// ResourceOf returns the resource of a table, or of an index of it, in a direction.
func ResourceOf(table, index string, reads bool) Resource {
	id, of := "table/"+table, "table"
	if index != "" {
		id, of = id+"/index/"+index, "index"
	}
	direction := "Write"
	if reads {
		direction = "Read"
	}
	return Resource{id, "dynamodb:" + of + ":" + direction + "CapacityUnits"}
}

// Table returns the name of the table.
func (r Resource) Table() string {
	table, _, _ := strings.Cut(strings.TrimPrefix(r.ID, "table/"), "/index/")
	return table
}

// Index returns the name of the index, empty for a table.
func (r Resource) Index() string {
	_, index, _ := strings.Cut(r.ID, "/index/")
	return index
}

// Reads reports whether the units are read units; else they are write units.
func (r Resource) Reads() bool { return strings.HasSuffix(r.Dimension, ":ReadCapacityUnits") }

// direction returns Read or Write, as names of metrics have it.
func (r Resource) direction() string {
	if r.Reads() {
		return "Read"
	}
	return "Write"
}

// words returns "read capacity units" or "write capacity units".
func (r Resource) words() string { return strings.ToLower(r.direction()) + " capacity units" }
