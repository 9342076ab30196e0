package awsretry

import (
	"log/slog"
	"time"

	"lullaby/retry"
)

// An Account counts the calls of one invocation and their retries. The zero
// Account counts nothing.
type Account struct {
	Calls     int           // of the client's operations
	Attempts  int           // of all calls, first attempts and resent batches included
	Throttled int           // attempts that were refused for want of capacity
	Waited    time.Duration // between attempts, in all
	Refusals  []Refusal     // in the order in which they first came
	// ReadUnits and WriteUnits are the capacity units that the service reports as
	// consumed. It reports none for a call that fails, for example by its
	// condition.
	ReadUnits, WriteUnits float64

	Failed int // calls that ended with an error
	// Unprocessed is how many items or keys of batches were left unprocessed after
	// the last attempt.
	Unprocessed int
	// Stopped says why the last call that failed, or left something unprocessed,
	// had no further attempt: DeadlineNear for the deadline, QuotaSpent for the
	// tokens. It has no meaning while Failed and Unprocessed are 0.
	Stopped retry.Outcome
	// Delay is the wait before that attempt, 0 if none was drawn.
	Delay time.Duration
}

// A Refusal counts the attempts that were throttled for one cause.
type Refusal struct {
	Resource string // ARN of a table or an index; empty if the error does not say
	Reason   string // DynamoDB's ThrottlingReason, or the error's code; for a batch UnprocessedItems or UnprocessedKeys
	Count    int    // attempts
}

// refuse counts a throttled attempt for its cause.
func (a *Account) refuse(c cause) {
	for i := range a.Refusals {
		if r := &a.Refusals[i]; r.Resource == c.resource && r.Reason == c.reason {
			r.Count++
			return
		}
	}
	a.Refusals = append(a.Refusals, Refusal{c.resource, c.reason, 1})
}

// Ended returns Stopped in words. It returns "" if no call failed or left
// anything unprocessed.
func (a Account) Ended() string {
	if a.Failed == 0 && a.Unprocessed == 0 {
		return ""
	}
	return a.Stopped.String()
}

// LogValue returns the account as a group of attributes. Only calls and attempts
// are there if they are zero.
func (a Account) LogValue() slog.Value {
	attrs := []slog.Attr{slog.Int("calls", a.Calls), slog.Int("attempts", a.Attempts)}
	if a.Throttled > 0 {
		attrs = append(attrs, slog.Int("throttled", a.Throttled))
	}
	if a.Waited > 0 {
		attrs = append(attrs, slog.Float64("waited_ms", float64(a.Waited)/float64(time.Millisecond)))
	}
	if len(a.Refusals) > 0 {
		reasons := make([]slog.Attr, len(a.Refusals))
		for i, r := range a.Refusals {
			reasons[i] = slog.Int(r.name(), r.Count)
		}
		attrs = append(attrs, slog.Attr{Key: "refusals", Value: slog.GroupValue(reasons...)})
	}
	if a.ReadUnits > 0 {
		attrs = append(attrs, slog.Float64("read_units", a.ReadUnits))
	}
	if a.WriteUnits > 0 {
		attrs = append(attrs, slog.Float64("write_units", a.WriteUnits))
	}
	if a.Failed > 0 {
		attrs = append(attrs, slog.Int("failed", a.Failed))
	}
	if a.Unprocessed > 0 {
		attrs = append(attrs, slog.Int("unprocessed", a.Unprocessed))
	}
	if ended := a.Ended(); ended != "" {
		attrs = append(attrs, slog.String("ended_by", ended))
	}
	return slog.GroupValue(attrs...)
}

// name returns the reason with its resource.
func (r *Refusal) name() string {
	if r.Resource == "" {
		return r.Reason
	}
	return r.Reason + " " + r.Resource
}
