package store_test

import (
	"errors"
	"maps"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch"
	"lullaby/watch/store"
)

var (
	begin   = instant.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	latency = watch.Metric{Namespace: "AWS/Lambda", Name: "Duration", Unit: watch.Milliseconds}
)

func function(name string) watch.Dimension { return watch.Dimension{Name: "FunctionName", Value: name} }

// A disk is what remains of a store when its process ends.
type disk struct {
	*store.Store
	t  testing.TB
	fs *vfs.MemFS
	db *storage.DB
}

func newDisk(t testing.TB) *disk {
	d := &disk{t: t, fs: vfs.NewCrashableMem()}
	d.open()
	t.Cleanup(func() { _ = d.db.Close() })
	return d
}

func (d *disk) open() {
	d.t.Helper()
	db, err := storage.Open("", storage.Options{FS: d.fs})
	if err != nil {
		d.t.Fatal(err)
	}
	d.db = db
	if d.Store, err = store.New(db, store.Options{}); err != nil {
		d.t.Fatal(err)
	}
}

// crash opens what was synced.
func (d *disk) crash() {
	d.t.Helper()
	fs := d.fs.CrashClone(vfs.CrashCloneCfg{})
	if err := d.db.Close(); err != nil {
		d.t.Fatal(err)
	}
	d.fs = fs
	d.open()
}

func (d *disk) read(now instant.Instant, of watch.Statistic, from, to instant.Instant, period time.Duration) map[instant.Instant]float64 {
	d.t.Helper()
	all, err := d.Read(now, d.Series(latency, function("f")), of, from, to, period)
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// Goroutines that intern and add at the same time lose nothing.
func TestConcurrentUse(t *testing.T) {
	s := newDisk(t)
	const workers, names, each = 8, 5, 1_000
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for i := range each {
				series := s.Series(latency, function(strconv.Itoa(i%names)))
				s.Add(begin.Add(time.Duration(i)*time.Millisecond), series, 1)
				s.AddIdle(begin, series)
			}
		})
	}
	working.Go(func() {
		for i := range 10 {
			s.Tick(begin.Add(time.Duration(i) * time.Minute))
		}
	})
	working.Wait()
	for i := range names {
		series := s.Series(latency, function(strconv.Itoa(i)))
		if got, _ := s.Stat(series, watch.Sum, begin, begin.Add(time.Minute)); got != workers*each/names {
			t.Errorf("function %d has %v, want %d", i, got, workers*each/names)
		}
	}
}

// A crash loses what was measured since the last minute began, and nothing else, in
// whatever hour it comes.
func TestCrashLosesAMinute(t *testing.T) {
	p90, err := watch.ParseStatistic("p90")
	if err != nil {
		t.Fatal(err)
	}
	for _, lived := range []time.Duration{time.Minute, 59 * time.Minute, time.Hour, 2 * time.Hour, 150 * time.Minute, 27 * time.Hour} {
		d := newDisk(t)
		want := [2]map[instant.Instant]float64{{}, {}}
		now := begin
		for ; now < begin.Add(lived); now = now.Add(time.Minute) {
			d.Tick(now)
			series := d.Series(latency, function("f"))
			for i := range 10 {
				d.Add(now.Add(time.Duration(i)*time.Second), series, float64(i+now.Time().Minute()%3))
			}
			want[0][now], want[1][now] = float64(45+10*(now.Time().Minute()%3)), float64(8+now.Time().Minute()%3)
		}
		d.Tick(now)
		d.Add(now, d.Series(latency, function("f")), 1000)
		d.crash()
		end := now.Add(time.Hour)
		for i, of := range []watch.Statistic{watch.Sum, p90} {
			if diff := cmp.Diff(want[i], d.read(end, of, begin, end, time.Minute)); diff != "" {
				t.Errorf("after %v (-want +got):\n%s", lived, diff)
			}
		}
		d.Add(now, d.Series(latency, function("f")), 7)
		d.Tick(now.Add(3 * time.Hour))
		want[0][now] = 7
		if diff := cmp.Diff(want[0], d.read(now.Add(3*time.Hour), watch.Sum, begin, end, time.Minute)); diff != "" {
			t.Errorf("after %v and three hours more (-want +got):\n%s", lived, diff)
		}
	}
}

