package dynamo

import (
	"context"
	"slices"

	"lullaby/dynamo/request"
	"lullaby/instant"
)

// ListTablesOutput is the output of ListTables.
type ListTablesOutput struct {
	TableNames             []string
	LastEvaluatedTableName string `json:",omitzero"`
}

// ListTables returns the names of tables in order, including those that are
// CREATING or DELETING. The error is a refusal.Validation.
func (e *Engine) ListTables(_ context.Context, now instant.Instant, in *request.ListTablesInput) (*ListTablesOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	names := []string{}
	for _, t := range e.all(now) {
		if in.ExclusiveStartTableName == nil || t.name > *in.ExclusiveStartTableName {
			names = append(names, t.name)
		}
	}
	slices.Sort(names)
	limit := request.MaxTableNames
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
