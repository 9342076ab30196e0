package sigv4

// A Kind is AWS's class of a refusal.
type Kind int

// Kinds of refusals.
const (
	Missing      Kind = iota // there is no signature
	Incomplete               // a part of it is missing or unreadable
	Invalid                  // it is not one of this request, time, region or service
	Unrecognized             // nobody here has the key or the session token
)

// An Error refuses a request for its signature.
type Error struct {
	Kind    Kind
	Message string // AWS's; for Missing each service has its own
}

func (e *Error) Error() string { return e.Message }

// unrecognized is the text for an unknown access key. For a wrong session token
// AWS leaves out the full stop.
const unrecognized = "The security token included in the request is invalid"
