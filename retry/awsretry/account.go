package awsretry

import (
	"log/slog"
	"time"

	"lullaby/retry"
)

// An Account is what the calls of an invocation came to. The zero Account is that
// of no call.
type Account struct {
	Calls     int           // of operations of the client
	Attempts  int           // of calls, the first included; what a batch sends again counts too
	Throttled int           // attempts that were refused for want of capacity
	Waited    time.Duration // between attempts, in all
	Refusals  []Refusal     // in the order in which they first came
	// ReadUnits and WriteUnits are the capacity units that the service says were
	// consumed. It says nothing of calls that failed, such as a condition that
	// was not met.
	ReadUnits, WriteUnits float64

	Failed int // calls that ended with an error
	// Unprocessed is how many items or keys of batches were left over when there
	// was no further attempt of them.
	Unprocessed int
	// Stopped says why there was no further attempt of the last call that failed
	// or left something over: DeadlineNear is the deadline, QuotaSpent the tokens.
	// Without such a call, when Failed and Unprocessed are 0, it has no meaning.
	Stopped retry.Outcome
	// Delay is what that attempt would have waited, 0 if none was drawn.
	Delay time.Duration
}

// A Refusal is what throttled attempts.
type Refusal struct {
	Resource string // ARN of a table or an index; empty if the error does not say
	Reason   string // DynamoDB's ThrottlingReason; the error's code if it gives none; of batches UnprocessedItems or UnprocessedKeys
	Count    int
}

// refuse counts a cause.
func (a *Account) refuse(c cause) {
	for i := range a.Refusals {
		if r := &a.Refusals[i]; r.Resource == c.resource && r.Reason == c.reason {
			r.Count++
			return
		}
	}
	a.Refusals = append(a.Refusals, Refusal{c.resource, c.reason, 1})
}

// Ended returns in words why there was no further attempt of the last call that
// failed or was left unfinished; empty if all went well.
func (a Account) Ended() string {
	if a.Failed == 0 && a.Unprocessed == 0 {
		return ""
	}
	return a.Stopped.String()
}

// LogValue returns the account as a group of attributes. What is zero and of no
// news is left out.
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
