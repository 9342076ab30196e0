package capacity_test

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/internal/scripttest"
)

// TestScripts plays the files of testdata in virtual time. Their lines:
//
//	table read=R write=W              a provisioned table, idle until 0s
//	table on-demand [warm-write=N] [max-write=N]
//	index NAME ...                    a global index of it, set up as a table is
//	strict                            what AWS leaves open is taken at its strict end; before table
//	set [NAME] ...                    another setting, at the instant of the last line
//	hold N GB                         how much the table holds
//	restart                           the table is saved, and made anew of what was saved
//	at T write U [x N]                N requests of U units at once, all let in
//	at T write U refused [LIMIT] [by NAME] [wait D]
//	                                  a request that is refused, by the table or an index
//	from T to T every D write U       requests at a pace, as many as are let in
//	from T to T every D write U until refused
//	                                  the same until the first refusal
//	expect spent=N at=T               units let in since the last expect or table, instant of the last line
//	expect refused=N                  requests refused of the last line
//	expect balance=U                  of writes, at the instant of the last line
//	expect partitions=N warm=N        of the table
//
// read stands for write where the direction is read. A request may say
// key=NAME, keys=N (of N keys one after the other, spread evenly; else one for
// each request; near: all in the first 64th of the hash space), keys=rising (of
// one partition key), and NAME=U for what it costs an index. # begins a
// comment.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		var p player
		scripttest.Lines(t, file, func(line string) error { return p.play(strings.Fields(line)) })
	})
}

var epoch = instant.Of(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))

type player struct {
	assumed *capacity.Assumptions
	table   *capacity.Table
	indexes map[string]*capacity.Throughput
	now     instant.Instant
	dir     capacity.Direction
	sent    uint64
	spent   capacity.Tokens
	refused int64
}

func (p *player) play(words []string) error {
	args := map[string]string{}
	for _, w := range words {
		if k, v, ok := strings.Cut(w, "="); ok {
			args[k] = v
		}
	}
	switch words[0] {
	case "strict":
		p.assumed = capacity.Strict
	case "table":
		if p.assumed == nil {
			p.assumed = capacity.Likely
		}
		*p = player{assumed: p.assumed, now: epoch, dir: capacity.Write, indexes: map[string]*capacity.Throughput{}}
		p.table = capacity.NewTable(epoch, "table", setting(words, args), p.assumed)
	case "index":
		p.indexes[words[1]] = p.table.NewIndex(p.now, words[1], setting(words, args))
	case "set":
		p.throughput(words[1]).Set(p.now, setting(words, args))
	case "hold":
		p.table.Hold(units(words[1]) << 30)
	case "drain":
		p.table.Drain(p.now)
	case "restart":
		saved := p.table.State(p.now)
		p.table = capacity.NewTable(p.now, "table", p.table.Setting(), p.assumed)
		p.table.Restore(p.now, saved)
	case "at":
		p.now = epoch.Add(duration(words[1]))
		return p.at(p.request(words[2:], args))
	case "from":
		return p.from(words, p.request(words[6:], args))
	case "expect":
		return p.expect(args)
	default:
		return fmt.Errorf("unknown line %q", words)
	}
	return nil
}

func (p *player) throughput(name string) *capacity.Throughput {
	if index := p.indexes[name]; index != nil {
		return index
	}
	return &p.table.Throughput
}

func setting(words []string, args map[string]string) capacity.Setting {
	var s capacity.Setting
	for i, name := range []string{"read", "write"} {
		for prefix, figure := range map[string]*[2]int64{"": &s.Units, "max-": &s.Maximum, "warm-": &s.Warm} {
			if arg := args[prefix+name]; arg != "" {
				figure[i] = units(arg)
			}
		}
	}
	s.OnDemand = slices.Contains(words, "on-demand")
	return s
}

// A request is the part of a line that begins with its direction.
type request struct {
	words []string
	args  map[string]string
	cost  capacity.Tokens
}

func (p *player) request(words []string, args map[string]string) request {
	p.dir = direction(words[0])
	return request{words[1:], args, tokens(words[1])}
}

func (r *request) word(name string) (next string, there bool) {
	i := slices.Index(r.words, name)
	if i < 0 {
		return "", false
	}
	if i+1 < len(r.words) {
		next = r.words[i+1]
	}
	return next, true
}

