package dynamo

import (
	"context"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// DescribeContinuousBackupsOutput is the output of DescribeContinuousBackups.
type DescribeContinuousBackupsOutput struct {
	ContinuousBackupsDescription ContinuousBackupsDescription
}

// ContinuousBackupsDescription describes the backups of a table.
type ContinuousBackupsDescription struct {
	ContinuousBackupsStatus        string
	PointInTimeRecoveryDescription PointInTimeRecoveryDescription
}

// PointInTimeRecoveryDescription gives the status of point-in-time recovery.
type PointInTimeRecoveryDescription struct{ PointInTimeRecoveryStatus string }

// DescribeContinuousBackups describes a table without point-in-time recovery. The
// error is a refusal.Validation or refusal.TableNotFound.
func (e *Engine) DescribeContinuousBackups(_ context.Context, now instant.Instant, in *request.DescribeContinuousBackupsInput) (*DescribeContinuousBackupsOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	t, err := e.known(now, *in.TableName)
	if err != nil || !t.takesItems(now) {
		return nil, refusal.New(refusal.TableNotFound, "Table not found: "+request.BareName(*in.TableName))
	}
	return &DescribeContinuousBackupsOutput{ContinuousBackupsDescription{
		ContinuousBackupsStatus:        "ENABLED",
		PointInTimeRecoveryDescription: PointInTimeRecoveryDescription{"DISABLED"},
	}}, nil
}
