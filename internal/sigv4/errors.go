package sigv4

// A Kind is the class that AWS puts a refusal in.
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

// unrecognized answers an access key that nobody has. For a wrong session token
// AWS leaves the full stop out.
const unrecognized = "The security token included in the request is invalid"
