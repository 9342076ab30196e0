package retry

// A Class is a kind of failure that retries treat alike. The zero Class is
// Final.
type Class uint8

// The classes. Throttles are distinguished by the limit that refused, as in
// DynamoDB's ThrottlingReasons.
const (
	Final            Class = iota // the same request fails again: validation, a condition not met, no access
	Transient                     // a 5xx, a broken connection
	Timeout                       // no answer in time; costs more than Transient in quotas before 2.1
	Throttle                      // a throttle that does not say what refused
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
