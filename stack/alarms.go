package stack

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lullaby/instant"
	"lullaby/watch/store"
)

// declareAlarms makes the alarms and dashboards as the template declares them, as a stack
// update would.
func (s *Stack) declareAlarms(context.Context) error {
	if s.template == nil {
		return nil
	}
	var d store.Declaration
	places := map[string]string{}
	for _, a := range s.template.Alarms {
		places[a.Name] = fmt.Sprintf("%v: alarm %s", a.Pos(), a.LogicalID)
		if a.Metric != nil {
			d.Alarms = append(d.Alarms, a.Metric)
		} else {
			d.Composites = append(d.Composites, a.Composite)
		}
	}
	for _, b := range s.template.Dashboards {
		places[b.Name] = fmt.Sprintf("%v: dashboard %s", b.Pos(), b.LogicalID)
		d.Dashboards = append(d.Dashboards, b.PutDashboard())
	}
	err := s.metrics.Declare(instant.Of(time.Now()), d)
	if refused, ok := errors.AsType[*store.DeclareError](err); ok {
		return fmt.Errorf("%s: %w", places[refused.Name], refused.Err)
	}
	return err
}
