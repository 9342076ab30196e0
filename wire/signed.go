package wire

import "strings"

// checkSigned refuses a request without the parts of a Signature Version 4, as
// AWS does before it looks at the signature; which credentials made it does not
// matter here.
func checkSigned(r *request) error {
	auth := strings.TrimSpace(r.header("Authorization"))
	_, inQuery := r.query("X-Amz-Algorithm")
	switch {
	case auth != "" && inQuery:
		return &signatureError{
			"InvalidSignatureException",
			"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
		}
	case inQuery:
		return checkQuery(r)
	case !strings.HasPrefix(auth, "AWS4-"):
		return &signatureError{"MissingAuthenticationTokenException", "Request is missing Authentication Token"}
	}
	return checkHeader(r, auth)
}

func checkHeader(r *request, auth string) error {
	given := map[string]string{}
	for _, part := range strings.FieldsFunc(auth, func(c rune) bool { return c == ',' || c == ' ' }) {
		name, value, _ := strings.Cut(part, "=")
		given[name] = value
	}
	var missing []string
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if given[name] == "" {
			missing = append(missing, "Authorization header requires '"+name+"' parameter. ")
		}
	}
	if r.header("X-Amz-Date") == "" && r.header("Date") == "" {
		missing = append(missing, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	return incomplete(missing, "Authorization="+auth)
}

func checkQuery(r *request) error {
	var missing []string
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"} {
		if value, _ := r.query(name); value == "" {
			missing = append(missing, "AWS query-string parameters must include '"+name+"'. ")
		}
	}
	return incomplete(missing, "Re-examine the query-string parameters.")
}

// incomplete refuses a signature that lacks something, or is nil.
func incomplete(missing []string, end string) error {
	if len(missing) == 0 {
		return nil
	}
	return &signatureError{"IncompleteSignatureException", strings.Join(missing, "") + end}
}

// A signatureError refuses a request for how it is signed.
type signatureError struct{ exception, message string }

func (e *signatureError) Error() string { return e.message }
