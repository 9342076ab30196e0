package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"time"

	"lullaby/internal/sigv4"
)

// foreignSkew is how far the instant of a signature may be from now: that of S3 and of
// most services.
const foreignSkew = 15 * time.Minute

// checkSigned refuses what no key of the endpoint has signed for the service, in any
// region, if the endpoint has keys. The body is read for it, but for S3, whose signatures
// have its hash in the head.
func (x *exchange) checkSigned() error {
	if x.s.opts.Keys == nil {
		return nil
	}
	in := sigv4.Request{Method: x.in.Method, Path: x.r.sentPath(), Query: x.r.sentQuery(), Header: x.sentHeader, Names: x.r.headerNames()}
	signature, err := sigv4.Parse(&in)
	if err != nil {
		return err
	}
	if ofS3(x.r.service.name) {
		in.OfS3(signature)
	}
	if in.BodyHash == "" {
		if x.upload != nil {
			if err := x.collect(maxBody); err != nil {
				return err
			}
		}
		in.Body = x.collected()
	}
	v := sigv4.Verifier{Keys: x.s.opts.Keys, Service: x.r.service.name, Skew: foreignSkew, Expires: ofS3(x.r.service.name)}
	if err := v.Verify(x.r.at, signature, &in); err != nil {
		return err
	}
	return x.checkHash(in.BodyHash)
}

// checkHash refuses a body whose hash is not the signed one, at its end if it is still to
// come. A text that is no hash stands for none: the signature does not cover the body.
func (x *exchange) checkHash(signed string) error {
	sum, _ := hex.DecodeString(signed)
	switch {
	case len(sum) != sha256.Size:
		return nil
	case x.upload != nil:
		x.upload.hash, x.upload.sum = sha256.New(), sum
	case sha256.Sum256(x.collected()) != [sha256.Size]byte(sum):
		return errOtherBody
	}
	return nil
}

// errOtherBody refuses a body that has not the signed hash, in the words of S3
// (XAmzContentSHA256Mismatch).
var errOtherBody = &sigv4.Error{Kind: sigv4.Invalid, Message: "The provided 'x-amz-content-sha256' header does not match what was computed."}

// collected returns the body if it is in memory.
func (x *exchange) collected() []byte {
	if x.in.GetBody == nil {
		return nil
	}
	body, _ := x.in.GetBody()
	text, _ := io.ReadAll(body)
	return text
}

// sentHeader returns the values of a header as they were sent, joined by commas.
func (x *exchange) sentHeader(name string) string {
	if name == "host" {
		return x.in.Host
	}
	if name == "transfer-encoding" {
		return strings.Join(x.in.TransferEncoding, ",")
	}
	return strings.Join(x.in.Header.Values(name), ",")
}
