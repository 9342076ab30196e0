package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/rogpeppe/go-internal/testscript"

	"lullaby/internal/uprun"
)

// Scripts have these commands besides those of testscript:
//
//	up ARGS              starts "lullaby up ARGS" with free ports and returns when
//	                     it is ready, at $HTTP, $AWS and $WEB; further APIs and
//	                     function URLs are at $HTTP2 and so on
//	down [INT|TERM|KILL] ends it by a signal, Ctrl-C if none is given, and has all
//	                     that it wrote as stdout and stderr; but for KILL, the exit
//	                     status must be 0
//	ended STATUS         waits until it has ended by itself with an exit status, and
//	                     has what it wrote, as down has
//	flip FILE TEXT       changes a bit of the first TEXT in a file
//	http [-H NAME:VALUE]... METHOD URL [BODY]
//	                     sends a request: stdout is status, header and body, and
//	                     $LOCATION the header of that name
//	dynamodb OPERATION BODY, and so sqs, cloudwatch, autoscaling
//	                     calls $AWS, signed with $AWS_ACCESS_KEY_ID, x if not set:
//	                     stdout is the answer, or stderr the refusal; a body @FILE
//	                     is the text of a file
//	until PATTERN COMMAND...
//	                     repeats http, or a call of $AWS, until its stdout matches
//	function DIR         makes DIR the package of a function: see keepItem
//	gone DIR             waits until no executable below DIR runs
//	receiver NAME STATUS [BODY]
//	                     starts a receiver of pages at $NAME, or changes its answer
//	received NAME N      waits until the receiver has got N requests: stdout is all of
//	                     them, a line of method, path and Authorization, then the body
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"up":          upInScript,
			"down":        down,
			"http":        httpInScript,
			"dynamodb":    callInScript("dynamodb"),
			"sqs":         callInScript("sqs"),
			"cloudwatch":  callInScript("cloudwatch"),
			"autoscaling": callInScript("autoscaling"),
			"until":       until,
			"function":    function,
			"gone":        gone,
			"ended":       ended,
			"flip":        flip,
			"receiver":    receiverInScript,
			"received":    received,
			"token":       tokenInScript,
		},
	})
}

// upKey is the key of a script's *running.
type upKey struct{}

// A running is the up of a script, if one runs, and the script's environment.
type running struct {
	*uprun.Process

	env []string
}

// setup lets scripts build functions from a warm cache, although their home is
// another one, and ends their up.
func setup(env *testscript.Env) error {
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			return err
		}
		env.Setenv(name, strings.TrimSpace(string(out)))
	}
	items, err := filepath.Abs(itemsDir)
	if err != nil {
		return err
	}
	env.Setenv("ITEMS", items)
	r := &running{env: slices.Clone(env.Vars)}
	env.Values[upKey{}] = r
	env.Values[phonesKey{}] = map[string]*phone{}
	env.Defer(func() {
		if r.Process != nil {
			_ = r.Kill() // fails if it ended by itself
		}
	})
	return nil
}

func upInScript(ts *testscript.TestScript, neg bool, args []string) {
	r, _ := ts.Value(upKey{}).(*running)
	if neg || r.Process != nil {
		ts.Fatalf("one up at a time, and one that starts")
	}
	cmd := command(withPorts(args)...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), r.env
	p, err := uprun.Start(cmd)
	ts.Check(err)
	r.Process = p
	ts.Setenv("HTTP", p.HTTP)
	for i, line := range regexp.MustCompile(`(?m)^http  (.+)$`).FindAllStringSubmatch(p.Stdout(), -1) {
		ts.Setenv("HTTP"+strconv.Itoa(i+1), line[1])
	}
	ts.Setenv("AWS", p.AWS)
	ts.Setenv("WEB", p.Web)
}

// down returns when everything that up had open is closed.
func down(ts *testscript.TestScript, neg bool, args []string) {
	r, _ := ts.Value(upKey{}).(*running)
	if neg || r.Process == nil || len(args) > 1 {
		ts.Fatalf("usage: down [INT|TERM|KILL], with an up")
	}
	p := r.Process
	r.Process = nil
	signal := append(args, "INT")[0]
	switch signal {
	case "INT", "TERM":
		ts.Check(p.Signal(map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM}[signal]))
		if err := p.Wait(); err != nil {
			ts.Fatalf("after %s: %v, want exit status 0\n%s", signal, err, p.Stderr())
		}
	case "KILL":
		ts.Check(p.Kill())
	default:
		ts.Fatalf("no signal %s", signal)
	}
	fmt.Fprint(ts.Stdout(), p.Stdout())
	fmt.Fprint(ts.Stderr(), p.Stderr())
}

// ended is down without a signal.
func ended(ts *testscript.TestScript, neg bool, args []string) {
	r, _ := ts.Value(upKey{}).(*running)
	if neg || r.Process == nil || len(args) != 1 {
		ts.Fatalf("usage: ended STATUS, with an up")
	}
	p := r.Process
	r.Process = nil
	exit, ok := errors.AsType[*exec.ExitError](p.Wait())
	if !ok || strconv.Itoa(exit.ExitCode()) != args[0] {
		ts.Fatalf("up ended with %v, want exit status %s\n%s", exit, args[0], p.Stderr())
	}
	fmt.Fprint(ts.Stdout(), p.Stdout())
	fmt.Fprint(ts.Stderr(), p.Stderr())
}

