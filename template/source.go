package template

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// A Pos is a place in a template.
type Pos struct {
	File string // as the user named it
	Line int    // from 1
}

func (p Pos) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// A Source is the part of a template that a shape was read of. It does not
// change once the template is loaded.
type Source struct {
	at    Pos
	n     *node             // the shape's properties; nil: none
	names map[string]string // of fields and of what is in them; see Pos
	apart map[string]*node  // properties that stand outside n
	calls map[*node]*node   // what the intrinsic functions stand for; nil: nothing
}

// At returns the source of a shape that no template was read for.
func At(p Pos) Source { return Source{at: p} }

// Pos returns where a property of the shape stands, or the shape itself if none
// is given. A property is named as in the template or as the shape's field; the
// names that follow lead into its value: keys of mappings, indexes of lists.
//
//	table.Pos("KeySchema", "0", "AttributeName")
//	table.Pos("WriteCapacityUnits") // the same as "ProvisionedThroughput", "WriteCapacityUnits"
//
// For what the template does not say, it returns what would hold it: the
// nearest of the values around it that is there, at last the shape.
func (s Source) Pos(property ...string) Pos {
	pos, at := s.at, s.n
	for i, name := range s.path(property) {
		next := s.child(at, name)
		if n := s.apart[name]; i == 0 && n != nil {
			next = n
		}
		if next == nil {
			break
		}
		pos.Line, at = next.line, next
	}
	return pos
}

// path returns the keys that lead to a property: its own names, of which the
// longest beginning that s.names knows is replaced.
func (s Source) path(property []string) []string {
	for i := len(property); i > 0; i-- {
		if name, ok := s.names[strings.Join(property[:i], ".")]; ok {
			return append(strings.Split(name, "."), property[i:]...)
		}
	}
	return property
}

// child returns the value of a key or the item at an index, nil if n has none.
func (s Source) child(n *node, name string) *node {
	if n != nil && n.kind == call {
		n = s.calls[n]
	}
	if n == nil || n.kind != list {
		return n.get(name)
	}
	i, err := strconv.Atoi(name)
	if err != nil {
		return nil
	}
	for _, item := range n.items {
		if value, evaluated := s.calls[item]; evaluated && value == nil {
			continue // AWS::NoValue took it away
		}
		if i == 0 {
			return item
		}
		i--
	}
	return nil
}

// source returns the source of a shape on a line whose properties r reads.
func (r reader) source(line int, names map[string]string) Source {
	return Source{at: r.e.pos(line), n: r.n, names: names, calls: r.e.calls}
}

// The paths of the fields that do not have the name of their property.
var (
	functionFields = map[string]string{
		"Name":                  "FunctionName",
		"BuildMethod":           "Metadata.BuildMethod",
		"Environment":           "Environment.Variables",
		"Environment.Variables": "Environment.Variables",
		"ReservedConcurrency":   "ReservedConcurrentExecutions",
	}
	serverlessFields = withFields(functionFields, map[string]string{"CodeURI": "CodeUri"})
	lambdaFields     = withFields(functionFields, map[string]string{"CodeURI": "Code"})

	apiFields    = map[string]string{"Stage": "StageName", "StageVariables": "Variables"}
	eventFields  = map[string]string{"Timeout": "TimeoutInMillis"}
	methodFields = map[string]string{
		"Method": "HttpMethod", "Path": "ResourceId", "Function": "Integration.Uri", "Timeout": "Integration.TimeoutInMillis",
	}

	throughputFields = map[string]string{
		"ReadCapacityUnits":        "ProvisionedThroughput.ReadCapacityUnits",
		"WriteCapacityUnits":       "ProvisionedThroughput.WriteCapacityUnits",
		"OnDemandThroughput.Read":  "OnDemandThroughput.MaxReadRequestUnits",
		"OnDemandThroughput.Write": "OnDemandThroughput.MaxWriteRequestUnits",
		"WarmThroughput.Read":      "WarmThroughput.ReadUnitsPerSecond",
		"WarmThroughput.Write":     "WarmThroughput.WriteUnitsPerSecond",
	}
	indexFields = withFields(throughputFields, map[string]string{
		"Name":             "IndexName",
		"ProjectionType":   "Projection.ProjectionType",
		"NonKeyAttributes": "Projection.NonKeyAttributes",
	})
	tableFields = withFields(throughputFields, map[string]string{
		"Name":               "TableName",
		"TimeToLive":         "TimeToLiveSpecification.AttributeName",
		"StreamViewType":     "StreamSpecification.StreamViewType",
		"StreamLabel":        "StreamSpecification",
		"DeletionProtection": "DeletionProtectionEnabled",
	})
	simpleTableFields = withFields(tableFields, map[string]string{
		"KeySchema":                            "PrimaryKey",
		"KeySchema.0.AttributeName":            "PrimaryKey.Name",
		"AttributeDefinitions":                 "PrimaryKey",
		"AttributeDefinitions.0.AttributeName": "PrimaryKey.Name",
		"AttributeDefinitions.0.AttributeType": "PrimaryKey.Type",
	})
)

func withFields(common, more map[string]string) map[string]string {
	all := maps.Clone(common)
	maps.Copy(all, more)
	return all
}