// What is put late is added to what the disk has, once, whether or not the process
// crashes between.
func TestLateSamples(t *testing.T) {
	d := newDisk(t)
	series := func() watch.Series { return d.Series(latency, function("f")) }
	d.Add(begin, series(), 1)
	now := begin.Add(5 * time.Hour)
	d.Tick(now)
	d.Add(begin, series(), 2)
	d.Add(begin.Add(time.Minute), series(), 4)
	check := func(when string, want map[instant.Instant]float64) {
		t.Helper()
		if diff := cmp.Diff(want, d.read(now, watch.Sum, begin, now, time.Minute)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	want := map[instant.Instant]float64{begin: 3, begin.Add(time.Minute): 4}
	check("in memory", want)
	now = now.Add(time.Minute)
	d.Tick(now)
	d.crash()
	check("from the journal", want)
	now = now.Add(time.Hour)
	d.Tick(now)
	check("from a block", want)
	d.crash()
	check("from a block after a crash", want)
	d.Add(begin, series(), 8)
	d.Add(now.Add(time.Hour), series(), 9) // ahead of time
	now = now.Add(time.Minute)
	d.Tick(now)
	now = now.Add(24 * time.Hour)
	d.Tick(now)
	d.crash()
	want[begin], want[now.Add(-23*time.Hour-time.Minute)] = 11, 9
	check("a day later", want)
}

// The same for hours that stay in memory, or come back, for an alarm on a long time.
func TestLateSamplesOfLongAlarms(t *testing.T) {
	for _, first := range []bool{true, false} {
		d := newDisk(t)
		long := func(now instant.Instant) {
			in, hour := highOf("long", 12), 3600
			in.Period = &hour
			d.put(now, in)
		}
		d.Add(begin, d.Series(latency, function("f")), 1)
		if first {
			long(begin)
		}
		now := begin
		for ; now <= begin.Add(5*time.Hour); now = now.Add(30 * time.Minute) {
			d.Tick(now)
		}
		now = begin.Add(5*time.Hour + time.Minute) // no hour ends before the alarm is there
		d.Add(begin.Add(time.Minute), d.Series(latency, function("f")), 2)
		d.Tick(now)
		if !first {
			long(now)
			now = now.Add(time.Minute)
			d.Tick(now)
		}
		d.Add(begin.Add(2*time.Minute), d.Series(latency, function("f")), 4)
		now = now.Add(time.Minute)
		d.Tick(now)
		want := map[instant.Instant]float64{begin: 1, begin.Add(time.Minute): 2, begin.Add(2 * time.Minute): 4}
		for _, then := range []string{"after a crash", "after an hour", "after another crash"} {
			if then == "after an hour" {
				now = now.Add(time.Hour)
				d.Tick(now)
			} else {
				d.crash()
			}
			if diff := cmp.Diff(want, d.read(now, watch.Sum, begin, now, time.Minute)); diff != "" {
				t.Errorf("the alarm first: %v, %s (-want +got):\n%s", first, then, diff)
			}
		}
	}
}

// Minutes become five minutes after 15 days, those an hour after 63, and an hour goes
// after 455. A finer period than what is kept has nothing.
func TestRetention(t *testing.T) {
	d := newDisk(t)
	for minute := range 3 * 60 {
		d.Add(begin.Add(time.Duration(minute)*time.Minute), d.Series(latency, function("f")), float64(minute))
	}
	const day = 24 * time.Hour
	tests := []struct {
		after  time.Duration
		period time.Duration
		points int
		first  float64
	}{
		{6 * time.Hour, time.Minute, 180, 0},
		{14 * day, time.Minute, 180, 0},
		{15*day + 23*time.Hour, 5 * time.Minute, 36, 10},
		{16 * day, time.Minute, 0, 0},
		{16 * day, 5 * time.Minute, 36, 10},
		{63 * day, 15 * time.Minute, 12, 105},
		{64 * day, 5 * time.Minute, 0, 0},
		{64 * day, time.Hour, 3, 1770},
		{455 * day, time.Hour, 3, 1770},
		{456 * day, time.Hour, 0, 0},
	}
	for _, tt := range tests {
		now := begin.Add(tt.after)
		d.Tick(now)
		got := d.read(now, watch.Sum, begin, begin.Add(6*time.Hour), tt.period)
		if len(got) != tt.points || got[begin] != tt.first {
			t.Errorf("after %v, periods of %v: %d points, the first %v; want %d, %v", tt.after, tt.period, len(got), got[begin], tt.points, tt.first)
		}
		d.crash()
	}
	empty := true
	if err := d.db.Scan([]byte{storage.Metrics, 'b'}, []byte{storage.Metrics, 'e'}, func([]byte, []byte) (bool, error) {
		empty = false
		return false, nil
	}); err != nil || !empty {
		t.Errorf("something is left after 456 days (%v)", err)
	}
}

// A laptop that was off coarsens all days that it missed.
func TestRetentionAfterALongTime(t *testing.T) {
	d := newDisk(t)
	want := map[instant.Instant]float64{}
	for hour := range 40 * 24 {
		at := begin.Add(time.Duration(hour) * time.Hour)
		d.Add(at, d.Series(latency, function("f")), 1)
		want[at] = 1
	}
	d.Tick(begin.Add(40 * 24 * time.Hour))
	d.crash()
	now := begin.Add(90 * 24 * time.Hour)
	d.Tick(now)
	got := d.read(now, watch.Sum, begin, now, time.Hour)
	if !maps.Equal(got, want) {
		t.Errorf("%d hours are left of %d", len(got), len(want))
	}
}

// Damage on the disk is an error, not a wrong figure.
func TestDamage(t *testing.T) {
	d := newDisk(t)
	d.Add(begin, d.Series(latency, function("f")), 1)
	d.Tick(begin)
	b := d.db.NewBatch()
	b.Set([]byte{storage.Metrics, 'j', 255, 0, 0, 0, 0, 0, 0, 0}, []byte{9, 9, 9})
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.New(d.db, store.Options{}); !errors.Is(err, watch.ErrCorrupt) {
		t.Errorf("opened a damaged store: %v", err)
	}
}

func BenchmarkAdd(b *testing.B) {
	s := newDisk(b)
	series := s.Series(watch.Metric{Name: "Invocations"})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		now := begin
		for pb.Next() {
			now = now.Add(time.Microsecond)
			s.Add(now, series, 1)
		}
	})
}
