package sigv4_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lullaby/internal/sigv4"
)

// ofS3 are the settings of S3's client.
func ofS3(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }

func put(t *testing.T, url, hash string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPut, url, strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	if hash != "" {
		r.Header.Set("X-Amz-Content-Sha256", hash)
	}
	return r
}

// checkS3 verifies r for S3 in any region, without its body.
func checkS3(t *testing.T, now time.Time, r *http.Request) error {
	t.Helper()
	in := received(r, "")
	s, err := sigv4.Parse(in)
	if err != nil {
		t.Fatal(err)
	}
	in.OfS3(s)
	v := sigv4.Verifier{Keys: keys, Service: "s3", Skew: 15 * time.Minute, Expires: true}
	return v.Verify(now, s, in)
}

// AWS's own signer's requests to S3 are verified without their bodies, with paths that
// S3 escapes once.
func TestSignedForS3(t *testing.T) {
	for _, path := range []string{"/b/a%20b/c%2Bd/%C3%BC", "/b//leading", "/b/k?uploads=&x-id=Create"} {
		for _, hash := range []string{hashOf("body"), "UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"} {
			r := put(t, "http://127.0.0.1:4566"+path, hash)
			if err := v4.NewSigner(ofS3).SignHTTP(context.Background(), credentials("ASIASHORT"), r, hash, "s3", "us-west-2", noon); err != nil {
				t.Fatal(err)
			}
			if err := checkS3(t, noon, r); err != nil {
				t.Errorf("%s %s: %v", path, hash, err)
			}
			r.Header.Set("X-Amz-Content-Sha256", hashOf("another"))
			if err := checkS3(t, noon, r); err == nil {
				t.Errorf("%s %s: taken with another hash", path, hash)
			}
		}
	}
}

// A presigned URL of S3's holds as long as it says, a week at most.
func TestPresignedForS3(t *testing.T) {
	for _, tt := range []struct {
		expires string
		after   time.Duration
		taken   bool
	}{
		{"3600", 59 * time.Minute, true},
		{"3600", 61 * time.Minute, false},
		{"60", 2 * time.Minute, false},
		{"604800", 167 * time.Hour, true},
		{"9999999", 169 * time.Hour, false},
		{"3600", -14 * time.Minute, true},
		{"3600", -16 * time.Minute, false},
	} {
		r := put(t, "http://127.0.0.1:4566/b/a%20b?X-Amz-Expires="+tt.expires, "")
		signed, _, err := v4.NewSigner(ofS3).PresignHTTP(context.Background(), credentials("AKIDLONG"), r, "UNSIGNED-PAYLOAD", "s3", "us-east-1", noon)
		if err != nil {
			t.Fatal(err)
		}
		if r.URL, err = url.Parse(signed); err != nil {
			t.Fatal(err)
		}
		err = checkS3(t, noon.Add(tt.after), r)
		if refused, _ := errors.AsType[*sigv4.Error](err); (err == nil) != tt.taken || !tt.taken && refused == nil {
			t.Errorf("expires %s, after %v: %v, want taken %v", tt.expires, tt.after, err, tt.taken)
		}
	}
}
