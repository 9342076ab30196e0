package dynamo

import (
	"context"
	"slices"
)

// ListTablesInput is the request of ListTables.
type ListTablesInput struct {
	ExclusiveStartTableName *string
	Limit                   *int32
}

// ListTablesOutput is the answer of ListTables.
type ListTablesOutput struct {
	TableNames             []string
	LastEvaluatedTableName string `json:",omitzero"`
}

// maxTableNames is a page of ListTables (API_ListTables).
const maxTableNames = 100

func (in *ListTablesInput) validate() error {
	var v violations
	v.text(in.ExclusiveStartTableName, "exclusiveStartTableName", namePattern, minName, maxName)
	v.between(wide(in.Limit), "limit", 1, maxTableNames)
	return v.err()
}

// ListTables returns the names of tables in order, those being made or deleted
// included.
func (e *Engine) ListTables(_ context.Context, in *ListTablesInput) (*ListTablesOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	names := []string{}
	for _, t := range e.all() {
		if in.ExclusiveStartTableName == nil || t.name > *in.ExclusiveStartTableName {
			names = append(names, t.name)
		}
	}
	slices.Sort(names)
	limit := maxTableNames
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	out := &ListTablesOutput{TableNames: names}
	if len(names) > limit {
		out.TableNames = names[:limit]
		out.LastEvaluatedTableName = names[limit-1]
	}
	return out, nil
}
