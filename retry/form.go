package retry

import "time"

// A Form is a known schedule of retries. The zero Form is none; only the zero
// Policy has it.
type Form uint8

// The forms. i counts retries from 0; U(a, b) is a number drawn evenly between a
// and b.
const (
	noForm Form = iota

	// Legacy is boto3's default for DynamoDB up to 1.43, and the article's:
	// 50 ms x 2^i, no cap, no jitter, 10 attempts, 25.55 s in all. It does not
	// retry ThrottleAccount (docs/aws/retries.md#boto3-legacy).
	Legacy
	// LegacyOther is the same mode for other services: U(0, 1 s) x 2^i, no cap,
	// 5 attempts.
	LegacyOther
	// Standard is boto3's standard mode up to April 2026: min(U(0, 1 s) x 2^i,
	// 20 s), 3 attempts. The cap is applied after the jitter, so late retries
	// wait exactly 20 s (docs/aws/retries.md#boto3-standard).
	Standard
	// StandardCapped is the same from May 2026: U(0, min(1 s x 2^i, 20 s)).
	StandardCapped
	// GoStandard is aws-sdk-go-v2 up to 1.47: U(0, 2 s) x 2^i, 3 attempts; where
	// that could pass 20 s, exactly 20 s (docs/aws/retries.md#go-sdk-before-148).
	GoStandard
	// V21 is "Retry Behavior 2.1" for DynamoDB, the default of AWS's SDKs from
	// 10 November 2026: U(0, min(b x 2^i, 20 s)), 4 attempts; b is 1 s for a
	// throttle and 25 ms for anything else. Other services, and Go modules for
	// DynamoDB older than 1.74, have 3 attempts and 50 ms: set MaxAttempts and
	// Base (docs/aws/retries.md#retry-behavior-21).
	V21
	// Exponential is min(50 ms x 2^i, 20 s) without jitter.
	Exponential
	// FullJitter is U(0, v), where v is the delay of Exponential
	// (docs/aws/retries.md#jitter).
	FullJitter
	// EqualJitter is v/2 + U(0, v/2).
	EqualJitter
	// DecorrelatedJitter is min(20 s, U(50 ms, 3 x the delay before)).
	DecorrelatedJitter
	// RandomExponential is tenacity's wait_random_exponential() with
	// stop_after_delay(28), the article's other remedy: U(0, 1 s x 2^i), no cap.
	// It retries every failure, also a final one. It checks the 28 s before a
	// sleep, so most calls that give up take longer; see StopUpcoming and
	// docs/aws/retries.md#tenacity.
	RandomExponential

	forms
)

// A rule is what a form does unless its options say otherwise.
type rule struct {
	name     string
	attempts int
	base     time.Duration // the window of the first retry
	throttle time.Duration // the same after a throttle; 0: as base
	most     time.Duration // of a delay; 0: no cap
	stop     time.Duration
	jitter   jitter
	quota    QuotaOptions
}

type jitter uint8

const (
	none         jitter = iota
	full                // U(0, w), w being capped
	piled               // U(0, w), then capped
	jump                // U(0, w); the cap itself where w passes it
	equal               // w/2 + U(0, w/2)
	decorrelated        // U(base, 3 x previous), then capped
)

// The blog's formulas have no defaults. Assumed: attempts, base and cap of
// Exponential and the jitters are DynamoDB's of Legacy and the cap of Standard.
var rules = [forms]rule{
	Legacy:         {name: "legacy", attempts: 10, base: 50 * time.Millisecond},
	LegacyOther:    {name: "legacy of other services", attempts: 5, base: time.Second, jitter: full},
	Standard:       {name: "standard", attempts: 3, base: time.Second, most: 20 * time.Second, jitter: piled, quota: quotaStandard},
	StandardCapped: {name: "standard, capped before jitter", attempts: 3, base: time.Second, most: 20 * time.Second, jitter: full, quota: quotaStandard},
	GoStandard:     {name: "Go standard", attempts: 3, base: 2 * time.Second, most: 20 * time.Second, jitter: jump, quota: quotaGo},
	V21: {
		name: "2.1", attempts: 4, base: 25 * time.Millisecond, throttle: time.Second, most: 20 * time.Second, jitter: full, quota: quota21,
	},
	Exponential:        {name: "exponential", attempts: 10, base: 50 * time.Millisecond, most: 20 * time.Second},
	FullJitter:         {name: "full jitter", attempts: 10, base: 50 * time.Millisecond, most: 20 * time.Second, jitter: full},
	EqualJitter:        {name: "equal jitter", attempts: 10, base: 50 * time.Millisecond, most: 20 * time.Second, jitter: equal},
	DecorrelatedJitter: {name: "decorrelated jitter", attempts: 10, base: 50 * time.Millisecond, most: 20 * time.Second, jitter: decorrelated},
	RandomExponential:  {name: "random-exponential", attempts: MaxAttempts, base: time.Second, stop: 28 * time.Second, jitter: full},
}

// String returns the form in words.
func (f Form) String() string {
	if f == noForm || f >= forms {
		return "no form"
	}
	return rules[f].name
}
