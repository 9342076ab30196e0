package sigv4

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// A Request is the part of an HTTP request that a signature covers.
type Request struct {
	Method string
	Path   string // as sent: escaped
	Query  string // as sent, without the question mark
	Body   []byte // as sent: compressed if it was

	// BodyHash is what is signed in the place of the hash of Body, if it is not empty: the
	// value of x-amz-content-sha256, of which a signature of S3's says that the body has it.
	BodyHash string

	// EscapedOnce says that the path is signed with the escapes of the request alone, as
	// S3 has it. Other services escape it once more.
	EscapedOnce bool

	// Header returns the value of a header by its name in lower case, empty if it
	// was not sent. Several values are joined by commas in the order in which they
	// were sent.
	Header func(name string) string

	// Names are the names of all headers that were sent, in any case.
	Names []string
}

// A Signature is a request's statement of how it is signed.
type Signature struct {
	algorithm     string
	credential    string
	signedHeaders string
	signature     string
	date          string
	query         []parameter
}

// A parameter of a query, decoded.
type parameter struct{ name, value string }

// Parse reads the signature of r. It refuses an incomplete one, as AWS does before
// it looks for the key. The error is an *Error.
func Parse(r *Request) (*Signature, error) { return parse(r, false) }

// ParseAny is Parse for API Gateway, to which an Authorization header of any form is a
// signature: one with a token is incomplete (serverless/serverless#3205).
func ParseAny(r *Request) (*Signature, error) { return parse(r, true) }

func parse(r *Request, anyForm bool) (*Signature, error) {
	s := &Signature{query: parameters(r.Query)}
	authorization := strings.TrimSpace(r.Header("authorization"))
	_, inQuery := s.parameter("X-Amz-Algorithm")
	switch {
	case authorization != "" && inQuery:
		return nil, &Error{Invalid, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."}
	case inQuery:
		return s, s.parseQuery()
	case authorization == "", !anyForm && !strings.HasPrefix(authorization, "AWS4-"):
		return nil, &Error{Missing, "Request is missing Authentication Token"}
	}
	s.date = cmp.Or(r.Header("x-amz-date"), r.Header("date"))
	return s, s.parseHeader(authorization)
}

// Service returns the name of the service in the scope of r's signature, empty if
// it names none.
func Service(r *Request) string {
	s, _ := Parse(r) // what is missing of it does not matter
	if s == nil {
		return ""
	}
	if part := strings.Split(s.credential, "/"); len(part) == 5 {
		return part[3]
	}
	return ""
}

// AccessKey returns the id of the access key that s names.
func (s *Signature) AccessKey() string {
	id, _, _ := strings.Cut(s.credential, "/")
	return id
}

func (s *Signature) parseHeader(authorization string) error {
	var rest string
	s.algorithm, rest, _ = strings.Cut(authorization, " ")
	for part := range strings.FieldsFuncSeq(rest, func(c rune) bool { return c == ',' || c == ' ' }) {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return &Error{Incomplete, "'" + part + "' not a valid key=value pair (missing equal-sign) in Authorization header: '" + authorization + "'."}
		}
		switch name {
		case "Credential":
			s.credential = value
		case "Signature":
			s.signature = value
		case "SignedHeaders":
			s.signedHeaders = value
		}
	}
	var missing []string
	for _, p := range [...]parameter{{"Credential", s.credential}, {"Signature", s.signature}, {"SignedHeaders", s.signedHeaders}} {
		if p.value == "" {
			missing = append(missing, "Authorization header requires '"+p.name+"' parameter. ")
		}
	}
	if s.date == "" {
		missing = append(missing, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	return incomplete(missing, "Authorization="+authorization)
}

func (s *Signature) parseQuery() error {
	var missing []string
	for _, p := range [...]struct {
		name string
		into *string
	}{
		{"X-Amz-Algorithm", &s.algorithm},
		{"X-Amz-Credential", &s.credential},
		{"X-Amz-Signature", &s.signature},
		{"X-Amz-SignedHeaders", &s.signedHeaders},
		{"X-Amz-Date", &s.date},
	} {
		if *p.into, _ = s.parameter(p.name); *p.into == "" {
			missing = append(missing, "AWS query-string parameters must include '"+p.name+"'. ")
		}
	}
	return incomplete(missing, "Re-examine the query-string parameters.")
}

// incomplete refuses a signature that lacks a part.
func incomplete(missing []string, end string) error {
	if len(missing) == 0 {
		return nil
	}
	return &Error{Incomplete, strings.Join(missing, "") + end}
}

// token returns the token of the session, empty if there is none.
func (s *Signature) token(r *Request) string {
	token, ok := s.parameter("X-Amz-Security-Token")
	if !ok {
		token = r.Header("x-amz-security-token")
	}
	return token
}

// parameter returns the first value of a query parameter.
func (s *Signature) parameter(name string) (value string, ok bool) {
	i := slices.IndexFunc(s.query, func(p parameter) bool { return p.name == name })
	if i < 0 {
		return "", false
	}
	return s.query[i].value, true
}

// parameters splits a query. Text that is not escaped properly stands for itself.
func parameters(query string) []parameter {
	var list []parameter
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		list = append(list, parameter{unescape(name), unescape(value)})
	}
	return list
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
