package dynamo_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/internal/longtest"
	"lullaby/storage"
)

// Conditional writes and transactions of many clients on few keys have results as
// if they had run one after another. A request that conflicts with a transaction
// has no effect, and none waits for ever.
func TestConcurrentHistories(t *testing.T) {
	rounds := longtest.Histories(60, 800)
	seed := rand.Uint64()
	db, err := storage.Open(t.TempDir(), storage.Options{Durability: storage.Process})
	if err != nil {
		t.Fatal(err)
	}
	e := engine(t, db, dynamo.Options{Instant: true, Unlimited: true})
	defer db.Close()
	conflicts, operations := 0, 0
	for round := range rounds {
		create(t, e, hashTable)
		history := meet(t, e, seed+uint64(round))
		for _, op := range history {
			if op.Output.(met).conflict {
				conflicts++
			}
		}
		operations += len(history)
		if got := porcupine.CheckOperationsTimeout(meetingModel, history, time.Minute); got != porcupine.Ok {
			t.Errorf("seed %d: the history is %s:\n%s", seed+uint64(round), got, historyText(history))
		}
		answer(t, e, "DeleteTable", `{"TableName":"tab"}`)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d requests, %d conflicts", operations, conflicts)
	if conflicts == 0 {
		t.Error("no request met a transaction")
	}
}

// meet runs the clients and returns the results of their requests.
func meet(t *testing.T, e *dynamo.Engine, seed uint64) []porcupine.Operation {
	const clients, requests = 6, 25
	histories := make([][]porcupine.Operation, clients)
	var all sync.WaitGroup
	start := time.Now()
	for c := range clients {
		rng := rand.New(rand.NewPCG(seed, uint64(c)))
		all.Go(func() {
			for range requests {
				m := randomMeeting(rng)
				called := time.Since(start)
				a, err := m.ask(e)
				if err != nil {
					t.Errorf("seed %d: %+v: %v", seed, m, err)
					return
				}
				histories[c] = append(histories[c], porcupine.Operation{
					ClientId: c, Input: m, Call: int64(called), Output: a, Return: int64(time.Since(start)),
				})
			}
		})
	}
	done := make(chan struct{}) // closed when all clients are done
	go func() {
		all.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatalf("seed %d: clients wait for each other", seed)
	}
	return slices.Concat(histories...)
}

func historyText(history []porcupine.Operation) string {
	slices.SortFunc(history, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
	var b strings.Builder
	for _, op := range history {
		fmt.Fprintf(&b, "%d from %d to %d: %+v -> %+v\n", op.ClientId, op.Call, op.Return, *op.Input.(*meeting), op.Output)
	}
	return b.String()
}

// Of many concurrent transactions with one token, one is performed. The others
// succeed without effect, or get refusal.InProgress.
func TestConcurrentTokens(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true, Unlimited: true})
	create(t, e, hashTable)
	for round := range 50 {
		body := fmt.Sprintf(`{"ClientRequestToken":"%d","TransactItems":[{"Update":{%s}}]}`, round, meetingAction{verb: "Update"}.request())
		var clients sync.WaitGroup
		for range 6 {
			clients.Go(func() {
				_, err := modelOperations["TransactWriteItems"](e, body)
				if err != nil && !errors.Is(err, refusal.InProgress) {
					t.Error(err)
				}
			})
		}
		clients.Wait()
		want := fmt.Sprintf(`{"Item":{"id":{"S":"0"},"n":{"N":"%d"}}}`, round+1)
		if got := answer(t, e, "GetItem", `{"TableName":"tab","Key":{"id":{"S":"0"}}}`); got != want {
			t.Fatalf("after %d transactions: %s, want %s", round+1, got, want)
		}
	}
}

// Whoever reads what a transaction writes, by a transaction, reads all of it or
// nothing.
func TestTransactionsAreReadWhole(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true, Unlimited: true})
	create(t, e, hashTable)
	const keys, writes = 30, 200
	gets := make([]string, keys)
	for key := range keys {
		gets[key] = fmt.Sprintf(`{"Get":{%s}}`, meetingAction{verb: "Get", key: key}.request())
	}
	read := `{"TransactItems":[` + strings.Join(gets, ",") + "]}"
	var writer sync.WaitGroup
	writer.Go(func() {
		for n := range writes {
			puts := make([]string, keys)
			for key := range keys {
				puts[key] = fmt.Sprintf(`{"Put":{"TableName":"tab","Item":{"id":{"S":"%d"},"n":{"N":"%d"}}}}`, key, n)
			}
			if _, err := modelOperations["TransactWriteItems"](e, `{"TransactItems":[`+strings.Join(puts, ",")+"]}"); err != nil {
				t.Error(err)
				return
			}
		}
	})
	defer writer.Wait()
	last := strconv.Itoa(writes - 1)
	for seen := ""; seen != last && !t.Failed(); {
		out, err := modelOperations["TransactGetItems"](e, read)
		if a, _ := metError(err); err != nil && a.conflict {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range out.(*dynamo.TransactGetItemsOutput).Responses {
			n := modelOfEncoded(r.Item)["n"].text
			if i > 0 && n != seen {
				t.Fatalf("item %d has n = %q, the one before it %q", i, n, seen)
			}
			seen = n
		}
	}
}
