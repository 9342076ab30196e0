package rehearse

import (
	"errors"
	"fmt"
	"strconv"

	"lullaby/capacity"
	"lullaby/retry"
	"lullaby/template"
)

// findMode returns the retry mode of a function: the one of the options, else
// the one of its environment. The error names the flag, or the variable and its
// place.
func findMode(f *template.Function, o *Options) (retry.Mode, error) {
	chosen := f.Environment[retry.ModeVariable] != ""
	flag := o.RetryMode
	if flag == retry.ModeSDK && !chosen {
		flag = "" // the function has that mode already
	}
	m, err := retry.FromEnvironment(func(variable string) string {
		switch {
		case variable == retry.ModeVariable && flag != "":
			return flag
		case variable != retry.ModeVariable && o.MaxAttempts != 0:
			return strconv.Itoa(o.MaxAttempts)
		case variable == retry.AttemptsVariable && !chosen:
			return "" // the template does not say of which mode
		}
		return f.Environment[variable]
	})
	var refused *retry.EnvironmentError
	if !errors.As(err, &refused) {
		return m, err
	}
	from := fmt.Sprintf("%v: %s of %s", f.Pos("Environment", refused.Variable), refused.Variable, f.LogicalID)
	switch {
	case refused.Variable == retry.ModeVariable && o.RetryMode != "":
		from = "--retry-mode"
	case refused.Variable != retry.ModeVariable && o.MaxAttempts != 0:
		from = "--max-attempts"
	}
	return retry.Mode{}, fmt.Errorf("%s: %w", from, refused.Err)
}

// class returns the class of a refusal in the retry policy.
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
