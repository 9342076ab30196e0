package guard

import "lullaby/internal/object"

// tokenEvent returns the event of an authorizer of kind Token ("Input to an API
// Gateway Lambda authorizer" of the guide).
func tokenEvent(token, arn string) []byte {
	dst := append([]byte(`{"type":"TOKEN","methodArn":`), quoted(arn)...)
	dst = append(dst, `,"authorizationToken":`...)
	dst = append(dst, quoted(token)...)
	return append(dst, '}')
}

// errorMessage returns the text of a function's error, "" if it has none.
func errorMessage(payload []byte) string {
	o, _ := object.Read(payload)
	text, _ := o.Text("errorMessage")
	return text
}
