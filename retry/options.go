package retry

import (
	"errors"
	"fmt"
	"time"
)

// The bounds of options. Assumed: a larger value is a mistake.
const (
	MaxAttempts = 1000             // attempts of a call
	MaxTime     = 24 * time.Hour   // of any duration
	MinDelay    = time.Microsecond // of a base or a cap
	MaxTokens   = 1_000_000        // of a quota
)

// Options change a form. The zero Options are the form's own defaults.
type Options struct {
	// MaxAttempts counts attempts, the first included: 1 never retries. At most
	// 1000; use that where only time shall end a call. boto3's max_attempts
	// counts retries if it is set by Config(retries=...): the article's 9 is 10
	// here (docs/aws/retries.md#attempts-and-retries).
	MaxAttempts int
	// Base is the delay of the first retry, or the longest that is drawn for it.
	Base time.Duration
	// ThrottleBase is the same after a throttle. Only V21 has one.
	ThrottleBase time.Duration
	// MaxDelay caps a delay.
	MaxDelay time.Duration
	// StopAfter ends a call once that much time has passed since it began. Zero:
	// 28 s for RandomExponential, never for the other forms.
	StopAfter time.Duration
	// StopRule says whether StopAfter counts the sleep to come.
	StopRule StopRule
}

// A StopRule says which time is compared with StopAfter.
type StopRule uint8

// The stop rules.
const (
	// StopElapsed compares the time that has passed and ignores the sleep to
	// come: tenacity's stop_after_delay. A call may overrun by its last sleep.
	StopElapsed StopRule = iota
	// StopUpcoming adds the sleep to come: tenacity's stop_before_delay. No
	// attempt begins after StopAfter.
	StopUpcoming

	stopRules
)

// ErrOption is matched, by errors.Is, by every refusal of an option.
var ErrOption = errors.New("option refused")

// An OptionError names an option that was refused, its value and its bound.
type OptionError struct {
	Field string // as the struct has it: "MaxAttempts"
	Value any
	Want  string // "from 1 to 1000, or 0 for the form's own"
}

// Error names the field, its value and the bound.
func (e *OptionError) Error() string {
	return fmt.Sprintf("%s is %v: it must be %s", e.Field, e.Value, e.Want)
}

// Is reports whether target is ErrOption.
func (e *OptionError) Is(target error) bool { return target == ErrOption }

// validate refuses an option that is negative, out of bounds, or of no use to f.
func (o *Options) validate(f Form) error {
	if o.MaxAttempts < 0 || o.MaxAttempts > MaxAttempts {
		return &OptionError{"MaxAttempts", o.MaxAttempts, fmt.Sprintf("from 1 to %d, or 0 for the form's own", MaxAttempts)}
	}
	for _, d := range []struct {
		field string
		value time.Duration
		least time.Duration
	}{
		{"Base", o.Base, MinDelay},
		{"ThrottleBase", o.ThrottleBase, MinDelay},
		{"MaxDelay", o.MaxDelay, MinDelay},
		{"StopAfter", o.StopAfter, MinDelay},
	} {
		if d.value != 0 && (d.value < d.least || d.value > MaxTime) {
			return &OptionError{d.field, d.value, fmt.Sprintf("from %v to %v, or 0 for the form's own", d.least, MaxTime)}
		}
	}
	if o.ThrottleBase != 0 && rules[f].throttle == 0 {
		return &OptionError{"ThrottleBase", o.ThrottleBase, fmt.Sprintf("0: form %q does not tell throttles apart", f)}
	}
	if o.StopRule >= stopRules {
		return &OptionError{"StopRule", o.StopRule, "StopElapsed or StopUpcoming"}
	}
	filled := o.withDefaults(f)
	if o.StopRule != StopElapsed && filled.StopAfter == 0 {
		return &OptionError{"StopRule", o.StopRule, "StopElapsed where StopAfter is 0"}
	}
	if filled.MaxDelay != 0 && filled.MaxDelay < filled.Base && rules[f].jitter == decorrelated {
		return &OptionError{"MaxDelay", filled.MaxDelay, fmt.Sprintf("at least Base, %v", filled.Base)}
	}
	return nil
}

// withDefaults returns the options with the defaults of f filled in.
func (o *Options) withDefaults(f Form) Options {
	r, filled := &rules[f], *o
	if filled.MaxAttempts == 0 {
		filled.MaxAttempts = r.attempts
	}
	if filled.Base == 0 {
		filled.Base = r.base
	}
	if filled.ThrottleBase == 0 {
		filled.ThrottleBase = r.throttle
	}
	if filled.MaxDelay == 0 {
		filled.MaxDelay = r.most
	}
	if filled.StopAfter == 0 {
		filled.StopAfter = r.stop
	}
	return filled
}
