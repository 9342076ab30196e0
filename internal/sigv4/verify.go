package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	isoBasic   = "20060102T150405Z"
	day        = "20060102"
)

// Credentials are those of one access key. Long-term ones have no SessionToken.
type Credentials struct{ SecretAccessKey, SessionToken string }

// Keys are credentials by access key id.
type Keys map[string]Credentials

// A Verifier accepts requests that were signed with one of its Keys for its
// Service and Region, and refuses all others. Safe for concurrent use.
type Verifier struct {
	Keys            Keys
	Region, Service string // an empty region: any

	// Skew is how far the instant of a signature may be from now. It also holds for
	// signatures in the query, whatever X-Amz-Expires says, unless Expires is set.
	// Assumed: as in STS (kubernetes-sigs/aws-iam-authenticator on its presigned URLs).
	Skew time.Duration

	// Expires has a signature in the query hold for the seconds of its X-Amz-Expires, a
	// week at most, as with S3's presigned URLs ("Authenticating Requests: Using Query
	// Parameters").
	Expires bool
}

// maxExpires is the longest time for which a presigned URL holds.
const maxExpires = 7 * 24 * time.Hour

// Verify returns an *Error if s is not a valid signature of r at now, nil if it
// is. The error contains the text that had to be signed, and no secret.
func (v *Verifier) Verify(now time.Time, s *Signature, r *Request) error {
	at, err := parseDate(s.date)
	if err != nil {
		return err
	}
	if err := v.checkTime(now, at, v.lifetime(s)); err != nil {
		return err
	}
	if !slices.Contains(s.headers(), "host") {
		return &Error{Invalid, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."} // aws/aws-sdk-php#2469
	}
	// AWS4-ECDSA-P256-SHA256 is SigV4A, which signs requests to several regions.
	// It is refused here like any other algorithm.
	if s.algorithm != algorithm {
		return &Error{Incomplete, fmt.Sprintf("Unsupported AWS 'algorithm': '%s' (only %s for now). ", s.algorithm, algorithm)}
	}
	id, scope, err := v.checkScope(s.credential, at)
	if err != nil {
		return err
	}
	key, ok := v.Keys[id]
	if !ok {
		return &Error{Unrecognized, unrecognized + "."}
	}
	canonical := s.canonical(r)
	toSign := algorithm + "\n" + at.Format(isoBasic) + "\n" + scope + "\n" + hash([]byte(canonical))
	if !same(sign(key.SecretAccessKey, scope, toSign), s.signature) {
		return &Error{Invalid, mismatch(canonical, toSign)}
	}
	if names := s.unsigned(r); names != nil {
		return &Error{Invalid, headersNotSigned + strings.Join(names, ", ")}
	}
	if !same(key.SessionToken, s.token(r)) {
		return &Error{Unrecognized, unrecognized}
	}
	return nil
}

// same compares two texts in a time that does not depend on where they differ.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// parseDate reads the date of a signature. A Date header may have HTTP's form.
func parseDate(date string) (time.Time, error) {
	for _, layout := range [...]string{isoBasic, time.RFC1123} {
		if at, err := time.Parse(layout, date); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, &Error{
		Incomplete,
		"Date must be in ISO-8601 'basic format'. Got '" + date + "'. See http://en.wikipedia.org/wiki/ISO_8601",
	}
}

// lifetime returns how long s holds.
func (v *Verifier) lifetime(s *Signature) time.Duration {
	text, ok := s.parameter("X-Amz-Expires")
	seconds, err := strconv.ParseUint(text, 10, 32)
	if !v.Expires || !ok || err != nil {
		return v.Skew
	}
	return min(time.Duration(seconds)*time.Second, maxExpires)
}

// checkTime refuses an instant that is longer ago than lifetime, or further ahead than
// the allowed skew.
func (v *Verifier) checkTime(now, at time.Time, lifetime time.Duration) error {
	now = now.UTC()
	minutes := int(v.Skew / time.Minute)
	if earliest := now.Add(-lifetime); at.Before(earliest) {
		return &Error{Invalid, fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - %d min.)",
			at.Format(isoBasic), earliest.Format(isoBasic), now.Format(isoBasic), int(lifetime/time.Minute))}
	}
	if latest := now.Add(v.Skew); at.After(latest) {
		return &Error{Invalid, fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + %d min.)",
			at.Format(isoBasic), latest.Format(isoBasic), now.Format(isoBasic), minutes)} // aws/aws-sdk-js#2565
	}
	return nil
}

// checkScope splits a credential into the access key id and the scope.
func (v *Verifier) checkScope(credential string, at time.Time) (id, scope string, err error) {
	credential = strings.TrimRight(credential, "/")
	part := strings.Split(credential, "/")
	if len(part) != 5 {
		return "", "", &Error{
			Incomplete,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" + credential + "'",
		}
	}
	var wrong string
	if v.Region != "" && part[2] != v.Region {
		wrong += "Credential should be scoped to a valid region, not '" + part[2] + "'. "
	}
	if part[3] != v.Service {
		wrong += "Credential should be scoped to correct service: '" + v.Service + "'. "
	}
	if part[4] != terminator {
		wrong += "Credential should be scoped with a valid terminator: '" + terminator + "', not '" + part[4] + "'. "
	}
	if date := at.Format(day); part[1] != date {
		wrong += fmt.Sprintf("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
			part[1], date, at.Format(isoBasic))
	}
	if wrong != "" {
		return "", "", &Error{Invalid, wrong}
	}
	return part[0], strings.Join(part[1:], "/"), nil
}

// sign returns the signature of a text in a scope ("Create a signed AWS API request",
// steps 3 and 4).
func sign(secret, scope, text string) string {
	key := []byte("AWS4" + secret)
	for part := range strings.SplitSeq(scope, "/") {
		key = mac(key, part)
	}
	return hex.EncodeToString(mac(key, text))
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func mismatch(canonical, toSign string) string {
	return "The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n" +
		"The Canonical String for this request should have been\n'" + canonical + "'\n\n" +
		"The String-to-Sign should have been\n'" + toSign + "'\n"
}
