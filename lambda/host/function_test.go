package host_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-lambda-go/lambdaurl"
)

// A request says what the test function does.
type request struct {
	Do     string // see perform; empty: answer
	Code   int    // of exit
	Millis int    // of sleep, take and take-in-child
	MB     int    // of take and take-in-child
	Bytes  int    // of large
	Text   string // of print and error
	Bare   bool   // escape clears the environment
}

// An answer describes the test function.
type answer struct {
	PID        int
	Grandchild int // of spawn and escape
	Served     int // invocations of this process, this one included
	Deadline   time.Time
	RequestID  string
	ARN        string
	TraceID    string
	Client     string // of the client context
	Directory  string
	Environ    []string // of environ
}

var served int

// runFunction is the process of a function. Any handler but the ones below
// serves requests with perform, as a user's function would.
func runFunction(handler string) {
	misbehave(handler)
	switch handler {
	case "never-ready":
		time.Sleep(time.Hour)
	case "take-in-init":
		take(400)
		time.Sleep(time.Hour)
	case "exit0-in-init":
		os.Exit(0)
	case "exit3-in-init":
		fmt.Fprintln(os.Stdout, "about to give up")
		os.Exit(3)
	case "ready-at-second":
		// The working directory is the function's own and outlives the process.
		if _, err := os.Stat("tried"); err != nil {
			if err := os.WriteFile("tried", nil, 0o600); err != nil {
				panic(err)
			}
			os.Exit(1)
		}
	case "slow-at-first":
		if _, err := os.Stat("tried"); err != nil {
			if err := os.WriteFile("tried", nil, 0o600); err != nil {
				panic(err)
			}
			time.Sleep(time.Hour)
		}
	case "init-error":
		api := newAPI()
		api.post("/runtime/init/error", `{"errorMessage":"no configuration","errorType":"Function.NoConfig"}`,
			"Lambda-Runtime-Function-Error-Type", "Function.NoConfig")
		os.Exit(1)
	case "protocol":
		speakProtocol(newAPI())
	case "hang-up":
		hangUp(newAPI())
	case "answer-and-linger":
		api := newAPI()
		id := api.next()
		api.post("/runtime/invocation/"+id+"/response", fmt.Sprintf(`{"PID":%d}`, os.Getpid()))
		time.Sleep(time.Hour)
	case "url":
		lambdaurl.Start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			fmt.Fprint(w, "short and stout: ", r.URL.Path)
		}))
	case "echo":
		runtime.Start(func(_ context.Context, event json.RawMessage) (json.RawMessage, error) { return event, nil })
	case "deaf":
		runtime.StartWithOptions(perform, runtime.WithEnableSIGTERM(func() { time.Sleep(time.Hour) }))
	case "sigterm":
		runtime.StartWithOptions(perform, runtime.WithEnableSIGTERM(func() {
			fmt.Fprintln(os.Stdout, "told to end")
			os.Exit(0)
		}))
	}
	runtime.Start(perform)
}

