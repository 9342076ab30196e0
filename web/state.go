package web

import (
	"context"
	"math"
	"strconv"
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// shownMinutes is how many minutes of each metric the page shows, the current one last.
const shownMinutes = 30

// A State is all that the page shows without being asked. Instants are milliseconds
// since 1970.
type State struct {
	Now             int64
	Minute          int64 // when the last minute of the metrics began
	Account, Region string

	APIs       []APIState
	Tables     []Table
	Functions  []FunctionState
	Queues     []Queue
	Alarms     []Alarm
	Activities []Activity

	Pages   []Page // that went out since the start, the newest first
	Waiting int    // pages that receivers have not got

	NextEvaluation int64 // of the alarms
	Refusals       []Refusal
	Refused        int64 // since the start
}

// Points are a statistic of the shown minutes: null for one without samples. They are
// empty if no minute has any.
type Points []float64

// MarshalJSON writes NaN as null.
func (p Points) MarshalJSON() ([]byte, error) {
	text := []byte{'['}
	for i, v := range p {
		if i > 0 {
			text = append(text, ',')
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			text = append(text, "null"...)
		} else {
			text = strconv.AppendFloat(text, v, 'g', -1, 64)
		}
	}
	return append(text, ']'), nil
}

// A reading reads metrics of one thing. Its err is the first error of storage.
type reading struct {
	s          *Server
	now        instant.Instant
	namespace  string
	dimensions []watch.Dimension
	err        error
}

// points returns a statistic of a metric.
func (r *reading) points(metric, stat string) Points {
	if r.err != nil {
		return nil
	}
	values, err := r.s.services.Metrics.Minutes(r.now, watch.Metric{Namespace: r.namespace, Name: metric}, stat, shownMinutes, r.dimensions...)
	r.err = err
	for _, v := range values {
		if !math.IsNaN(v) {
			return values
		}
	}
	return Points{}
}

func millis(at instant.Instant) int64 { return int64(at) / int64(time.Millisecond) }

// stateAt returns the state at now. The error is of storage.
func (s *Server) stateAt(ctx context.Context, now instant.Instant) (*State, error) {
	state := &State{
		Now: millis(now), Minute: millis(now.Truncate(time.Minute)), Account: s.opts.Scope.Account, Region: s.opts.Scope.Region,
		NextEvaluation: millis(s.services.Metrics.NextEvaluation(now)),
	}
	state.Refusals, state.Refused = s.refusals.newest(shownRefusals)
	state.Pages, _ = s.pages.newest(keptPages)
	if s.services.Waiting != nil {
		state.Waiting = s.services.Waiting()
	}
	for _, fill := range []func(context.Context, instant.Instant, *State) error{
		s.apis, s.tables, s.functions, s.queues, s.alarms, s.activities,
	} {
		if err := fill(ctx, now, state); err != nil {
			return nil, err
		}
	}
	return state, nil
}
