package wire_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"

	"lullaby/internal/sigv4"
	"lullaby/wire"
)

// serveKeys starts an endpoint that knows one long-term key and one session.
func serveKeys(t *testing.T) (addr string) {
	t.Helper()
	return serveWith(t, functions(echo), wire.Options{Keys: sigv4.Keys{
		"AKID": {SecretAccessKey: "secret"},
		"ASIA": {SecretAccessKey: "passing", SessionToken: strings.Repeat("token+/=", 1024)},
	}})
}

// AWS's own client succeeds with a key of the endpoint, and gets the right
// error with any other.
func TestClientWithKeys(t *testing.T) {
	endpoint := "http://" + serveKeys(t)
	tests := []struct{ id, secret, token, region, want string }{
		{"AKID", "secret", "", "us-east-1", ""},
		{"ASIA", "passing", strings.Repeat("token+/=", 1024), "us-east-1", ""},
		{"AKID", "wrong", "", "us-east-1", "InvalidSignatureException: The request signature we calculated does not match the signature you provided. "},
		{"NONE", "secret", "", "us-east-1", "UnrecognizedClientException: The security token included in the request is invalid."},
		{"ASIA", "passing", "", "us-east-1", "UnrecognizedClientException: The security token included in the request is invalid"},
		{"AKID", "secret", "", "eu-west-1", "InvalidSignatureException: Credential should be scoped to a valid region, not 'eu-west-1'. "},
	}
	for _, tt := range tests {
		c := dynamodb.New(dynamodb.Options{
			BaseEndpoint:     &endpoint,
			Region:           tt.region,
			Credentials:      credentials.NewStaticCredentialsProvider(tt.id, tt.secret, tt.token),
			RetryMaxAttempts: 1,
		})
		_, err := c.ListTables(t.Context(), &dynamodb.ListTablesInput{})
		switch refusal, ok := errors.AsType[smithy.APIError](err); {
		case tt.want == "" && err != nil:
			t.Errorf("%s %s: %v", tt.id, tt.region, err)
		case tt.want != "" && (!ok || !strings.HasPrefix(refusal.ErrorCode()+": "+refusal.ErrorMessage(), tt.want)):
			t.Errorf("%s %s: %v, want %s", tt.id, tt.region, err, tt.want)
		}
	}
}

// A captured DescribeTable, signed without its target, cannot be made a
// DeleteTable: neither by a header nor by a trailer of the body.
func TestCapturedRequest(t *testing.T) {
	addr := serveKeys(t)
	const body = `{"TableName":"tab"}`
	key := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}
	captured := func(length int64) *http.Request {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = length
		r.Header.Set("Content-Type", "application/x-amz-json-1.0")
		hash := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
		if err := v4.NewSigner().SignHTTP(t.Context(), key, r, hash, "dynamodb", "us-east-1", time.Now()); err != nil {
			t.Fatal(err)
		}
		return r
	}
	target := http.Header{"X-Amz-Target": {"DynamoDB_20120810.DeleteTable"}}
	inHeader := captured(int64(len(body)))
	inHeader.Header["X-Amz-Target"] = target["X-Amz-Target"]
	inTrailer := captured(-1)
	inTrailer.Trailer = target
	const want = `InvalidSignatureException","message":"There were headers present in the request which were not signed: x-amz-target"}`
	for name, r := range map[string]*http.Request{"header": inHeader, "trailer": inTrailer} {
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(answer), want) {
			t.Errorf("%s: %d %s, %v, want %s", name, resp.StatusCode, answer, err, want)
		}
	}
}

// Statuses, messages and time limits of both protocols.
func TestSignaturesOfProtocols(t *testing.T) {
	addr := serveKeys(t)
	const invoke = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af/invocations?Qualifier=q"
	key := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}
	ago := func(d time.Duration) time.Time { return time.Now().Add(-d) }
	tests := []struct {
		name, path, service string
		at                  time.Time // zero: not signed
		presigned           bool
		status              int
		exception, want     string // want is a regular expression
	}{
		{"dynamodb", "/", "dynamodb", ago(0), false, 200, "", `^\{"TableNames":\[\]\}$`},
		{"dynamodb in the query", "/", "dynamodb", ago(0), true, 200, "", `^\{"TableNames":\[\]\}$`},
		{"dynamodb in time", "/", "dynamodb", ago(14 * time.Minute), false, 200, "", `^\{"TableNames":\[\]\}$`},
		{"dynamodb late", "/", "dynamodb", ago(16 * time.Minute), false, 400, "", `^\{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 15 min.\)"\}$`},
		{"dynamodb not signed", "/", "", time.Time{}, false, 400, "", `^\{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"\}$`},
		{"lambda", invoke, "lambda", ago(0), false, 200, "", `^q\{\}$`},
		{"lambda in the query", invoke, "lambda", ago(0), true, 200, "", `^q\{\}$`},
		{"lambda late", invoke, "lambda", ago(6 * time.Minute), false, 403, "InvalidSignatureException", `^\{"message":"Signature expired: .* - 5 min.\)"\}$`},
		{"lambda early", invoke, "lambda", ago(-6 * time.Minute), false, 403, "InvalidSignatureException", `^\{"message":"Signature not yet current: .* \+ 5 min.\)"\}$`},
		{"lambda signed for dynamodb", invoke, "dynamodb", ago(0), false, 403, "InvalidSignatureException", `^\{"message":"Credential should be scoped to correct service: 'lambda'. "\}$`},
		{"lambda not signed", invoke, "", time.Time{}, false, 403, "MissingAuthenticationTokenException", `^\{"message":"Missing Authentication Token"\}$`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := request(t, "http://"+addr+tt.path)
			hash := fmt.Sprintf("%x", sha256.Sum256([]byte("{}")))
			switch {
			case tt.at.IsZero():
			case tt.presigned:
				url, header, err := v4.NewSigner(inHeaders).PresignHTTP(t.Context(), key, r, hash, tt.service, "us-east-1", tt.at)
				if err != nil {
					t.Fatal(err)
				}
				r = request(t, url)
				for name, values := range header {
					if name != "Content-Length" && name != "Host" {
						r.Header[name] = values
					}
				}
			default:
				if err := v4.NewSigner().SignHTTP(t.Context(), key, r, hash, tt.service, "us-east-1", tt.at); err != nil {
					t.Fatal(err)
				}
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != tt.status || !regexp.MustCompile(tt.want).Match(body) || resp.Header.Get("X-Amzn-Errortype") != tt.exception {
				t.Errorf("%d %s %s, want %d %s %s", resp.StatusCode, resp.Header.Get("X-Amzn-Errortype"), body, tt.status, tt.exception, tt.want)
			}
		})
	}
}

// inHeaders leaves X-Amz-Target in the header of a presigned request.
func inHeaders(o *v4.SignerOptions) { o.DisableHeaderHoisting = true }

// request returns an unsigned POST of {} to ListTables.
func request(t *testing.T, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.ListTables")
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	return r
}
