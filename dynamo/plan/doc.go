// Package plan has the control plane of a table: its mode, units, maxima, warm
// throughput and indexes; the quotas and budgets of changing them; and the
// duration of each change.
//
// A request to a [Plan] is refused in AWS's words, as an error of package
// refusal, or starts a change. [Plan.Settle] completes changes that are due. A
// plan is a value without clock or lock, and knows nothing of items. A live
// engine locks and stores it, and applies its [capacity.Setting].
//
// The package is internal to this program: any commit may change its interface.
// JSON member names are part of stored data and stay.
package plan
