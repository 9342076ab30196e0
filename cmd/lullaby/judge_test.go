package main

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/go-jose/go-jose/v4"
	"github.com/rogpeppe/go-internal/testscript"
)

// asked is what the function of scripts reads of a request.
type asked struct {
	Path, RawPath  string
	RequestContext struct {
		Authorizer struct {
			PrincipalID string
			JWT         struct{ Claims map[string]string }
		}
	}
}

// forWhom returns who has made the request, as an authorizer says.
func (a *asked) forWhom() string {
	of := a.RequestContext.Authorizer
	if who := of.PrincipalID + of.JWT.Claims["sub"]; who != "" {
		return " for " + who
	}
	return ""
}

// judge is the function of an authorizer: the token is the name of who may do all, but
// nobody knows eve.
func judge(e events.APIGatewayCustomAuthorizerRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
	if e.AuthorizationToken == "eve" {
		return events.APIGatewayCustomAuthorizerResponse{}, errors.New("Unauthorized") //nolint:staticcheck // the word that API Gateway looks for
	}
	return events.APIGatewayCustomAuthorizerResponse{
		PrincipalID: e.AuthorizationToken,
		PolicyDocument: events.APIGatewayCustomAuthorizerPolicy{
			Version:   "2012-10-17",
			Statement: []events.IAMPolicyStatement{{Action: []string{"execute-api:Invoke"}, Effect: "Allow", Resource: []string{"*"}}},
		},
	}, nil
}

// tokenInScript sets a variable to a token with claims that a new key signs, and writes
// the key set with it to a file. NEXT in the claims is an hour from now.
func tokenInScript(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: token FILE VARIABLE CLAIMS")
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	ts.Check(err)
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Use: "sig"}}})
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), set, 0o600))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "one"}}, nil)
	ts.Check(err)
	next := strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)
	signed, err := signer.Sign([]byte(strings.ReplaceAll(args[2], "NEXT", next)))
	ts.Check(err)
	token, err := signed.CompactSerialize()
	ts.Check(err)
	ts.Setenv(args[1], token)
}
