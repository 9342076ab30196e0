package dynamo

import (
	"context"
	"time"
)

// DescribeTableInput is the request of DescribeTable.
type DescribeTableInput struct{ TableName *string }

// DescribeTableOutput is the answer of DescribeTable.
type DescribeTableOutput struct{ Table TableDescription }

func (in *DescribeTableInput) validate() error {
	if err := requireTableName(in.TableName); err != nil {
		return err
	}
	var v violations
	v.tableNamePattern(in.TableName)
	return v.err()
}

// DescribeTable tells of a table, in a time that does not depend on its size.
// Unlike AWS's, which are up to six hours old, its totals are of this instant.
func (e *Engine) DescribeTable(_ context.Context, in *DescribeTableInput) (*DescribeTableOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	t, err := e.known(*in.TableName)
	if err != nil {
		return nil, err
	}
	return &DescribeTableOutput{t.describe(time.Now())}, nil
}
