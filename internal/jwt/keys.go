package jwt

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"

	"lullaby/internal/object"
)

// Keys are the public keys of a key set, by the names that tokens give them.
// They do not change. The zero Keys have none.
type Keys struct {
	set jose.JSONWebKeySet // public keys of RSA, each with a kid
}

// ReadKeys reads a key set, {"keys":[...]}. It skips keys that are not RSA's and
// those that are not for signatures. Of a private key it keeps the public part.
// Errors name the key by its place and contain nothing secret.
func ReadKeys(text []byte) (*Keys, error) {
	var raw struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, fmt.Errorf("not a key set: %w", err)
	}
	if raw.Keys == nil {
		return nil, errors.New(`not a key set: it has no "keys"`)
	}
	keys := new(Keys)
	for i, one := range raw.Keys {
		members, err := object.Read(one)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		kind, _ := members.Text("kty")
		use, given := members.Text("use")
		if kind != "RSA" || given && use != "sig" {
			continue
		}
		var key jose.JSONWebKey
		if err := key.UnmarshalJSON(one); err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		if key.KeyID == "" {
			return nil, fmt.Errorf(`key %d: it has no "kid", by which tokens name it`, i+1)
		}
		keys.set.Keys = append(keys.set.Keys, key.Public())
	}
	if len(keys.set.Keys) == 0 {
		return nil, errors.New("no key of RSA: API Gateway takes no others")
	}
	return keys, nil
}
