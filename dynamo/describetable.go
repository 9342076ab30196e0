package dynamo

import (
	"context"
	"time"

	"lullaby/dynamo/request"
)

// DescribeTableOutput is the answer of DescribeTable.
type DescribeTableOutput struct{ Table TableDescription }

// DescribeTable tells of a table, in a time that does not depend on its size.
// Unlike AWS's, which are up to six hours old, its totals are of this instant.
func (e *Engine) DescribeTable(_ context.Context, in *request.DescribeTableInput) (*DescribeTableOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	t, err := e.known(*in.TableName)
	if err != nil {
		return nil, err
	}
	return &DescribeTableOutput{t.describe(time.Now())}, nil
}