// key returns the key of the nth request.
func (r *request) key(n uint64) []byte {
	name := strconv.FormatUint(n, 10)
	switch keys := r.args["keys"]; {
	case r.args["key"] != "":
		name = r.args["key"]
	case keys == "rising":
		return binary.BigEndian.AppendUint64([]byte("hashhash"), n)
	case keys != "":
		name = strconv.FormatUint(n%uint64(units(keys)), 10)
	}
	sum := md5.Sum([]byte(name))
	if _, near := r.word("near"); near {
		sum[0] >>= 6
	}
	return append(sum[:8], name...)
}

func (p *player) send(r request) capacity.Verdict {
	key := r.key(p.sent)
	p.sent++
	demands := make([]capacity.Demand, 0, 1+len(p.indexes))
	demands = append(demands, capacity.Demand{Of: &p.table.Throughput, Direction: p.dir, Key: key, Cost: r.cost})
	for name, index := range p.indexes {
		d := capacity.Demand{Of: index, Direction: p.dir}
		if r.args[name] != "" {
			d.Key, d.Cost = key, tokens(r.args[name])
		}
		demands = append(demands, d)
	}
	v := capacity.Admit(p.now, demands)
	if v.Admitted() {
		p.spent += r.cost
	} else {
		p.refused++
	}
	return v
}

func (p *player) at(r request) error {
	p.refused = 0
	times := int64(1)
	if n, there := r.word("x"); there {
		times = units(n)
	}
	for i := range times {
		v := p.send(r)
		if limit, there := r.word("refused"); there {
			return p.held(v, limit, &r)
		}
		if !v.Admitted() {
			return fmt.Errorf("request %d refused by %s %s for %v, want it let in", i+1, v.Resource.Name, limits[v.Limit], v.RetryAfter)
		}
	}
	return nil
}

var limits = [...]string{
	capacity.ProvisionedThroughput: "provisioned", capacity.KeyRangeThroughput: "key-range",
	capacity.AccountLimit: "account", capacity.MaxOnDemandThroughput: "maximum",
}

// held compares a verdict with what the line expects of a refusal.
func (p *player) held(v capacity.Verdict, limit string, r *request) error {
	by, named := r.word("by")
	wait, timed := r.word("wait")
	switch {
	case v.Admitted():
		return fmt.Errorf("let in, want it refused; balance %v", p.table.Balance(p.now, p.dir).Units())
	case limit != "" && slices.Contains(limits[:], limit) && limits[v.Limit] != limit:
		return fmt.Errorf("refused by its limit %s, want %s", limits[v.Limit], limit)
	case named && v.Resource.Name != by:
		return fmt.Errorf("refused by %s, want %s", v.Resource.Name, by)
	case timed && v.RetryAfter != duration(wait):
		return fmt.Errorf("refused for %v, want %s", v.RetryAfter, wait)
	}
	return nil
}

func (p *player) from(words []string, r request) error {
	start, end, every := duration(words[1]), duration(words[3]), duration(words[5])
	_, once := r.word("refused")
	p.refused = 0
	for at := start; at < end; at += every {
		p.now = epoch.Add(at)
		if v := p.send(r); once && !v.Admitted() {
			return p.held(v, "", &r)
		}
	}
	if once {
		return fmt.Errorf("no refusal until %v", end)
	}
	return nil
}

func (p *player) expect(args map[string]string) error {
	got := map[string]string{
		"spent":      strconv.FormatFloat(p.spent.Units(), 'f', -1, 64),
		"refused":    strconv.FormatInt(p.refused, 10),
		"balance":    strconv.FormatFloat(p.table.Balance(p.now, p.dir).Units(), 'f', -1, 64),
		"partitions": strconv.Itoa(p.table.Partitions(p.now)),
		"warm":       strconv.FormatInt(p.table.Warm(p.dir), 10),
	}
	for name, want := range args {
		if name == "at" {
			if at := p.now.Sub(epoch); at != duration(want) {
				return fmt.Errorf("at %v, want %s", at, want)
			}
			continue
		}
		if got[name] != want {
			return fmt.Errorf("%s is %s, want %s", name, got[name], want)
		}
	}
	p.spent = 0
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
