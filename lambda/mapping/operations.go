package mapping

import (
	"fmt"
	"slices"
	"time"

	"lullaby/instant"
	"lullaby/internal/arn"
)

// A Function is what a request needs to know of the function that it names.
type Function struct {
	Name, ARN string // ARN with the qualifier that the request has
	Timeout   time.Duration
	Missing   bool // there is no such function
}

// A Queue is what a request needs to know of its queue.
type Queue struct {
	FIFO       bool
	Visibility time.Duration
	Missing    bool // there is no such queue
}

// Declare adds a mapping that a template declares: it is Enabled or Disabled from
// the beginning. It refuses what Create refuses.
func (s *Mappings) Declare(now instant.Instant, uuid string, in *CreateEventSourceMappingInput, f Function, q Queue) (*Mapping, error) {
	durations := s.Durations
	s.Durations = Durations{}
	defer func() { s.Durations = durations }()
	if _, err := s.Create(now, uuid, in, f, q); err != nil {
		return nil, err
	}
	return s.all[len(s.all)-1], nil
}

// Create begins a mapping with a new UUID. f and q are the function and the queue
// that the request names. The error is a *RefusalError. Assumed: the order of checks.
func (s *Mappings) Create(now instant.Instant, uuid string, in *CreateEventSourceMappingInput, f Function, q Queue) (EventSourceMappingConfiguration, error) {
	s.Settle(now)
	if err := in.check(q.FIFO); err != nil {
		return EventSourceMappingConfiguration{}, err
	}
	if err := checkEnds(f, q); err != nil {
		return EventSourceMappingConfiguration{}, err
	}
	for _, m := range s.all {
		if m.EventSourceARN == *in.EventSourceArn && m.Next.FunctionARN == f.ARN {
			return EventSourceMappingConfiguration{}, &RefusalError{ErrConflict, fmt.Sprintf(
				`An event source mapping with SQS arn (" %s ") and function (" %s ") already exists. Please update or delete the existing mapping with UUID %s`,
				m.EventSourceARN, m.Next.Function, m.UUID), nil}
		}
	}
	t := Target{f.Name, f.ARN, in.Settings}
	m := &Mapping{UUID: uuid, EventSourceARN: *in.EventSourceArn, Now: t, Next: t}
	s.all = append(s.all, m)
	s.become(now, m, Creating, s.Durations.Creating)
	return s.describe(m), nil
}

// check returns the first refusal of the request itself.
func (in *CreateEventSourceMappingInput) check(fifo bool) error {
	var v violations
	v.given(in.FunctionName, "FunctionName")
	in.constrain(&v)
	if err := v.err(); err != nil {
		return err
	}
	if in.EventSourceArn == nil {
		return invalid("Unrecognized event source.", "EventSourceArn")
	}
	if a, err := arn.Parse(*in.EventSourceArn); err != nil || a.Service != "sqs" {
		return invalid("Lullaby has event source mappings of SQS queues alone: "+*in.EventSourceArn, "EventSourceArn")
	}
	if err := in.Foreign.check("CreateEventSourceMapping"); err != nil {
		return err
	}
	return in.Settings.check(fifo)
}

// checkEnds refuses a function or a queue that does not exist, and timeouts that
// do not fit (docs/aws/mapping.md#refusals, docs/aws/mapping.md#visibility).
func checkEnds(f Function, q Queue) error {
	switch {
	case f.Missing:
		return invalid("Function does not exist", "FunctionName")
	case q.Missing:
		return invalid("Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "+
			"SQS Error Message: The specified queue does not exist.", "EventSourceArn")
	}
	return CheckTimes(q.Visibility, f.Timeout)
}

// Update begins a change of a mapping. f is the function that the mapping has
// after it, and q its queue. The error is a *RefusalError.
func (s *Mappings) Update(now instant.Instant, in *UpdateEventSourceMappingInput, f Function, q Queue) (EventSourceMappingConfiguration, error) {
	m, err := s.idle(now, in.UUID, "update")
	if err != nil {
		return EventSourceMappingConfiguration{}, err
	}
	next := m.Now.Settings.with(&in.Settings)
	err = next.Check(q.FIFO)
	if err == nil {
		err = in.Foreign.check("UpdateEventSourceMapping")
	}
	if err == nil {
		err = checkEnds(f, q)
	}
	if err != nil {
		return EventSourceMappingConfiguration{}, err
	}
	was := m.Now.Settings.IsEnabled()
	m.Next = Target{f.Name, f.ARN, next}
	switch is := next.IsEnabled(); {
	case is && !was:
		s.become(now, m, Enabling, s.Durations.Enabling)
	case was && !is:
		s.become(now, m, Disabling, s.Durations.Disabling)
	default:
		s.become(now, m, Updating, s.Durations.Updating)
	}
	return s.describe(m), nil
}

