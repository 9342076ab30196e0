// Package retry computes retries: how long to wait before the next attempt, when
// to give up, and whether a call fits into a time limit.
//
// [New] makes a [Policy] of a [Form] and [Options]. A form is a known schedule:
// boto3's, the Go SDK's, that of all AWS SDKs since November 2026, the jitters of
// AWS's architecture blog, tenacity's. The zero Options are its own defaults. A
// [Call] is one operation under a policy: its caller reports each failure and
// gets a [Decision]. A [Quota] holds the tokens that the calls of one client
// share. [Worst] forecasts a call in which no attempt succeeds: the longest and
// the mean time, and the chance of passing a deadline.
//
// The package is a model. A decision takes the instant and the random source,
// computes in integers and allocates nothing, so a function, a live server and a
// rehearsal decide alike on every machine. A caller with a clock passes
// instant.Of(time.Now()). Nothing in it sleeps; the caller does. Nothing in it is
// safe for concurrent use: the caller locks calls and quotas.
//
// The random source may be nil: each delay is then the longest that could be
// drawn.
//
// Forms and classes may be added; existing names stay.
package retry
