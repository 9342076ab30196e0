package lambda_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/internal/scripttest"
	"lullaby/lambda"
)

// TestScripts plays the files of testdata in virtual time, with sandboxes that
// are nothing but a number. Their lines:
//
//	account concurrency=N [limits=off]
//	function NAME [reserved=N] [expect refused=MINIMUM]
//	at T invoke NAME xN [expect ...]   N invocations that stay
//	at T finish NAME xN                N of them end, their sandboxes idle
//	at T serve NAME xN [expect ...]    N invocations that end at once, one by one
//	at T expect NAME running=N idle=N  at that instant
//	at T expect account running=N unreserved=N
//
// What an invoke or serve may expect: ok, cold (of the ok), throttled, and of
// the last throttled one its limit (with - for spaces), reason and retry.
// # begins a comment.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		var p player
		scripttest.Lines(t, file, func(line string) error { return p.play(strings.Fields(line)) })
	})
}

var epoch = instant.Of(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))

// A player is the account of a script with its functions by name.
type player struct {
	account   *lambda.Account
	functions map[string]*played
}

type played struct {
	function *lambda.Function
	idle     lambda.Idle[struct{}]
}

func (p *player) play(words []string) error {
	args := arguments(words)
	switch words[0] {
	case "account":
		p.account = lambda.NewAccount(lambda.Limits{
			ConcurrentExecutions: number(args["concurrency"]),
			Unlimited:            args["limits"] == "off",
		})
		p.functions = map[string]*played{}
		return nil
	case "function":
		return p.add(words[1], args)
	case "at":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			return err
		}
		return p.at(epoch.Add(d), words[2:], args)
	}
	return fmt.Errorf("unknown line %q", words)
}

func (p *player) add(name string, args map[string]string) error {
	var reserved *int
	if s, ok := args["reserved"]; ok {
		n := number(s)
		reserved = &n
	}
	f, err := p.account.AddFunction(name, reserved)
	if want, ok := args["refused"]; ok {
		var refusal *lambda.ReservationError
		if !errors.As(err, &refusal) || strconv.Itoa(refusal.Minimum) != want {
			return fmt.Errorf("want a refusal with minimum %s, got %w", want, err)
		}
		return nil
	}
	p.functions[name] = &played{function: f}
	return err
}

func (p *player) at(now instant.Instant, words []string, args map[string]string) error {
	if words[0] == "expect" && words[1] == "account" {
		return expect(args, map[string]string{
			"running":    strconv.Itoa(p.account.ConcurrentExecutions()),
			"unreserved": strconv.Itoa(p.account.UnreservedConcurrentExecutions()),
		})
	}
	f := p.functions[words[1]]
	if f == nil {
		return fmt.Errorf("no function %q", words[1])
	}
	f.idle.Expire(now)
	switch words[0] {
	case "expect":
		return expect(args, map[string]string{
			"running": strconv.Itoa(f.function.Concurrency().Function),
			"idle":    strconv.Itoa(f.idle.Len()),
		})
	case "invoke", "serve":
		return expect(args, f.invoke(now, times(words[2]), words[0] == "serve"))
	case "finish":
		for range times(words[2]) {
			f.finish(now)
		}
		return nil
	}
	return fmt.Errorf("unknown action %q", words[0])
}

// invoke invokes a function n times and returns what a line can expect of that.
func (f *played) invoke(now instant.Instant, n int, finish bool) map[string]string {
	got := map[string]string{}
	var ok, cold, throttled int
	for range n {
		warm := f.idle.Len() > 0
		var refusal *lambda.ThrottleError
		if err := f.function.Admit(now, warm); errors.As(err, &refusal) {
			throttled++
			got["limit"] = strings.ReplaceAll(string(refusal.Limit), " ", "-")
			got["reason"] = string(refusal.Reason)
			got["retry"] = refusal.RetryAfter.String()
			continue
		}
		ok++
		if _, warm := f.idle.Take(); !warm {
			cold++
		}
		if finish {
			f.finish(now)
		}
	}
	got["ok"], got["cold"], got["throttled"] = strconv.Itoa(ok), strconv.Itoa(cold), strconv.Itoa(throttled)
	return got
}

func (f *played) finish(now instant.Instant) {
	f.function.Release()
	f.idle.Put(now, struct{}{})
}

// expect compares what a line expects with the actual state.
func expect(want, got map[string]string) error {
	for key, value := range want {
		if got[key] != value {
			return fmt.Errorf("%s = %q, want %q (all: %v)", key, got[key], value, got)
		}
	}
	return nil
}

func arguments(words []string) map[string]string {
	args := map[string]string{}
	for _, w := range words {
		if k, v, ok := strings.Cut(w, "="); ok {
			args[k] = v
		}
	}
	return args
}

func times(word string) int { return number(strings.TrimPrefix(word, "x")) }

// number reads a count; an absent one is 0.
func number(word string) int {
	if word == "" {
		return 0
	}
	n, err := strconv.Atoi(word)
	if err != nil {
		panic(err)
	}
	return n
}
