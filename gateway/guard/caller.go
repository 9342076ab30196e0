package guard

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/gateway/authorize"
	"lullaby/internal/object"
)

// A Caller is who makes a request, as its event says. It does not change.
type Caller struct {
	answer *authorize.Answer // of an authorizer's function; nil: another has let it in
	took   time.Duration     // of that function; 0: the answer was kept

	claims object.Object // of a token; nil: there is none
	scopes []string      // of it; nil: the route asks for none

	account, arn, key string // of a signature; empty: there is none
}

// UsageKey returns the API key that the authorizer gives the request, "" if it
// gives none.
func (c *Caller) UsageKey() string {
	if c == nil || c.answer == nil {
		return ""
	}
	return c.answer.UsageKey
}

// A Signer is the account whose key has signed a request. Assumed: the key is the
// account's own, since there are no users here.
type Signer struct{ AccessKey, Account, UserARN string }

// Signer returns who has signed the request, nil if nobody has.
func (c *Caller) Signer() *Signer {
	if c == nil || c.account == "" {
		return nil
	}
	return &Signer{AccessKey: c.key, Account: c.account, UserARN: c.arn}
}

// AppendREST appends the member authorizer of a REST API's event with a comma
// before it, nothing if there is none (docs/aws/gateway.md#callers-in-events).
func (c *Caller) AppendREST(dst []byte) []byte {
	switch {
	case c == nil:
		return dst
	case c.claims != nil:
		dst = append(dst, `,"authorizer":{"claims":`...)
		return append(appendObject(dst, authorize.RestClaims(c.claims)), '}')
	case c.answer != nil:
		return c.appendAnswer(dst, true)
	default:
		return dst
	}
}

// AppendHTTP appends the member authorizer of an HTTP API's event of a format,
// "1.0" or "2.0", as AppendREST does.
func (c *Caller) AppendHTTP(dst []byte, format string) []byte {
	switch {
	case c == nil:
		return dst
	case format == "1.0" && c.answer != nil:
		return c.appendAnswer(dst, false)
	case format == "1.0" && c.claims != nil:
		dst = append(dst, `,"authorizer":`...)
		return c.appendToken(dst)
	case c.claims != nil:
		dst = append(dst, `,"authorizer":{"jwt":`...)
		return append(c.appendToken(dst), '}')
	case c.answer != nil:
		dst = append(dst, `,"authorizer":{"lambda":`...)
		if members := c.answer.Context(false); len(members) > 0 {
			dst = appendObject(dst, members)
		} else {
			dst = append(dst, "null"...)
		}
		return append(dst, '}')
	case format == "1.0":
		return dst
	default:
		return c.appendSigner(dst)
	}
}

// appendAnswer appends what the function of an authorizer says, in the form of REST
// APIs.
func (c *Caller) appendAnswer(dst []byte, asText bool) []byte {
	members := c.answer.Context(asText)
	if c.answer.Principal != "" {
		members = append(members, authorize.Member{Name: "principalId", Value: quoted(c.answer.Principal)})
	}
	members = append(members, authorize.Member{
		Name: "integrationLatency", Value: strconv.AppendInt(nil, c.took.Milliseconds(), 10),
	})
	dst = append(dst, `,"authorizer":`...)
	return appendObject(dst, members)
}

// appendToken appends claims and scopes.
func (c *Caller) appendToken(dst []byte) []byte {
	dst = append(dst, `{"claims":`...)
	dst = appendObject(dst, authorize.HTTPClaims(c.claims))
	dst = append(dst, `,"scopes":`...)
	if c.scopes == nil {
		return append(dst, "null}"...)
	}
	dst = append(dst, '[')
	for i, scope := range c.scopes {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, quoted(scope)...)
	}
	return append(dst, "]}"...)
}

// appendSigner appends who has signed.
func (c *Caller) appendSigner(dst []byte) []byte {
	dst = append(dst, `,"authorizer":{"iam":{"accessKey":`...)
	dst = append(dst, quoted(c.key)...)
	dst = append(dst, `,"accountId":`...)
	dst = append(dst, quoted(c.account)...)
	dst = append(dst, `,"callerId":`...)
	dst = append(dst, quoted(c.account)...)
	dst = append(dst, `,"cognitoIdentity":null,"principalOrgId":null,"userArn":`...)
	dst = append(dst, quoted(c.arn)...)
	dst = append(dst, `,"userId":`...)
	dst = append(dst, quoted(c.account)...)
	return append(dst, "}}"...)
}

// appendObject appends members as an object. Of two with one name the last is sent.
func appendObject(dst []byte, members []authorize.Member) []byte {
	dst = append(dst, '{')
	opened := false
	for i, m := range members {
		again := false
		for _, later := range members[i+1:] {
			again = again || later.Name == m.Name
		}
		if again {
			continue
		}
		if opened {
			dst = append(dst, ',')
		}
		opened = true
		dst = append(dst, quoted(m.Name)...)
		dst = append(dst, ':')
		dst = append(dst, m.Value...)
	}
	return append(dst, '}')
}

func quoted(text string) []byte {
	b, _ := jsontext.AppendQuote(nil, text) // text that is not UTF-8 gets replacements
	return b
}
