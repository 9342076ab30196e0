package dynamo_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/capacity"
	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
)

// What a table has spent is remembered over a restart, and what flowed in while
// nothing ran is added: after a kill as it was up to ten seconds before.
func TestBalancesSurviveARestart(t *testing.T) {
	for _, killed := range []bool{false, true} {
		t.Run(fmt.Sprint("killed=", killed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				db, err := storage.Open("", storage.Options{Durability: storage.Memory})
				if err != nil {
					t.Fatal(err)
				}
				e := engine(t, db, dynamo.Options{Instant: true})
				create(t, e, hashTable) // of 5 WCU
				drain(t, e)
				if killed {
					time.Sleep(11 * time.Second) // the state was saved a second ago
				}
				if !killed {
					err = stop(e)
				}
				drain(t, e)
				if killed {
					abandon(e)
				}
				time.Sleep(2 * time.Second)
				again := engine(t, db, dynamo.Options{Instant: true})
				got := drain(t, again)
				if err := errors.Join(err, stop(again), db.Close()); err != nil {
					t.Fatal(err)
				}
				want := 10 // 2 s of 5
				if killed {
					want = 65 // 13 s: the second drain is forgotten
				}
				if got != want {
					t.Errorf("%d writes passed after the restart, want %d", got, want)
				}
			})
		})
	}
}

// drain writes until the table has nothing left, and returns how many writes
// passed.
func drain(t *testing.T, e *dynamo.Engine) (passed int) {
	t.Helper()
	for {
		var refused *dynamo.ThrottleError
		_, err := e.PutItem(t.Context(), instant.Of(time.Now()), input[request.PutItemInput](t, `{"TableName":"tab","Item":{"id":{"S":"a"}}}`))
		switch {
		case errors.As(err, &refused) && refused.Verdict.Limit == capacity.KeyRangeThroughput:
			time.Sleep(time.Second) // the partition's ceiling
			continue
		case errors.As(err, &refused):
			return passed
		case err != nil:
			t.Fatal(err)
		}
		passed++
	}
}
