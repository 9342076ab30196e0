package rehearse

import (
	"errors"
	"fmt"
	"strconv"

	"lullaby/capacity"
	"lullaby/retry"
	"lullaby/template"
)

// The variables of a function that say how it tries again: the name of a mode
// and its attempts, or the attempts of AWS's SDKs where there is no mode.
const (
	modeVariable        = "RETRY_MODE"
	attemptsVariable    = "MAX_ATTEMPTS"
	sdkAttemptsVariable = "AWS_MAX_ATTEMPTS"
)

// findMode returns how a function tries again: as the options say, else as its
// environment does, else as an SDK. The error names the flag, or the variable
// and its place.
func findMode(f *template.Function, o *Options) (retry.Mode, error) {
	variable := func(name string) string { return fmt.Sprintf("%v: %s of %s", f.Pos(), name, f.LogicalID) }
	name, nameFrom := retry.ModeSDK, "the mode"
	attempts, attemptsFrom := 0, sdkAttemptsVariable
	if value := f.Environment[modeVariable]; value != "" {
		name, nameFrom, attemptsFrom = value, variable(modeVariable), attemptsVariable
	}
	if o.RetryMode != "" {
		name, nameFrom = o.RetryMode, "--retry-mode"
	}
	value := f.Environment[attemptsFrom]
	if attemptsFrom == sdkAttemptsVariable && name != retry.ModeSDK {
		value = "" // it is for the SDK alone
	}
	attemptsFrom = variable(attemptsFrom)
	switch {
	case o.MaxAttempts != 0:
		attempts, attemptsFrom = o.MaxAttempts, "--max-attempts"
	case value != "":
		var err error
		if attempts, err = strconv.Atoi(value); err != nil {
			return retry.Mode{}, fmt.Errorf("%s: %q is not a whole number", attemptsFrom, value)
		}
	}
	m, err := retry.ParseMode(name, attempts)
	if err == nil {
		return m, nil
	}
	from := nameFrom
	var refused *retry.OptionError
	if errors.As(err, &refused) && refused.Field == "MaxAttempts" {
		from = attemptsFrom
	}
	return retry.Mode{}, fmt.Errorf("%s: %w", from, err)
}

// class returns what a refusal is to whoever may try again.
func class(v *capacity.Verdict) retry.Class {
	switch v.Limit {
	case capacity.KeyRangeThroughput:
		return retry.ThrottleKeyRange
	case capacity.AccountLimit:
		return retry.ThrottleAccount
	case capacity.MaxOnDemandThroughput:
		return retry.ThrottleMaximum
	default:
		if v.Resource.Index {
			return retry.ThrottleIndex
		}
		return retry.ThrottleTable
	}
}
