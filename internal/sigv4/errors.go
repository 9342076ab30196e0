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

// headersNotSigned begins the text for headers that had to be signed; their names
// follow. Assumed: the text is S3's, which has the names in an element
// HeadersNotSigned (soto-project/soto-core#99). Nobody has published DynamoDB's.
const headersNotSigned = "There were headers present in the request which were not signed: "

// unrecognized is the text for an unknown access key. For a wrong session token
// AWS leaves out the full stop.
const unrecognized = "The security token included in the request is invalid"
