package retry_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"lullaby/instant"
	"lullaby/retry"
)

// Ten attempts against a table that refuses everything.
func ExampleNew() {
	p, err := retry.New(retry.Legacy, retry.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var all time.Duration
	for attempt := 1; attempt < p.Options().MaxAttempts; attempt++ {
		all += p.Delay(attempt, retry.ThrottleTable, 0, nil)
	}
	fmt.Println(p.Form(), "waits", all)

	_, err = retry.New(retry.Legacy, retry.Options{MaxAttempts: -1})
	fmt.Println(err)
	// Output:
	// legacy waits 25.55s
	// MaxAttempts is -1: it must be from 1 to 1000, or 0 for the form's own
}

// Both of the article's remedies against API Gateway's 29 seconds.
func ExampleWorst() {
	nine := retry.Options{MaxAttempts: 9}
	eleven := retry.Options{MaxAttempts: 11}
	for _, candidate := range []struct {
		name string
		form retry.Form
		o    retry.Options
	}{
		{"9 attempts", retry.Legacy, nine},
		{"11 attempts", retry.Legacy, eleven},
		{"tenacity", retry.RandomExponential, retry.Options{}},
		{"2.1", retry.V21, retry.Options{}},
	} {
		p, err := retry.New(candidate.form, candidate.o)
		if err != nil {
			fmt.Println(err)
			return
		}
		f, err := retry.Worst(p, retry.Limits{Deadline: 29 * time.Second})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-11s mean %5.2f s, late %3.0f %%\n", candidate.name, f.Mean.Seconds(), 100*f.Late)
	}
	// Output:
	// 9 attempts  mean 12.75 s, late   0 %
	// 11 attempts mean 51.15 s, late 100 %
	// tenacity    mean 47.01 s, late  96 %
	// 2.1         mean  3.50 s, late   0 %
}

// A call in virtual time: each attempt takes 10 ms and is throttled, until one is
// not. A real caller sleeps until Decision.At.
func ExampleCall() {
	p, err := retry.New(retry.V21, retry.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rng := rand.New(rand.NewPCG(1, 2))
	quota := p.NewQuota() // one for all calls of a client
	now := instant.Of(time.Date(2026, 11, 10, 3, 12, 0, 0, time.UTC))
	call := p.Begin(now, now.Add(28*time.Second), quota)
	for range 2 {
		now = now.Add(10 * time.Millisecond)
		d := call.Fail(now, retry.Failure{Class: retry.ThrottleTable}, rng)
		fmt.Println(d.Outcome, "after", d.Delay.Round(time.Millisecond), "with", quota.Left(), "tokens left")
		now = d.At
	}
	call.Succeed()
	fmt.Println("well at last, with", quota.Left())
	// Output:
	// again after 769ms with 495 tokens left
	// again after 1.233s with 490 tokens left
	// well at last, with 495
}

// A call that would sleep past its deadline ends at once, knows how long it would
// have slept, and has paid no token.
func ExampleCall_Fail_deadline() {
	p, err := retry.New(retry.Legacy, retry.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := instant.Of(time.Date(2026, 11, 10, 3, 12, 0, 0, time.UTC))
	call := p.Begin(now, now.Add(200*time.Millisecond), nil)
	for {
		d := call.Fail(now, retry.Failure{Class: retry.ThrottleKeyRange}, nil)
		fmt.Println(d.Outcome, d.Delay)
		if d.Outcome != retry.Again {
			break
		}
		now = d.At
	}
	// Output:
	// again 50ms
	// again 100ms
	// deadline near 200ms
}
