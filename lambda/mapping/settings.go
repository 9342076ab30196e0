package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of settings (docs/aws/mapping.md#settings,
// docs/aws/mapping.md#filters).
const (
	DefaultBatchSize = 10

	maxBatchSize     = 10_000
	maxSmallBatch    = 10  // without a window, and of a FIFO queue
	maxWindow        = 300 // s
	leastConcurrency = 2
	mostConcurrency  = 1_000
	maxFilters       = 5
	maxPattern       = 4_096 // characters
)

// ReportBatchItemFailures is the only FunctionResponseType.
const ReportBatchItemFailures = "ReportBatchItemFailures"

// Settings are the settings of a mapping of an SQS queue, as AWS's API and
// templates have them. A nil member has AWS's default.
type Settings struct {
	BatchSize                      *int32
	Enabled                        *bool
	FilterCriteria                 *FilterCriteria
	FunctionResponseTypes          []string
	MaximumBatchingWindowInSeconds *int32
	ScalingConfig                  *ScalingConfig
}

// ScalingConfig bounds how many batches are in flight.
type ScalingConfig struct {
	MaximumConcurrency *int32 `json:",omitempty"`
}

// FilterCriteria are filters of which a message must match one. Without filters
// every message does.
type FilterCriteria struct{ Filters []Filter }

// Filter is one pattern (see Compile).
type Filter struct{ Pattern *string }

// Check returns the first refusal of settings for a queue that is FIFO or not. The
// error is a *RefusalError.
func (s *Settings) Check(fifo bool) error {
	var v violations
	s.constrain(&v)
	if err := v.err(); err != nil {
		return err
	}
	return s.check(fifo)
}

// constrain adds what violates the API model.
func (s *Settings) constrain(v *violations) {
	v.between(s.BatchSize, 1, maxBatchSize, "BatchSize")
	v.between(s.MaximumBatchingWindowInSeconds, 0, maxWindow, "MaximumBatchingWindowInSeconds")
	if c := s.ScalingConfig; c != nil {
		v.between(c.MaximumConcurrency, leastConcurrency, mostConcurrency, "ScalingConfig", "MaximumConcurrency")
	}
	types := "'[" + strings.Join(s.FunctionResponseTypes, ", ") + "]'"
	if slices.ContainsFunc(s.FunctionResponseTypes, func(name string) bool { return name != ReportBatchItemFailures }) {
		v.add(types, "Member must satisfy constraint: [Member must satisfy enum value set: ["+ReportBatchItemFailures+"]]", "FunctionResponseTypes")
	}
	if len(s.FunctionResponseTypes) > 1 {
		v.add(types, "Member must have length less than or equal to 1", "FunctionResponseTypes")
	}
	if s.FilterCriteria == nil {
		return
	}
	for i, f := range s.FilterCriteria.Filters {
		if f.Pattern != nil && utf8.RuneCountInString(*f.Pattern) > maxPattern {
			v.add("'"+*f.Pattern+"'", fmt.Sprintf("Member must have length less than or equal to %d", maxPattern),
				"FilterCriteria", "Filters", strconv.Itoa(i), "Pattern")
		}
	}
}

// check returns the first refusal of settings that the API model allows. Assumed:
// the text for batches of FIFO queues, which is that of all queues before there
// were windows (pulumi/pulumi-aws-serverless#20).
func (s *Settings) check(fifo bool) error {
	window := s.MaximumBatchingWindowInSeconds != nil && *s.MaximumBatchingWindowInSeconds > 0
	large := s.BatchSize != nil && *s.BatchSize > maxSmallBatch
	switch {
	case fifo && window:
		return invalid("Batching window is not supported for FIFO queues", "MaximumBatchingWindowInSeconds")
	case fifo && large:
		return invalid(fmt.Sprintf("Maximum batch size must be between 1 and %d inclusive", maxSmallBatch), "BatchSize")
	case large && !window:
		return invalid(fmt.Sprintf("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than %d", maxSmallBatch), "BatchSize")
	}
	_, err := Compile(s.FilterCriteria)
	return err
}

// CheckTimes refuses a queue whose messages become visible again while the
// function may still run (docs/aws/mapping.md#visibility). The error is a
// *RefusalError.
func CheckTimes(visibility, timeout time.Duration) error {
	if visibility >= timeout {
		return nil
	}
	return invalid(fmt.Sprintf("Queue visibility timeout: %d seconds is less than Function timeout: %d seconds",
		visibility/time.Second, timeout/time.Second))
}

// IsEnabled says whether the mapping is to poll.
func (s *Settings) IsEnabled() bool { return s.Enabled == nil || *s.Enabled }

// ReportsFailures says whether the function's answer names the messages that
// failed (see Failures).
func (s *Settings) ReportsFailures() bool {
	return slices.Contains(s.FunctionResponseTypes, ReportBatchItemFailures)
}

// Pace returns the pace of a poller with these settings, of a function with a
// timeout and a queue with a visibility timeout.
func (s *Settings) Pace(timeout, visibility time.Duration) Pace {
	p := Pace{
		BatchSize: int(s.batchSize()), Window: time.Duration(s.window()) * time.Second, Timeout: timeout, Visibility: visibility,
		ReportsFailures: s.ReportsFailures(),
	}
	if c := s.ScalingConfig; c != nil && c.MaximumConcurrency != nil {
		p.MaximumConcurrency = int(*c.MaximumConcurrency)
	}
	return p
}

func (s *Settings) batchSize() int32 {
	if s.BatchSize == nil {
		return DefaultBatchSize
	}
	return *s.BatchSize
}

func (s *Settings) window() int32 {
	if s.MaximumBatchingWindowInSeconds == nil {
		return 0
	}
	return *s.MaximumBatchingWindowInSeconds
}

// with returns s with the members that changes has. An empty ScalingConfig or
// FilterCriteria, and an empty list, remove what was set.
func (s Settings) with(changes *Settings) Settings {
	if changes.BatchSize != nil {
		s.BatchSize = changes.BatchSize
	}
	if changes.Enabled != nil {
		s.Enabled = changes.Enabled
	}
	if changes.FunctionResponseTypes != nil {
		s.FunctionResponseTypes = changes.FunctionResponseTypes
	}
	if changes.MaximumBatchingWindowInSeconds != nil {
		s.MaximumBatchingWindowInSeconds = changes.MaximumBatchingWindowInSeconds
	}
	if changes.FilterCriteria != nil {
		s.FilterCriteria = changes.FilterCriteria
	}
	if changes.ScalingConfig != nil {
		s.ScalingConfig = changes.ScalingConfig
	}
	return s
}
