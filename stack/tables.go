package stack

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/template"
)

// declare makes the tables as the template declares them, as a stack update
// would.
func (s *Stack) declare(ctx context.Context) error {
	if s.template == nil {
		return nil
	}
	declared := map[string]bool{}
	for _, t := range s.template.Tables {
		declared[t.Name] = true
		now := instant.Of(time.Now())
		d := declaration(t)
		s.keepScaled(now, d.Table) //nolint:contextcheck // it reads what is in memory
		err := s.tables.Declare(ctx, now, d)
		var replaced *dynamo.KeySchemaError
		switch {
		case errors.As(err, &replaced):
			return fmt.Errorf("%v: table %s has the key %s here, and %s in the data folder %s; "+
				"AWS would replace the table: keep both with another --data, or remove the folder",
				t.Pos("KeySchema"), t.LogicalID, replaced.Want, replaced.Have, s.data)
		case errors.Is(err, refusal.LimitExceeded):
			return fmt.Errorf("%v: table %s: %w AWS would refuse the table too; --limits off lifts its quotas", t.Pos(), t.LogicalID, err)
		case err != nil:
			return fmt.Errorf("%v: table %s: %w", t.Pos(), t.LogicalID, err)
		}
	}
	return s.warnOfLeftTables(ctx, declared)
}

// drain spends the burst of the tables, also what they have gained since they were
// declared: to build functions takes a while.
func (s *Stack) drain(context.Context) error {
	if s.opts.Drained {
		s.tables.Drain(instant.Of(time.Now()))
	}
	return nil
}

// warnOfLeftTables warns of tables that are no longer in the template.
func (s *Stack) warnOfLeftTables(ctx context.Context, declared map[string]bool) error {
	var in request.ListTablesInput
	for {
		out, err := s.tables.ListTables(ctx, instant.Of(time.Now()), &in)
		if err != nil {
			return err
		}
		for _, name := range out.TableNames {
			if !declared[name] {
				s.say("warning: table %s is in the data folder and not in the template: kept", name)
			}
		}
		if out.LastEvaluatedTableName == "" {
			return nil
		}
		in.ExclusiveStartTableName = &out.LastEvaluatedTableName
	}
}

// declaration returns a table of the template as dynamo declares it.
func declaration(t *template.Table) dynamo.Declaration {
	return dynamo.Declaration{Table: t.CreateTable(), TimeToLive: t.TimeToLiveSpecification(), StreamLabel: t.StreamLabel}
}
