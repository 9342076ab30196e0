package capacity_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/capacity"
)

// TestScripts plays the files of testdata in virtual time. Their lines:
//
//	table read=R write=W              a provisioned table, idle until 0s
//	at T write U [x N]                N requests of U units at once, all let in
//	at T write U refused [wait D]     a request that is refused
//	from T to T every D write U until refused
//	                                  requests until the first refusal
//	expect spent=N at=T               units let in so far, instant of the last line
//	expect balance=U                  of writes, at the instant of the last line
//
// read stands for write where the direction is read; # begins a comment.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			p := player{}
			lines := bufio.NewScanner(f)
			for n := 1; lines.Scan(); n++ {
				text, _, _ := strings.Cut(lines.Text(), "#")
				words := strings.Fields(text)
				if len(words) == 0 {
					continue
				}
				if err := p.play(words); err != nil {
					t.Fatalf("%s:%d: %v", file, n, err)
				}
			}
		})
	}
}

var epoch = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

type player struct {
	table capacity.Table
	now   time.Time
	dir   capacity.Direction
	spent capacity.Tokens
}

func (p *player) play(words []string) error {
	args := map[string]string{}
	for _, w := range words {
		if k, v, ok := strings.Cut(w, "="); ok {
			args[k] = v
		}
	}
	switch words[0] {
	case "table":
		p.table = capacity.Provisioned(epoch, units(args["read"]), units(args["write"]))
		p.now, p.spent = epoch, 0
		return nil
	case "at":
		p.now = epoch.Add(duration(words[1]))
		p.dir = direction(words[2])
		return p.at(words[3:])
	case "from":
		return p.from(words)
	case "expect":
		return p.expect(args)
	}
	return fmt.Errorf("unknown line %q", words)
}

// at plays "U", "U x N", "U refused" or "U refused wait D".
func (p *player) at(words []string) error {
	cost := tokens(words[0])
	times := 1
	if len(words) > 2 && words[1] == "x" {
		times = int(units(words[2]))
	}
	for i := range times {
		v := p.table.Admit(p.now, p.dir, cost)
		if len(words) > 1 && words[1] == "refused" {
			if v.Admitted() {
				return fmt.Errorf("let in, want it refused; balance %v", p.table.Balance(p.now, p.dir).Units())
			}
			if len(words) > 3 && v.RetryAfter != duration(words[3]) {
				return fmt.Errorf("refused for %v, want %v", v.RetryAfter, duration(words[3]))
			}
			return nil
		}
		if !v.Admitted() {
			return fmt.Errorf("request %d refused for %v, want it let in", i+1, v.RetryAfter)
		}
		p.spent += cost
	}
	return nil
}

// from plays "from T to T every D write U until refused".
func (p *player) from(words []string) error {
	start, end, every := duration(words[1]), duration(words[3]), duration(words[5])
	p.dir = direction(words[6])
	cost := tokens(words[7])
	for at := start; at < end; at += every {
		p.now = epoch.Add(at)
		if !p.table.Admit(p.now, p.dir, cost).Admitted() {
			return nil
		}
		p.spent += cost
	}
	return fmt.Errorf("no refusal until %v", end)
}

func (p *player) expect(args map[string]string) error {
	if want, ok := args["spent"]; ok && p.spent != tokens(want) {
		return fmt.Errorf("spent %v, want %s", p.spent.Units(), want)
	}
	if want, ok := args["at"]; ok && p.now.Sub(epoch) != duration(want) {
		return fmt.Errorf("at %v, want %s", p.now.Sub(epoch), want)
	}
	if want, ok := args["balance"]; ok {
		if got := p.table.Balance(p.now, p.dir); got != tokens(want) {
			return fmt.Errorf("balance %v, want %s", got.Units(), want)
		}
	}
	return nil
}

func direction(word string) capacity.Direction {
	if word == "read" {
		return capacity.Read
	}
	return capacity.Write
}

func units(word string) int64 {
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func tokens(word string) capacity.Tokens {
	f, err := strconv.ParseFloat(word, 64)
	if err != nil {
		panic(err)
	}
	return capacity.Tokens(f * float64(capacity.Unit))
}

func duration(word string) time.Duration {
	d, err := time.ParseDuration(word)
	if err != nil {
		panic(err)
	}
	return d
}