// Delete begins the deletion of a mapping. The error is a *RefusalError.
func (s *Mappings) Delete(now instant.Instant, in *DeleteEventSourceMappingInput) (EventSourceMappingConfiguration, error) {
	m, err := s.idle(now, in.UUID, "delete")
	if err != nil {
		return EventSourceMappingConfiguration{}, err
	}
	s.become(now, m, Deleting, s.Durations.Deleting)
	return s.describe(m), nil
}

// Get describes a mapping. The error is a *RefusalError.
func (s *Mappings) Get(now instant.Instant, in *GetEventSourceMappingInput) (EventSourceMappingConfiguration, error) {
	s.Settle(now)
	m, err := s.find(in.UUID)
	if err != nil {
		return EventSourceMappingConfiguration{}, err
	}
	return s.describe(m), nil
}

// find returns the mapping with a UUID. The error is a *RefusalError.
func (s *Mappings) find(uuid string) (*Mapping, error) {
	for _, m := range s.all {
		if m.UUID == uuid {
			return m, nil
		}
	}
	return nil, &RefusalError{ErrNotFound, "The resource you requested does not exist.", nil}
}

// idle returns a mapping that is not changing.
func (s *Mappings) idle(now instant.Instant, uuid, doing string) (*Mapping, error) {
	s.Settle(now)
	m, err := s.find(uuid)
	if err == nil && !m.Due.IsZero() {
		err = &RefusalError{ErrInUse, "Cannot " + doing + " the event source mapping because it is in use.", nil}
	}
	return m, err
}

// maxItems bounds a page of ListEventSourceMappings (API Reference,
// "ListEventSourceMappings").
const maxItems = 100

// List returns a page of mappings, of one queue or one function if the request
// names it. function is the ARN of the function that it names. The error is a
// *RefusalError.
func (s *Mappings) List(now instant.Instant, in *ListEventSourceMappingsInput, function string) (ListEventSourceMappingsOutput, error) {
	s.Settle(now)
	var v violations
	v.between(in.MaxItems, 1, 10_000, "MaxItems")
	if err := v.err(); err != nil {
		return ListEventSourceMappingsOutput{}, err
	}
	most := maxItems
	if in.MaxItems != nil {
		most = min(most, int(*in.MaxItems))
	}
	rest := s.all
	if in.Marker != nil {
		i := slices.IndexFunc(rest, func(m *Mapping) bool { return m.UUID == *in.Marker })
		rest = rest[i+1:]
	}
	out := ListEventSourceMappingsOutput{EventSourceMappings: []EventSourceMappingConfiguration{}}
	for _, m := range rest {
		if in.EventSourceArn != nil && m.EventSourceARN != *in.EventSourceArn || in.FunctionName != nil && m.Next.FunctionARN != function {
			continue
		}
		if n := len(out.EventSourceMappings); n == most {
			out.NextMarker = out.EventSourceMappings[n-1].UUID
			break
		}
		out.EventSourceMappings = append(out.EventSourceMappings, s.describe(m))
	}
	return out, nil
}

// describe describes a mapping, with the settings that it will have. Assumed: as
// an update shows them at once.
func (s *Mappings) describe(m *Mapping) EventSourceMappingConfiguration {
	c := EventSourceMappingConfiguration{
		BatchSize:                      m.Next.Settings.batchSize(),
		EventSourceArn:                 m.EventSourceARN,
		EventSourceMappingArn:          s.Scope.ARN("lambda", "event-source-mapping:"+m.UUID),
		FunctionArn:                    m.Next.FunctionARN,
		FunctionResponseTypes:          slices.Concat([]string{}, m.Next.Settings.FunctionResponseTypes),
		LastModified:                   float64(m.Changed/instant.Instant(time.Millisecond)) / 1000,
		MaximumBatchingWindowInSeconds: m.Next.Settings.window(),
		ScalingConfig:                  m.Next.Settings.ScalingConfig,
		State:                          m.State,
		StateTransitionReason:          "USER_INITIATED",
		UUID:                           m.UUID,
	}
	if f := m.Next.Settings.FilterCriteria; f != nil && len(f.Filters) > 0 {
		c.FilterCriteria = f
	}
	return c
}
