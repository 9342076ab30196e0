package dynamo

import (
	"context"

	"lullaby/dynamo/request"
	"lullaby/instant"
)

// DescribeTableOutput is the answer of DescribeTable.
type DescribeTableOutput struct{ Table TableDescription }

// DescribeTable tells of a table, in a time that does not depend on its size.
// Unlike AWS's, which are up to six hours old, its totals are of this instant.
func (e *Engine) DescribeTable(_ context.Context, now instant.Instant, in *request.DescribeTableInput) (*DescribeTableOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	t, err := e.known(now, *in.TableName)
	if err != nil {
		return nil, err
	}
	return &DescribeTableOutput{t.describe(now)}, nil
}