// flip damages the one file of a pattern.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip FILE TEXT")
	}
	files, err := filepath.Glob(ts.MkAbs(args[0]))
	if ts.Check(err); len(files) != 1 {
		ts.Fatalf("%s is %v, want one file", args[0], files)
	}
	data, err := os.ReadFile(files[0])
	ts.Check(err)
	at := bytes.Index(data, []byte(args[1]))
	if at < 0 {
		ts.Fatalf("%s lacks %q", files[0], args[1])
	}
	data[at] ^= 1
	ts.Check(os.WriteFile(files[0], data, 0o600))
}

// function creates the package of keepItem: this program under another name, in
// a file of its own so that its processes can be recognised.
func function(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: function DIR")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o777))
	program, err := os.Executable()
	ts.Check(err)
	ts.Check(os.Link(program, filepath.Join(dir, "bootstrap")))
}

// keepItem is the function of scripts: it puts {"id": the path of the request} in
// the table that TABLE names. It leaves a daemon behind if the path ends with
// /daemon. With CONSUMES it consumes a queue: see consumer. With ALARMED it puts what it
// is told of an alarm, with NOTIFIED what a topic tells it: see notified. With JUDGES it
// is the function of an authorizer: see judge.
func keepItem() {
	if len(os.Args) > 1 {
		time.Sleep(5 * time.Minute) // the daemon, longer than any script
		return
	}
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	db := dynamodb.NewFromConfig(cfg)
	if os.Getenv("ALARMED") != "" {
		lambda.Start(func(ctx context.Context, a alarmed) error {
			_, err := db.PutItem(ctx, &dynamodb.PutItemInput{
				TableName: aws.String(os.Getenv("TABLE")),
				Item:      map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: a.AlarmData.AlarmName + " is in " + a.AlarmData.State.Value}},
			})
			return err
		})
	}
	if os.Getenv("NOTIFIED") != "" {
		lambda.Start((&notified{db, sns.NewFromConfig(cfg)}).take)
	}
	if os.Getenv("JUDGES") != "" {
		lambda.Start(judge)
	}
	if os.Getenv("CONSUMES") != "" {
		lambda.Start((&consumer{db, sqs.NewFromConfig(cfg)}).consume)
	}
	lambda.Start(func(ctx context.Context, r asked) (events.APIGatewayProxyResponse, error) {
		path := r.Path + r.RawPath // of the event's format, one of them
		_, err := db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: aws.String(os.Getenv("TABLE")),
			Item:      map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: path}},
		})
		if err == nil && strings.HasSuffix(path, "/daemon") {
			daemon := exec.Command("./bootstrap", "daemon") // it outlives the request
			daemon.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
			err = daemon.Start()
		}
		return events.APIGatewayProxyResponse{StatusCode: http.StatusCreated, Body: "kept " + path + r.forWhom()}, err
	})
}

// alarmed is what a function reads of the event of an alarm.
type alarmed struct {
	AlarmData struct {
		AlarmName string                 `json:"alarmName"`
		State     struct{ Value string } `json:"state"`
	} `json:"alarmData"`
}

func gone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: gone DIR")
	}
	if runtime.GOOS != "linux" {
		return
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		found, err := processesIn(ts.MkAbs(args[0]))
		ts.Check(err)
		if len(found) == 0 {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("after a minute there is %v", found)
		}
	}
}

// processesIn lists the processes whose executable lies under dir, on Linux.
func processesIn(dir string) ([]string, error) {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		return nil, err
	}
	var found []string
	for _, link := range links {
		exe, err := os.Readlink(link)
		if err != nil && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrPermission) {
			continue // gone meanwhile
		}
		if strings.HasPrefix(exe, dir) {
			found = append(found, link)
		}
	}
	return found, nil
}

// Each script says what lullaby writes to both streams, each time that it ends.
func TestScriptsAssertBothStreams(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatal(scripts, err)
	}
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		commands, _, _ := strings.Cut(string(text), "\n-- ") // files follow
		ended, asserted := "", ""                            // the last command that ended lullaby, and what is expected of it
		check := func() {
			for _, stream := range []string{"stdout", "stderr"} {
				if ended != "" && !strings.Contains(asserted, stream) {
					t.Errorf("%s: %s: nothing is said of its %s", script, ended, stream)
				}
			}
		}
		for line := range strings.Lines(commands) {
			switch fields := strings.Fields(strings.TrimPrefix(line, "! ")); {
			case len(fields) == 0 || fields[0] == "#":
			case slices.Contains([]string{"stdout", "stderr", "cmp", "cmpenv", "cp"}, fields[0]):
				asserted += fields[0] + fields[1]
			default:
				check()
				ended, asserted = "", ""
				if fields[0] == "down" || fields[0] == "ended" || fields[0] == "exec" && strings.Contains(line, "lullaby ") {
					ended = strings.TrimSpace(line)
				}
			}
		}
		check()
	}
}
