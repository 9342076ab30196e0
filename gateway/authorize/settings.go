package authorize

import (
	"regexp"
	"time"
)

// A Kind is how an authorizer decides. The zero Kind is none.
type Kind uint8

// The kinds.
const (
	_         Kind = iota
	Token          // a function of a REST API gets the token in one header
	Request        // a function gets the request without its body
	JWT            // of an HTTP API: the gateway reads a token of one issuer
	UserPools      // of a REST API: the gateway reads a token of Cognito user pools
)

// OfFunction reports whether a function decides.
func (k Kind) OfFunction() bool { return k == Token || k == Request }

// Bounds of how long an answer is kept, and how long it is kept by default: of
// REST APIs by what AWS documents, of HTTP APIs not at all
// (docs/aws/gateway.md#authorizers-answers-are-kept).
const (
	MaxTTL     = time.Hour
	DefaultTTL = 5 * time.Minute // of a REST API
)

// Settings are those of one authorizer.
type Settings struct {
	Kind Kind

	// Sources say where in a request its caller is identified. All kinds but
	// Request have exactly one, from which the token is read.
	Sources []Source

	Function string        // physical name; of Token and Request
	TTL      time.Duration // how long its answers are kept, 0 to MaxTTL

	// Validation has to match the whole token (of Token), or the audience of an
	// identity token (of UserPools), before anything else is asked. Nil: none.
	Validation *regexp.Regexp

	Payload string // of Request at an HTTP API: "1.0" or "2.0"; empty: REST's format
	Simple  bool   // the function of an HTTP API answers isAuthorized in place of a policy

	Issuers  []string // of tokens, exactly as they stand there: one of JWT, or those of the pools
	Audience []string // of JWT
}
