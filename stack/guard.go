package stack

import (
	"context"
	"fmt"
	"os"
	"strings"

	"lullaby/gateway/guard"
	"lullaby/internal/jwt"
	"lullaby/template"
)

// readTokenKeys reads the keys with which tokens are verified.
func (s *Stack) readTokenKeys(context.Context) error {
	path := s.opts.TokenKeys
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("--jwks: %w", err)
	}
	if s.tokenKeys, err = jwt.ReadKeys(text); err != nil {
		return fmt.Errorf("--jwks: %s: %w", path, err)
	}
	return nil
}

// newGuard returns who asks about the callers of all APIs, and says what it cannot
// tell about them.
func (s *Stack) newGuard() *guard.Guard {
	s.warnOfTokens()
	return guard.New(guard.Options{
		Scope: s.opts.Scope, Functions: s.host, Signing: s.keys,
		Tokens: s.tokenKeys, Unverified: s.opts.UnverifiedTokens,
	})
}

// warnOfTokens says what becomes of the tokens that the routes of the template ask for.
// Tokens of a pool that the template makes have another issuer than the pool on AWS,
// unless its id is given.
func (s *Stack) warnOfTokens() {
	readers := s.template.TokenReaders()
	switch {
	case len(readers) == 0:
	case s.opts.UnverifiedTokens:
		s.say("warning: --auth unverified: who writes a token is whom it names; neither signature, issuer nor audience is looked at")
	case s.tokenKeys != nil:
		for _, a := range readers {
			s.say("auth  %s takes tokens of %s", a.Name, strings.Join(a.Settings.Issuers, ", "))
		}
		for _, o := range s.template.Omissions {
			if _, given := s.opts.Parameters[o.Of]; o.What == "type "+template.TypeUserPool && !given {
				s.say("auth  %s is not run here: --parameter %s=ID takes the tokens of the pool with that id", o.Of, o.Of)
			}
		}
	default:
		for _, a := range readers {
			s.say("warning: %v: %s refuses all tokens: --jwks FILE verifies them by the keys of %s, --auth unverified takes them as they stand",
				a.Pos(), a.Name, strings.Join(a.Settings.Issuers, ", "))
		}
	}
}
