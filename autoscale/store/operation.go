package store

import (
	"lullaby/autoscale"
	"lullaby/autoscale/request"
	"lullaby/instant"
)

// serviceNamespace is that of everything here.
const serviceNamespace = "dynamodb"

// An EmptyOutput is the output of an operation that tells nothing.
type EmptyOutput struct{}

// change performs a request that changes the model. The error is that of do, or of
// storage; nothing is changed then.
func (e *Engine) change(now instant.Instant, has claim, do func() (autoscale.Effects, error)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	effects, err := do()
	if err != nil {
		return err
	}
	return e.apply(now, effects, has)
}

// read calls do with the model, which it does not change.
func (e *Engine) read(do func(s *autoscale.Scaler)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	do(e.scaler)
}

// A Scalable says of an output which target it is of, by AWS's names.
type Scalable struct{ ServiceNamespace, ResourceId, ScalableDimension string }

func scalableOf(r autoscale.Resource) Scalable { return Scalable{serviceNamespace, r.ID, r.Dimension} }

// timestamp returns an instant as an output has it, nil for none.
func timestamp(at instant.Instant) *request.Timestamp {
	if at.IsZero() {
		return nil
	}
	return new(request.TimestampOf(at))
}

// asks reports whether a filter lets a resource pass.
func asks(f *request.Filter, r autoscale.Resource) bool {
	return (f.ResourceId == nil || *f.ResourceId == r.ID) && (f.ScalableDimension == nil || *f.ScalableDimension == r.Dimension)
}
