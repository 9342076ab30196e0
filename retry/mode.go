package retry

// A Mode is a retry policy under the name that configurations use.
type Mode struct {
	Name   string
	Policy Policy
	// Aware means that the caller begins calls with the client's deadline, so that
	// they end before it. In the other modes calls have no deadline.
	Aware bool
}

// The names of modes.
const (
	// ModeSDK is the default of aws-sdk-go-v2 up to 1.47: GoStandard.
	ModeSDK = "sdk"
	// ModeLegacy is the article's remedy, and boto3's default of its time.
	ModeLegacy = "legacy"
	// ModeRandomExponential is the article's other remedy.
	ModeRandomExponential = "random-exponential"
	// ModeAware has the delays of ModeSDK, and ends a call by time rather than by
	// the number of attempts, which is 10 by default, as in ModeLegacy.
	ModeAware = "aware"
)

// awareAttempts is the number of attempts of ModeAware.
const awareAttempts = 10

// ParseMode returns the mode of that name. maxAttempts is the number of attempts
// of a call, the first included; 0: the mode's default. ParseMode returns an
// *OptionError for an unknown name and for a number that New refuses.
func ParseMode(name string, maxAttempts int) (Mode, error) {
	var form Form
	switch name {
	case ModeSDK:
		form = GoStandard
	case ModeLegacy:
		form = Legacy
	case ModeRandomExponential:
		form = RandomExponential
	case ModeAware:
		form = GoStandard
		if maxAttempts == 0 {
			maxAttempts = awareAttempts
		}
	default:
		return Mode{}, &OptionError{"Mode", name, "sdk, legacy, random-exponential or aware"}
	}
	p, err := New(form, Options{MaxAttempts: maxAttempts})
	if err != nil {
		return Mode{}, err
	}
	return Mode{Name: name, Policy: p, Aware: name == ModeAware}, nil
}
