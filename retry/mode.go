package retry

// A Mode is a way to try again by the name that a configuration gives it.
type Mode struct {
	Name   string
	Policy Policy
	// Aware says that calls are begun with the deadline of whoever waits for the
	// answer, and end with an answer before it. The other modes know none.
	Aware bool
}

// The names of modes.
const (
	// ModeSDK is what aws-sdk-go-v2 up to 1.47 does if nobody says otherwise:
	// GoStandard.
	ModeSDK = "sdk"
	// ModeLegacy is the article's remedy, and boto3's default of its time.
	ModeLegacy = "legacy"
	// ModeRandomExponential is the article's other one.
	ModeRandomExponential = "random-exponential"
	// ModeAware has the delays of ModeSDK, and ends a call by time rather than by
	// number: it makes 10 attempts, as ModeLegacy, if nobody says otherwise.
	ModeAware = "aware"
)

// awareAttempts is the number of attempts of ModeAware.
const awareAttempts = 10

// ParseMode returns the mode of a name, with so many attempts per call, the
// first included; 0 is the mode's own number. A name that is none, and a number
// that New would refuse, is refused with an *OptionError.
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
