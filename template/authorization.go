package template

import "lullaby/gateway/authorize"

// What methods and routes ask of their callers.

// An Authorizer decides who may invoke the methods or routes of an API.
type Authorizer struct {
	Source
	LogicalID string             // of the resource, or of the API in which it stands
	Name      string             // as AWS shows it
	Settings  authorize.Settings // without a kind: it lets nobody in, since it needs what Lullaby lacks
}

// An Authorization is what a method or a route asks of its callers.
type Authorization struct {
	Authorizer *Authorizer // nil: a signature with a key of AWS's (AWS_IAM)
	Scopes     []string    // of which a token needs one; none: it needs none
}

// authorization reads AuthorizationType, AuthorizerId and AuthorizationScopes of a
// method or route of the logical id of. It returns nil if anyone may invoke it.
func (l *loader) authorization(in reader, of string) *Authorization {
	switch in.oneOf("AuthorizationType", "NONE", "NONE", "AWS_IAM", "CUSTOM", ofUserPools, ofJWT) {
	case "NONE":
		return nil
	case "AWS_IAM":
		return &Authorization{}
	}
	a := &Authorization{Scopes: in.texts("AuthorizationScopes")}
	id := in.required("AuthorizerId")
	if a.Authorizer = l.authorizers[id]; a.Authorizer == nil && *in.err == nil {
		l.omit(in.lineOf("AuthorizerId"), of, "authorizers that this template does not make")
		a.Authorizer = &Authorizer{Source: in.source(in.line, nil), LogicalID: of, Name: id}
	}
	return a
}
