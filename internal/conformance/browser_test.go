package conformance

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"lullaby/internal/uprun"
)

// Names that the browser takes for this machine. A page of elsewhere is of another
// origin than the endpoint. A page of rebound is of the endpoint's origin, as if
// its owner had bound the name to 127.0.0.1 once the page was loaded.
const (
	elsewhere = "elsewhere.test"
	rebound   = "rebound.test"
)

// A page in a real browser invokes no function, makes no queue, and reads and
// changes no table, whatever it tries, unless --cors lets it in.
func TestWebPagesInChromium(t *testing.T) {
	t.Parallel()
	takesLong(t)
	chromium, err := exec.LookPath("chromium")
	need(t, "Chromium", err)
	const unread = "TypeError: Failed to fetch"
	tests := []struct {
		name   string
		page   string // the host of its origin
		target string // the host by which it calls the endpoint
		letIn  bool
		want   pageReport
	}{
		{"another port of an address", "127.0.0.1", "127.0.0.1", false, pageReport{unread, unread, unread}},
		{"another port of a name", "localhost", "localhost", false, pageReport{unread, unread, unread}},
		{"another name", elsewhere, "127.0.0.1", false, pageReport{unread, unread, unread}},
		{"a name bound to loopback", rebound, rebound, false, pageReport{"403", "403", "403"}},
		{"let in", "127.0.0.1", "127.0.0.1", true, pageReport{"200", "200", "200"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite()
			dir := writeKept(t)
			args := []string{dir}
			if tt.letIn {
				args = append(args, "--cors", s.URL)
			}
			up := start(t, args...)
			putKept(t, up)
			s.serve(t, up)
			got := s.visit(t, chromium, tt.page, tt.target)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("the page's report (-want +got):\n%s", diff)
			}
			if _, err := os.Stat(filepath.Join(dir, "invoked")); (err == nil) != tt.letIn {
				t.Errorf("invoked: %v, want %v", err == nil, tt.letIn)
			}
			queues, err := queueSDK(up.AWS).ListQueues(t.Context(), &sqs.ListQueuesInput{})
			if err != nil || (len(queues.QueueUrls) > 0) != tt.letIn {
				t.Errorf("the queues: %+v, %v", queues, err)
			}
			out, err := tablesOf(up).Scan(t.Context(), &dynamodb.ScanInput{TableName: new("kept")})
			_, gone := errors.AsType[*types.ResourceNotFoundException](err)
			if untouched := err == nil && out.Count == 1; untouched == tt.letIn || gone != tt.letIn {
				t.Errorf("the table: %+v, %v", out, err)
			}
		})
	}
}

// A site serves the page of testdata/page.html at /page. It takes its report, and
// sends everything else on to the endpoint as it came, with the Host.
type site struct {
	URL     string
	server  *httptest.Server
	aws     *url.URL        // the endpoint
	reports chan pageReport // of pages; capacity 1; never closed
}

// A pageReport has the statuses, or the errors, of the page's calls by fetch.
type pageReport struct{ ListTables, DeleteTable, Invoke string }

// newSite returns a site that listens and does not serve yet.
func newSite() *site {
	s := &site{server: httptest.NewUnstartedServer(nil), reports: make(chan pageReport, 1)}
	s.URL = "http://" + s.server.Listener.Addr().String()
	return s
}

func (s *site) serve(t *testing.T, up *uprun.Process) {
	t.Helper()
	var err error
	if s.aws, err = url.Parse(up.AWS); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join("testdata", "page.html"))
	})
	mux.HandleFunc("POST /report", func(_ http.ResponseWriter, r *http.Request) {
		var report pageReport
		if err := json.NewDecoder(r.Body).Decode(&report); err != nil {
			t.Error(err)
		}
		s.reports <- report
	})
	mux.Handle("/", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(s.aws)
		r.Out.Host = r.In.Host
	}})
	s.server.Config.Handler = mux
	s.server.Start()
	t.Cleanup(s.server.Close)
}

// visit lets Chromium show the page, of an origin with that host, and returns what
// it reports of its calls to target. Chromium ends with the test.
func (s *site) visit(t *testing.T, chromium, host, target string) pageReport {
	t.Helper()
	_, own, _ := strings.Cut(s.server.Listener.Addr().String(), ":")
	port := own
	if host == rebound {
		port = s.aws.Port()
	}
	page := "http://" + host + ":" + port + "/page?at=" + url.QueryEscape("http://"+target+":"+s.aws.Port())
	cmd := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-features=HttpsUpgrades",
		"--host-resolver-rules=MAP "+rebound+":"+s.aws.Port()+" 127.0.0.1:"+own+", MAP "+elsewhere+" 127.0.0.1",
		"--user-data-dir="+t.TempDir(), page)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // its children write to the folder of its data
		_ = cmd.Wait()
	})
	select {
	case report := <-s.reports:
		return report
	case <-time.After(time.Minute):
		t.Fatal("the page has not reported within a minute")
		return pageReport{}
	}
}

// writeKept writes a template with the table kept and the function invoked, whose
// process leaves the file invoked beside the template.
func writeKept(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Invoked:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: invoked, CodeUri: code/, Handler: bootstrap, Runtime: provided.al2023}
  Kept:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: kept
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
`
	for name, text := range map[string]string{
		"template.yaml":  template,
		"code/bootstrap": "#!/bin/sh\n: > '" + filepath.Join(dir, "invoked") + "'\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil { //nolint:gosec // one is a program
			t.Fatal(err)
		}
	}
	return dir
}

func putKept(t *testing.T, up *uprun.Process) {
	t.Helper()
	_, err := tablesOf(up).PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: new("kept"), Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "a"}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// tablesOf returns a client of up's tables.
func tablesOf(up *uprun.Process) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: &up.AWS, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""),
	})
}
