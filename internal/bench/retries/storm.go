package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/internal/uprun"
	"lullaby/rehearse"
)

// A storm is what came of the requests.
type storm struct {
	offered  int
	status   map[int]int // answers
	hopeless int         // answers of 503 without a Retry-After of a second or more

	accounts int // requests of which an attempt was refused: each wrote its account
	attempts int
	units    int // consumed by those
	waited   time.Duration

	environments int   // processes at one time, at most
	memory       int64 // bytes of all at one time, at most
}

// wasted returns the units of writes that came about when their clients had been
// told otherwise. Requests without an account were let in at once.
func (s *storm) wasted() int { return s.units + s.offered - s.accounts - s.status[http.StatusCreated] }

func (s *storm) others() (n int) {
	for status, times := range s.status {
		if status != http.StatusCreated && status != http.StatusServiceUnavailable && status != http.StatusGatewayTimeout {
			n += times
		}
	}
	return n
}

// afterlife is how long a function runs on when API Gateway has given it up, at 29
// of its 30 s.
const afterlife = 2 * time.Second

// endure starts up with a mode, drains its table, and sends the arrivals.
func endure(ctx context.Context, binary string, m mode, arrivals *rehearse.Arrivals) (storm, error) {
	up, err := uprun.Start(exec.CommandContext(ctx, binary, "up", items, "--memory", "--max-sandboxes", "1000",
		"--http-addr", "127.0.0.1:0", "--aws-addr", "127.0.0.1:0", "--web-addr", "off",
		"--parameter", "RetryMode="+m.name, "--parameter", "MaxAttempts="+strconv.Itoa(m.attempts)))
	if err != nil {
		return storm{}, err
	}
	defer func() { _ = up.Kill() }()
	if err := drain(ctx, up.AWS); err != nil {
		return storm{}, err
	}
	s := storm{status: map[int]int{}}
	watched := watch(up.PID())
	err = s.send(ctx, up.HTTP+"/item", arrivals)
	s.environments, s.memory = watched()
	if err != nil {
		return storm{}, err
	}
	time.Sleep(afterlife)
	if err := up.Stop(); err != nil {
		return storm{}, err
	}
	return s, s.read(up.Stderr())
}

// drain writes until the table refuses.
func drain(ctx context.Context, endpoint string) error {
	db := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: &endpoint, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	})
	for n := range 100_000 {
		_, err := db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: aws.String("items-table"),
			Item:      map[string]types.AttributeValue{"_id": &types.AttributeValueMemberS{Value: "drain-" + strconv.Itoa(n)}},
		})
		if _, full := errors.AsType[*types.ProvisionedThroughputExceededException](err); full {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return errors.New("the table takes everything")
}

// send posts an item at each arrival, whether or not those before are answered,
// and returns when all are.
func (s *storm) send(ctx context.Context, url string, arrivals *rehearse.Arrivals) error {
	client := http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1_000}, Timeout: time.Minute}
	defer client.CloseIdleConnections()
	var (
		all    sync.WaitGroup
		mu     sync.Mutex
		failed error
	)
	begin := time.Now()
	for at, more := arrivals.Next(); more; at, more = arrivals.Next() {
		time.Sleep(time.Until(begin.Add(at)))
		s.offered++
		body := fmt.Sprintf(`{"_id":"%d","payload":"%s"}`, s.offered, payload)
		all.Go(func() {
			status, after, err := post(ctx, &client, url, body)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
				return
			}
			s.status[status]++
			if seconds, err := strconv.Atoi(after); status == http.StatusServiceUnavailable && (err != nil || seconds < 1) {
				s.hopeless++
			}
		})
	}
	all.Wait()
	return failed
}

var payload = strings.Repeat("x", 900) // an item of a KB at most

func post(ctx context.Context, c *http.Client, url, body string) (status int, retryAfter string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	resp, err := c.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, resp.Header.Get("Retry-After"), err
}

// read adds up the accounts in the functions' log, and counts an attempt for each
// request that has none.
func (s *storm) read(log string) error {
	for line := range strings.Lines(log) {
		_, text, _ := strings.Cut(line, " | ")
		if !strings.Contains(text, `"CloudWatchMetrics"`) {
			continue
		}
		var account struct {
			Attempts   int
			Waited     float64 // milliseconds
			WriteUnits float64
		}
		if err := json.Unmarshal([]byte(text), &account); err != nil {
			return fmt.Errorf("account %q: %w", text, err)
		}
		s.accounts++
		s.attempts += account.Attempts
		s.units += int(account.WriteUnits)
		s.waited += time.Duration(account.Waited * float64(time.Millisecond))
	}
	s.attempts += s.offered - s.accounts
	return nil
}
