package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/internal/longtest"
)

// kills is how often up is killed: five times, twenty in the long form, or as the
// command says.
func kills() int {
	if *killed > 0 {
		return *killed
	}
	return longtest.Of(5, 20)
}

var killed = flag.Int("kills", 0, "how often tests kill up; 0: five times, or twenty in the long form")

// After kill -9 at any instant under load, every acknowledged item is there and
// whole, and no function process is left.
func TestKilledUpKeepsWhatItAcknowledged(t *testing.T) {
	t.Parallel()
	data, items := t.TempDir(), builtItems(t, "template.yaml", "put-item", "get-item")
	acknowledged := map[string]int{} // by id, the length of its text
	var recent map[string]int        // those of the last round
	kills := kills()
	for round := range kills {
		p := up(t, items, "--data", data, "--limits", "off")
		if round > 0 {
			verify(t, p.AWS, recent)
			if t.Failed() {
				return
			}
		}
		recent = map[string]int{}
		var mu sync.Mutex
		// Rounds are killed after different numbers of writes.
		workUntilKilled(t, p, 8, int64(20+round*37%200), func(client, i int) error {
			id := fmt.Sprintf("%d.%d.%d", round, client, i)
			size := (round*31 + client*977 + i*131) % 5000
			body := fmt.Sprintf(`{"_id":%q,"text":%q}`, id, strings.Repeat("x", size))
			if err := post(t, p.HTTP+"/item", body, http.StatusCreated, nil); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			acknowledged[id], recent[id] = size, size
			return nil
		})
		if runtime.GOOS == "linux" {
			waitFor(t, func() bool {
				left, err := processesIn(filepath.Dir(items))
				return err == nil && len(left) == 0
			})
		}
	}
	p := up(t, items, "--data", data, "--limits", "off")
	verify(t, p.AWS, acknowledged)
	t.Logf("%d kills, %d acknowledged items", kills, len(acknowledged))
}

// post sends a request whose answer has to have a status, and leaves its header in
// header, unless it is nil.
func post(t *testing.T, url, body string, want int, header *http.Header) error {
	t.Helper()
	status, got, text, err := try(t.Context(), http.MethodPost, url, body)
	if err == nil && status != want {
		err = fmt.Errorf("POST %s: %d %s, want %d", url, status, text, want)
	}
	if header != nil {
		*header = got
	}
	return err
}

// waitFor polls until ok returns true, or for far too long.
func waitFor(t *testing.T, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited for a minute")
		}
	}
}

// verify reads every acknowledged item.
func verify(t *testing.T, endpoint string, acknowledged map[string]int) {
	t.Helper()
	c := dynamodb.New(dynamodb.Options{
		BaseEndpoint: &endpoint, Region: "us-east-1", RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""),
	})
	for id, size := range acknowledged {
		out, err := read(t, c, id)
		if err != nil {
			t.Fatal(err)
		}
		text, ok := out.Item["text"].(*types.AttributeValueMemberS)
		if !ok || text.Value != strings.Repeat("x", size) {
			t.Errorf("item %s with %d bytes was acknowledged and is %v", id, size, out.Item)
		}
	}
}

// read gets an item. It repeats the request if the connection broke: among very
// many reads, Go's HTTP client sometimes uses a connection that it is closing.
func read(t *testing.T, c *dynamodb.Client, id string) (out *dynamodb.GetItemOutput, err error) {
	t.Helper()
	for range 5 {
		out, err = c.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: aws.String("items-table"),
			Key:       map[string]types.AttributeValue{"_id": &types.AttributeValueMemberS{Value: id}},
		})
		if _, broken := errors.AsType[*net.OpError](err); !broken {
			break
		}
	}
	return out, err
}
