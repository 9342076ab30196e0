package dynamo

import (
	"context"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// DescribeContinuousBackupsOutput is the answer of DescribeContinuousBackups.
type DescribeContinuousBackupsOutput struct {
	ContinuousBackupsDescription ContinuousBackupsDescription
}

// ContinuousBackupsDescription tells of the backups of a table.
type ContinuousBackupsDescription struct {
	ContinuousBackupsStatus        string
	PointInTimeRecoveryDescription PointInTimeRecoveryDescription
}

// PointInTimeRecoveryDescription says whether a table can be restored.
type PointInTimeRecoveryDescription struct{ PointInTimeRecoveryStatus string }

// DescribeContinuousBackups answers as for a table whose backups nobody has
// asked for.
func (e *Engine) DescribeContinuousBackups(_ context.Context, now instant.Instant, in *request.DescribeContinuousBackupsInput) (*DescribeContinuousBackupsOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	t, err := e.known(now, *in.TableName)
	if err != nil || !t.takesItems(now) {
		return nil, refusal.New(refusal.TableNotFound, "Table not found: "+*in.TableName)
	}
	return &DescribeContinuousBackupsOutput{ContinuousBackupsDescription{
		ContinuousBackupsStatus:        "ENABLED",
		PointInTimeRecoveryDescription: PointInTimeRecoveryDescription{"DISABLED"},
	}}, nil
}
