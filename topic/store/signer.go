package store

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // AWS's first version of signatures
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"slices"
	"sync"
	"time"
)

// A Signer signs what receivers get. Its certificate is its own, and also that of the
// AWS endpoint for TLS.
type Signer struct {
	key         *rsa.PrivateKey
	certificate *x509.Certificate
}

// signers make the one Signer of an Engine when it is first needed: a key takes a tenth
// of a second.
type signers struct {
	mu  sync.Mutex
	one *Signer
}

// A signerRecord is what the disk has of a Signer: DER.
type signerRecord struct{ Key, Certificate []byte }

// Signer returns what signs. The error is of storage.
func (e *Engine) Signer() (*Signer, error) {
	e.signer.mu.Lock()
	defer e.signer.mu.Unlock()
	if e.signer.one != nil {
		return e.signer.one, nil
	}
	var record signerRecord
	_, err := e.db.Get(key(signerKind), func(v []byte) error { return json.Unmarshal(v, &record) })
	if err != nil {
		return nil, fmt.Errorf("key of signatures: %w", err)
	}
	s, made, err := e.makeSigner(record, time.Now())
	if err != nil {
		return nil, err
	}
	if made {
		if record.Key, err = x509.MarshalPKCS8PrivateKey(s.key); err != nil {
			return nil, err
		}
		record.Certificate = s.certificate.Raw
		c := e.change()
		c.put(key(signerKind), record)
		if c.err != nil {
			return nil, closing(c.b, c.err)
		}
		if err := c.b.Commit(); err != nil {
			return nil, err
		}
	}
	e.signer.one = s
	return s, nil
}

// keyBits is the size of AWS's keys.
const keyBits = 2048

// makeSigner returns the signer of a record. made: its key, or its certificate, is new.
func (e *Engine) makeSigner(record signerRecord, at time.Time) (s *Signer, made bool, err error) {
	s = &Signer{}
	if len(record.Key) > 0 {
		parsed, err := x509.ParsePKCS8PrivateKey(record.Key)
		if err != nil {
			return nil, false, err
		}
		s.key, _ = parsed.(*rsa.PrivateKey)
	}
	if s.key == nil {
		if s.key, err = rsa.GenerateKey(rand.Reader, keyBits); err != nil {
			return nil, false, err
		}
	}
	wanted := e.wantedCertificate(at)
	if known, err := x509.ParseCertificate(record.Certificate); err == nil && covers(known, wanted, at) {
		s.certificate = known
		return s, false, nil
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, wanted, s.key.Public(), s.key)
	if err != nil {
		return nil, false, err
	}
	s.certificate, err = x509.ParseCertificate(der)
	return s, true, err
}

// certificateLife is how long a certificate is valid, and renewal how long before its
// end a start makes another one.
const (
	certificateLife = 10 * 365 * 24 * time.Hour
	renewal         = 365 * 24 * time.Hour
)

// wantedCertificate returns the certificate that the endpoint needs: with the name that
// validators look for, and the names and addresses of the endpoint.
func (e *Engine) wantedCertificate(at time.Time) *x509.Certificate {
	c := &x509.Certificate{
		SerialNumber: big.NewInt(at.UnixNano()),
		Subject:      pkix.Name{CommonName: "sns.amazonaws.com", Organization: []string{"Lullaby, on this machine"}},
		NotBefore:    at.Add(-24 * time.Hour), NotAfter: at.Add(certificateLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		DNSNames:              []string{"localhost", "host.docker.internal", e.opts.Scope.Host("sns")},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1).To4(), net.IPv6loopback},
	}
	for _, host := range e.opts.Hosts {
		if ip := net.ParseIP(host); ip == nil {
			c.DNSNames = append(c.DNSNames, host)
		} else if !ip.IsUnspecified() {
			c.IPAddresses = append(c.IPAddresses, ip)
		}
	}
	return c
}

// covers reports whether a certificate has the names and addresses that are wanted, and
// is valid for long enough.
func covers(known, wanted *x509.Certificate, at time.Time) bool {
	for _, name := range wanted.DNSNames {
		if !slices.Contains(known.DNSNames, name) {
			return false
		}
	}
	for _, ip := range wanted.IPAddresses {
		if !slices.ContainsFunc(known.IPAddresses, ip.Equal) {
			return false
		}
	}
	return known.NotAfter.Sub(at) > renewal
}

// Sign returns the signature of a text, in a version of AWS's: "1" or "2"
// (docs/aws/sns.md#signatures).
func (s *Signer) Sign(version, text string) (string, error) {
	hash, sum := crypto.SHA1, func() []byte { h := sha1.Sum([]byte(text)); return h[:] } //nolint:gosec // as above
	if version == "2" {
		hash, sum = crypto.SHA256, func() []byte { h := sha256.Sum256([]byte(text)); return h[:] }
	}
	signature, err := rsa.SignPKCS1v15(nil, s.key, hash, sum())
	return base64.StdEncoding.EncodeToString(signature), err
}

// Path returns the path of the URL of the certificate.
func (s *Signer) Path() string {
	sum := sha256.Sum256(s.certificate.Raw)
	return "/SimpleNotificationService-" + hex.EncodeToString(sum[:16]) + ".pem"
}

// PEM returns the certificate.
func (s *Signer) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.certificate.Raw})
}

// TLS returns the certificate with its key, for a server.
func (s *Signer) TLS() *tls.Certificate {
	return &tls.Certificate{Certificate: [][]byte{s.certificate.Raw}, PrivateKey: s.key, Leaf: s.certificate}
}
