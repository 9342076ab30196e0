package jwt

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"lullaby/internal/object"
)

// MaxBytes is the longest token that is read: more than the headers of a request
// may have together.
const MaxBytes = 16 << 10

// algorithms are the signatures that are checked.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512}

// plain matches the names of algorithms.
var plain = regexp.MustCompile(`^[A-Za-z0-9+-]{1,20}$`)

// Verify returns the claims of a token that one of the keys has signed. The
// texts of errors are AWS's as far as they are known
// (docs/aws/gateway.md#json-web-tokens).
func (k *Keys) Verify(token string) (object.Object, error) {
	header, _, err := parts(token)
	if err != nil {
		return nil, err
	}
	if algorithm, _ := header.Text("alg"); !slices.Contains(algorithms, jose.SignatureAlgorithm(algorithm)) {
		if !plain.MatchString(algorithm) {
			algorithm = "unspecified" // it would go into a header as it is
		}
		return nil, fmt.Errorf("signing method %s is invalid", algorithm)
	}
	signed, err := jose.ParseSignedCompact(token, algorithms)
	if err != nil {
		return nil, errors.New("token is malformed")
	}
	by := signed.Signatures[0].Header
	if by.KeyID == "" {
		return nil, errors.New("the token names no key (kid)")
	}
	for _, key := range k.set.Key(by.KeyID) {
		if key.Algorithm != "" && key.Algorithm != by.Algorithm {
			continue
		}
		payload, err := signed.Verify(key.Key)
		if err != nil {
			return nil, errors.New("crypto/rsa: verification error")
		}
		return object.Read(payload)
	}
	return nil, errors.New("the key set has no such key (kid)")
}

// Read returns the claims of a token whose signature, if it has one, is not
// looked at.
func Read(token string) (object.Object, error) {
	_, claims, err := parts(token)
	return claims, err
}

// parts returns the header and the claims of a token.
func parts(token string) (header, claims object.Object, err error) {
	if len(token) > MaxBytes {
		return nil, nil, fmt.Errorf("token is longer than %d bytes", MaxBytes)
	}
	part := strings.Split(token, ".")
	if len(part) != 3 {
		return nil, nil, errors.New("token contains an invalid number of segments")
	}
	var read [2]object.Object
	for i := range read {
		text, err := base64.RawURLEncoding.DecodeString(part[i])
		if err != nil {
			return nil, nil, err
		}
		if read[i], err = object.Read(text); err != nil {
			return nil, nil, err
		}
	}
	return read[0], read[1], nil
}
