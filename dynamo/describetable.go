package dynamo

import (
	"context"

	"lullaby/dynamo/request"
	"lullaby/instant"
)

// DescribeTableOutput is the output of DescribeTable.
type DescribeTableOutput struct{ Table TableDescription }

// DescribeTable describes a table, in a time that does not depend on its size.
// Its totals are current; AWS's are up to six hours old. The error is a
// refusal.Validation or refusal.NotFound.
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
