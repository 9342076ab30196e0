package sigv4

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// canonical returns the form of r that is signed ("Create a signed AWS API
// request", step 1). The last line is the hash of the body that came, unless r has
// another text in its place: neither DynamoDB nor Lambda has an operation that takes
// UNSIGNED-PAYLOAD.
func (s *Signature) canonical(r *Request) string {
	signed := s.headers()
	var b strings.Builder
	b.WriteString(r.Method + "\n" + r.canonicalPath() + "\n" + s.canonicalQuery() + "\n")
	for _, name := range signed {
		words := strings.FieldsFunc(r.Header(name), func(c rune) bool { return c == ' ' })
		b.WriteString(name + ":" + strings.Join(words, " ") + "\n")
	}
	b.WriteString("\n" + strings.Join(signed, ";") + "\n" + cmp.Or(r.BodyHash, hash(r.Body)))
	return b.String()
}

// headers returns the names of the signed headers, which every signer sorts.
func (s *Signature) headers() []string {
	return strings.Split(strings.ToLower(s.signedHeaders), ";")
}

// unsigned returns the names of AWS's own headers that r has and s does not
// cover, in lower case. A signature must cover the host and "any x-amz-* headers"
// ("Create a signed AWS API request", CanonicalHeaders): they say which operation
// is asked for and how. The names of headers that SDKs leave unsigned begin in
// another way: User-Agent, Expect, Transfer-Encoding, X-Amzn-Trace-Id
// (aws/aws-sdk-go-v2, aws/signer/internal/v4/headers.go; boto/botocore,
// botocore/auth.py).
func (s *Signature) unsigned(r *Request) []string {
	signed := s.headers()
	var names []string
	for _, name := range r.Names {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-amz-") && !slices.Contains(signed, name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// canonicalPath escapes an escaped path once more, as all services but S3 require.
func (r *Request) canonicalPath() string {
	path := cmp.Or(r.Path, "/")
	if r.EscapedOnce {
		if plain, err := url.PathUnescape(path); err == nil {
			path = plain
		}
	}
	return escape(path, "/")
}

func (s *Signature) canonicalQuery() string {
	var signed []parameter
	for _, p := range s.query {
		if p.name != "X-Amz-Signature" {
			signed = append(signed, parameter{escape(p.name, ""), escape(p.value, "")})
		}
	}
	slices.SortFunc(signed, func(a, b parameter) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
	})
	var b strings.Builder
	for i, p := range signed {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name + "=" + p.value)
	}
	return b.String()
}

// escape writes each byte as %XX, except RFC 3986's unreserved ones and those of
// keep.
func escape(s, keep string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			strings.IndexByte("-_.~", c) >= 0, strings.IndexByte(keep, c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
