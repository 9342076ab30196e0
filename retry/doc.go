// Package retry is the arithmetic of trying again: how long to wait before the
// next attempt, when to give up, and whether the times add up.
//
// A [Policy] says how; [New] makes one of a [Form], which is a known schedule
// (boto3's, the Go SDK's, that of all AWS SDKs since November 2026, the jitters
// of AWS's architecture blog, tenacity's), and [Options], whose zero value is
// that schedule's own default. A [Call] is one operation under a policy: it is
// told of every failure and answers with a [Decision]. A [Quota] is the tokens
// that the calls of one client share. [Worst] tells what a policy comes to when
// nothing succeeds: the longest and the mean time, and the chance of passing a
// deadline.
//
// It is a model: every decision is handed the instant at which it is made and
// the source of its chance, computes in integers and allocates nothing, so that
// a function, a live server and a rehearsal decide alike on every machine. A
// caller with a clock passes instant.Of(time.Now()).
// Nothing in it sleeps; the caller does. Nothing in it is safe for concurrent
// use: a call belongs to who makes it, a quota to who locks it.
//
// A nil source of chance is allowed: every delay is then the longest that could
// have been drawn.
//
// Forms and classes may be added; names that exist stay.
package retry
