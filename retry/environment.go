package retry

import (
	"errors"
	"fmt"
	"strconv"
)

// The variables of a function that choose its mode.
const (
	ModeVariable        = "RETRY_MODE"       // the name of a mode; empty: ModeSDK
	AttemptsVariable    = "MAX_ATTEMPTS"     // of a call, with the first; empty or 0: the mode's default
	SDKAttemptsVariable = "AWS_MAX_ATTEMPTS" // the same without RETRY_MODE: AWS's SDKs read it
)

// An EnvironmentError refuses the value of a variable. Callers that know where it
// was set add the place.
type EnvironmentError struct {
	Variable string // one of the above
	Err      error  // an *OptionError, or that the value is no number
}

func (e *EnvironmentError) Error() string { return e.Variable + ": " + e.Err.Error() }

func (e *EnvironmentError) Unwrap() error { return e.Err }

// FromEnvironment returns the mode that the variables of a function choose. get
// returns a variable, empty if it is not set: os.Getenv in the function, a lookup
// in the template in a rehearsal. Without RETRY_MODE the mode is ModeSDK. The
// error is an *EnvironmentError.
func FromEnvironment(get func(string) string) (Mode, error) {
	name, variable := get(ModeVariable), AttemptsVariable
	if name == "" {
		name, variable = ModeSDK, SDKAttemptsVariable
	}
	attempts := 0
	if value := get(variable); value != "" {
		var err error
		if attempts, err = strconv.Atoi(value); err != nil {
			return Mode{}, &EnvironmentError{variable, fmt.Errorf("%q is not a whole number", value)}
		}
	}
	m, err := ParseMode(name, attempts)
	if err == nil {
		return m, nil
	}
	var refused *OptionError
	if errors.As(err, &refused) && refused.Field == "Mode" {
		variable = ModeVariable
	}
	return Mode{}, &EnvironmentError{variable, err}
}
