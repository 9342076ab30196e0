package retry

// A Class is the kind of a failure, as far as trying again goes. The zero Class
// is Final.
type Class uint8

// The classes. A throttle is told by what refused, as DynamoDB's
// ThrottlingReasons do.
const (
	Final            Class = iota // the same request fails again: validation, a condition not met, no access
	Transient                     // a 5xx, a broken connection
	Timeout                       // no answer in time; dearer than Transient in quotas up to 2026
	Throttle                      // a throttle that does not say of what
	ThrottleTable                 // a table's provisioned throughput
	ThrottleIndex                 // a global index's provisioned throughput
	ThrottleKeyRange              // one partition: a hot key
	ThrottleAccount               // the account's quota: RequestLimitExceeded
	ThrottleMaximum               // the maximum that the owner has set on demand

	classes
)

var classNames = [classes]string{
	"final", "transient", "timeout", "throttle", "throttle by table", "throttle by index",
	"throttle by key range", "throttle by account", "throttle by maximum",
}

// String returns the class in words.
func (c Class) String() string {
	if c >= classes {
		return "unknown class"
	}
	return classNames[c]
}

// Throttled reports whether the failure is a refusal for want of capacity.
func (c Class) Throttled() bool { return c >= Throttle && c < classes }
