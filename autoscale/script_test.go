package autoscale_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/autoscale"
	"lullaby/autoscale/request"
	"lullaby/instant"
	"lullaby/internal/scripttest"
)

// Autoscaling in virtual time, from midnight of January 14 of 2026. A line is one of
//
//	clear                                                 an account with nothing
//	assume strict
//	table NAME write=5 [read=5] [drained] [INDEX:write=5] which is there at once
//	register R min=5 max=200 [suspend=in,out] [resume=in] R is NAME or NAME/index/X, then write or read
//	deregister R
//	policy P R target=50 [out=60] [in=60] [no-in] [metric=App:load]
//	delete P R, unschedule A R
//	schedule A R [min=5] [max=9] [zone=Z] [start=1h] [end=2h] cron(...)
//	consumed R 1200 from 0m to 5m                         in each of these minutes
//	metric App:load 70 from 0m to 5m
//	traffic NAME write 20/s from 0m to 5m                 even arrivals of a unit
//	update NAME write=9 [read=9], mode NAME on-demand|write=5, drop NAME
//	run to 30m
//	sleep to 3h                                           nobody does anything
//	back 2h                                               the clock is set back
//	restart                                               what is kept is written and read
//	deliver P R high 100,200 [again]                      an event of an alarm with such datapoints
//	show targets|policies|alarms|actions|activities|traffic NAME
//	show messages                                         of activities, as they are
//	tell alarms
//
// What it answers, and what happens in a run, stands below it behind "= ". The numbers
// behind alarms' names are ids, which are counted.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		w := newWorld()
		scripttest.Answers(t, file, func(line string) []string {
			w.told = nil
			w.play(line)
			return w.told
		})
	})
}

// words are those of a line.
type words struct {
	plain []string
	keys  map[string]string
}

func split(text string) words {
	s := words{keys: map[string]string{}}
	for w := range strings.FieldsSeq(text) {
		if key, value, ok := strings.Cut(w, "="); ok {
			s.keys[key] = value
		} else {
			s.plain = append(s.plain, w)
		}
	}
	return s
}

func (s *words) has(word string) bool { return slices.Contains(s.plain, word) }

// number returns a key's number, nil if there is none.
func (s *words) number(key string) *int32 {
	text, ok := s.keys[key]
	if !ok {
		return nil
	}
	n := int32(integer(text)) //nolint:gosec // of a script
	return &n
}

func integer(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func float(text string) float64 {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(err)
	}
	return v
}

func after(text string) instant.Instant {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return midnight.Add(d)
}

// span returns the instants of "from 0m to 5m" at the end of a line.
func (s *words) span() (from, to instant.Instant) {
	n := len(s.plain)
	return after(s.plain[n-3]), after(s.plain[n-1])
}

// resource returns what "orders/index/by-day write" names.
func resource(id, direction string) autoscale.Resource {
	name, index, _ := strings.Cut(id, "/index/")
	return autoscale.ResourceOf(name, index, direction == "read")
}

func scalable(r autoscale.Resource) request.Scalable {
	return request.Scalable{ServiceNamespace: new(request.Namespace), ResourceId: &r.ID, ScalableDimension: &r.Dimension}
}
