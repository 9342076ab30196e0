package conformance

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lullaby/internal/sigv4"
)

// clientKeys are the dummies of the clients and of the functions.
var clientKeys = sigv4.Keys{
	"x":                    {SecretAccessKey: "y"},
	"ASIALULLABYLULLABY00": {SecretAccessKey: "lullaby/is/not/a/secret/but/forty/chars+", SessionToken: "lullaby"},
}

// objects are what little of S3 the clients of the tests need: it keeps what is put, if it
// is signed for the host, the path and the body that arrive.
type objects struct {
	mu    sync.Mutex
	kept  map[string]object // by path
	wrong []string          // what was not signed so, and what came without a right signature
}

type object struct {
	body   []byte
	header http.Header
}

// serveObjects starts one.
func serveObjects(t *testing.T) (o *objects, url string) {
	t.Helper()
	o = &objects{kept: map[string]object{}}
	s := httptest.NewServer(o)
	t.Cleanup(func() {
		s.Close()
		for _, what := range o.wrong {
			t.Errorf("at the target: %s", what)
		}
	})
	return o, s.URL
}

// ServeHTTP implements http.Handler.
func (o *objects) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = verify(r, body)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	path := r.URL.EscapedPath()
	if err != nil {
		o.wrong = append(o.wrong, fmt.Sprintf("%s %s: %v", r.Method, path, err))
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	sum := sha256.Sum256(body)
	switch kept, ok := o.kept[path]; {
	case r.Method == http.MethodPut:
		o.kept[path] = object{body, r.Header}
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	case !ok:
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<Error><Code>NoSuchKey</Code><Message>There is no such key.</Message></Error>")
	default:
		for name, values := range kept.header {
			if strings.HasPrefix(name, "X-Amz-Meta-") {
				w.Header()[strings.ToLower(name)] = values
			}
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(kept.body))
	}
}

// verify checks the signature of a request as S3 does. Those of version 2, in the query,
// are taken unseen.
func verify(r *http.Request, body []byte) error {
	if r.URL.Query().Get("AWSAccessKeyId") != "" {
		return nil
	}
	path, query, _ := strings.Cut(r.RequestURI, "?")
	in := sigv4.Request{
		Method: r.Method, Path: path, Query: query, Names: slices.Collect(maps.Keys(r.Header)),
		Header: func(name string) string {
			if name == "host" {
				return r.Host
			}
			return strings.Join(r.Header.Values(name), ",")
		},
	}
	signature, err := sigv4.Parse(&in)
	if err != nil {
		return err
	}
	in.OfS3(signature)
	if sum, err := hex.DecodeString(in.BodyHash); err == nil && sha256.Sum256(body) != [sha256.Size]byte(sum) {
		return fmt.Errorf("%d bytes have another hash than the signed one", len(body))
	}
	v := sigv4.Verifier{Keys: clientKeys, Service: "s3", Skew: 15 * time.Minute, Expires: true}
	return v.Verify(time.Now(), signature, &in)
}

// AWS's clients and a function put and get objects through up, at a target that verifies
// their signatures.
func TestForwardedClients(t *testing.T) {
	t.Parallel()
	takesLong(t)
	needAWSCLI(t)
	need(t, "boto3", client(t, pythonPath, "-c", "import boto3").Run())
	kept, to := serveObjects(t)
	up := start(t, "--bare", "--forward", "s3="+to)
	dir := t.TempDir()
	sent, got := filepath.Join(dir, "sent"), filepath.Join(dir, "got")
	body := bytes.Repeat([]byte("0123456789abcdef"), 50<<20/16)
	if err := os.WriteFile(sent, body, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"s3api", "put-object", "--bucket", "photos", "--key", "a b/large", "--body", sent},
		{"s3api", "get-object", "--bucket", "photos", "--key", "a b/large", got},
	} {
		if out, err := client(t, awsPath, append([]string{"--endpoint-url", up.AWS}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	if text, err := os.ReadFile(got); err != nil || !bytes.Equal(text, body) {
		t.Errorf("the CLI got %d bytes, %v", len(text), err)
	}
	if !bytes.Equal(kept.kept["/photos/a%20b/large"].body, body) {
		t.Errorf("the target has %d bytes of %d", len(kept.kept["/photos/a%20b/large"].body), len(body))
	}
	cmd := client(t, pythonPath, "-B", filepath.Join("python", "forward.py"), "objects")
	cmd.Env = append(cmd.Env, "ENDPOINT="+up.AWS)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("boto3: %v\n%s", err, out)
	}
}

// boto3 says in its own words which service is missing, and the flag, whatever the
// protocol.
func TestRefusedServices(t *testing.T) {
	t.Parallel()
	takesLong(t)
	need(t, "boto3", client(t, pythonPath, "-c", "import boto3").Run())
	up := start(t, "--bare")
	cmd := client(t, pythonPath, "-B", filepath.Join("python", "forward.py"), "refused")
	cmd.Env = append(cmd.Env, "ENDPOINT="+up.AWS)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line, want := range map[string]string{
		"s3": "PutObject", "secretsmanager": "GetSecretValue", "stepfunctions": "ListStateMachines", "sts": "GetCallerIdentity",
		"ec2": "DescribeInstances", "sesv2": "ListEmailIdentities", "route53": "ListHostedZones", "cognito-idp": "SignUp",
	} {
		service := map[string]string{"stepfunctions": "states", "sesv2": "ses"}[line]
		if service == "" {
			service = line
		}
		want = fmt.Sprintf("%s 501 An error occurred (NotImplemented) when calling the %s operation: Lullaby does not have the service %s. lullaby up --forward %[3]s=", line, want, service)
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// forwardingStack is a function that copies an object, by an SDK that nobody has told of an
// endpoint.
const forwardingStack = `Transform: AWS::Serverless-2016-10-31
Resources:
  Copy:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: python3.12
      Timeout: 60
      Policies: [S3CrudPolicy: {BucketName: photos}]
      InlineCode: |
        import boto3
        def handler(event, context):
            s3 = boto3.client("s3")
            s3.put_object(Bucket="photos", Key="a", Body=b"x" * 3000000)
            body = s3.get_object(Bucket="photos", Key="a")["Body"].read()
            return {"statusCode": 200, "body": str(len(body))}
      Events:
        Post: {Type: Api, Properties: {Path: /copy, Method: post}}
`

func TestForwardedFunction(t *testing.T) {
	t.Parallel()
	need(t, "boto3", client(t, pythonPath, "-c", "import boto3").Run())
	_, to := serveObjects(t)
	path := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(path, []byte(forwardingStack), 0o600); err != nil {
		t.Fatal(err)
	}
	up := start(t, "--python", pythonPath, "--forward", to, path)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, up.HTTP+"/copy", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK || string(body) != "3000000" {
		t.Errorf("%d %s, %v\n%s", resp.StatusCode, body, err, up.Stderr())
	}
	if want := "Functions may call s3, which Lullaby does not have: their calls go to " + to + "."; !strings.Contains(up.Stdout(), want) {
		t.Errorf("up says\n%s, want %s", up.Stdout(), want)
	}
}