// perform does what a request says and answers with a description of the
// process.
func perform(ctx context.Context, r request) (any, error) {
	served++
	a := answer{PID: os.Getpid(), Served: served}
	switch r.Do {
	case "error":
		return nil, errors.New(r.Text)
	case "panic":
		panic(r.Text)
	case "exit":
		os.Exit(r.Code)
	case "kill":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		time.Sleep(time.Hour)
	case "sleep":
		time.Sleep(time.Duration(r.Millis) * time.Millisecond)
	case "background":
		go func() {
			time.Sleep(500 * time.Millisecond)
			fmt.Fprintln(os.Stdout, r.Text)
		}()
	case "take":
		take(r.MB)
		time.Sleep(time.Duration(r.Millis) * time.Millisecond)
	case "take-in-child":
		if err := takeInChild(r.MB); err != nil {
			return nil, err
		}
		time.Sleep(time.Duration(r.Millis) * time.Millisecond)
	case "nothing":
		return nil, nil // nil is what it tests
	case "large", "garbage", "fail-late", "stream":
		return sent(r), nil
	case "print":
		fmt.Fprint(os.Stdout, r.Text)
	case "environ":
		a.Environ = os.Environ()
	case "spawn":
		cmd := exec.Command(os.Args[0], "sleep")
		cmd.Env = []string{}
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Start(); err != nil {
			return nil, err
		}
		a.Grandchild = cmd.Process.Pid
	case "escape":
		cmd := exec.Command(os.Args[0], "escape")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if r.Bare {
			cmd.Env = []string{}
		}
		out, err := cmd.Output()
		if err != nil {
			return nil, err
		}
		if _, err := fmt.Sscan(string(out), &a.Grandchild); err != nil {
			return nil, err
		}
	}
	a.Deadline, _ = ctx.Deadline()
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		a.RequestID, a.ARN, a.Client = lc.AwsRequestID, lc.InvokedFunctionArn, lc.ClientContext.Custom["who"]
	}
	a.TraceID = os.Getenv("_X_AMZN_TRACE_ID")
	a.Directory, _ = os.Getwd()
	return a, nil
}

// sent returns a result that is read while it is sent.
func sent(r request) io.Reader {
	switch r.Do {
	case "large":
		return io.MultiReader(strings.NewReader(`"`), io.LimitReader(letters{}, int64(r.Bytes-2)), strings.NewReader(`"`))
	case "garbage":
		return strings.NewReader("this { is not JSON")
	case "fail-late":
		return io.MultiReader(strings.NewReader(`"half of`), failing{})
	default:
		return &dripping{r: r}
	}
}

var taken []byte

// take makes so many MB resident.
func take(mb int) {
	taken = make([]byte, mb<<20)
	for i := 0; i < len(taken); i += 4 << 10 {
		taken[i] = 1
	}
}

// takeInChild returns when a child in a session of its own has taken so many MB.
func takeInChild(mb int) error {
	cmd := exec.Command(os.Args[0], "take", strconv.Itoa(mb))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err == nil {
		_, err = out.Read(make([]byte, 1))
	}
	return err
}

// escape becomes a daemon, as programs do: its child leads another session and has
// lost its parent. It prints the child's number.
func escape() {
	cmd := exec.Command(os.Args[0], "sleep")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	fmt.Fprintln(os.Stdout, cmd.Process.Pid)
}

// dripping is a result in parts: "one", and when its file goes-on is there, what the
// request says: an exit, a sleep, an error or "two".
type dripping struct {
	r      request
	begun  bool
	behind bool
}

func (*dripping) ContentType() string { return "text/plain" }

func (d *dripping) Read(p []byte) (int, error) {
	if !d.begun {
		d.begun = true
		return copy(p, "one"), nil
	}
	if d.behind {
		return 0, io.EOF
	}
	for _, err := os.Stat("goes-on"); err != nil; _, err = os.Stat("goes-on") {
		time.Sleep(time.Millisecond)
	}
	d.behind = true
	time.Sleep(time.Duration(d.r.Millis) * time.Millisecond)
	if d.r.Code != 0 {
		os.Exit(d.r.Code)
	}
	if d.r.Text != "" {
		return 0, errors.New(d.r.Text)
	}
	return copy(p, "two"), nil
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("lost the rest") }

// An api is a simple client of the Runtime API.
type api struct{ base string }

func newAPI() api {
	return api{"http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01"}
}

func (a api) next() (requestID string) {
	resp, err := http.Get(a.base + "/runtime/invocation/next")
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		panic(err)
	}
	return resp.Header.Get("Lambda-Runtime-Aws-Request-Id")
}

// post returns the status and body of a call. headers are pairs of name and
// value.
func (a api) post(path, body string, headers ...string) string {
	req, err := http.NewRequest(http.MethodPost, a.base+path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%d %s", resp.StatusCode, bytes.TrimSpace(text))
}
