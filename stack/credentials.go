package stack

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"

	"lullaby/internal/sigv4"
	"lullaby/lambda/host"
)

// readCredentials reads the keys that the AWS endpoint accepts, and adds one
// for this start's functions.
func (s *Stack) readCredentials(context.Context) error {
	path := s.opts.Credentials
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("--credentials: %w", err)
	}
	if s.keys, err = sigv4.ReadKeys(bytes.NewReader(text)); err != nil {
		return fmt.Errorf("--credentials: %s: %w", path, err)
	}
	s.functionCredentials = randomCredentials()
	s.keys[s.functionCredentials.AccessKeyID] = sigv4.Credentials{
		SecretAccessKey: s.functionCredentials.SecretAccessKey,
		SessionToken:    s.functionCredentials.SessionToken,
	}
	return nil
}

// randomCredentials returns credentials in the form of a role's.
func randomCredentials() host.Credentials {
	var secret [30]byte // 40 characters
	_, _ = rand.Read(secret[:])
	return host.Credentials{
		AccessKeyID:     "ASIA" + rand.Text()[:16],
		SecretAccessKey: base64.StdEncoding.EncodeToString(secret[:]),
		SessionToken:    rand.Text(),
	}
}
