package conformance

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/retry"
)

// A fitting setting is one that docs/retries.md recommends: every call of it ends
// within the limit.
type fitting struct {
	name    string // in the table
	client  string // "python" or "js"
	code    string // in the document, to the letter
	form    retry.Form
	limit   time.Duration
	made    int           // attempts
	timeout time.Duration // of an attempt, by code
}

const ms = time.Millisecond

var recommended = []fitting{
	{
		"boto3, legacy, 9", "python",
		`Config(retries={"mode": "legacy", "total_max_attempts": 9}, connect_timeout=0.5, read_timeout=1)`,
		retry.Legacy, 29 * time.Second, 9, 1500 * ms,
	},
	{
		"boto3, standard, 5", "python",
		`Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=0.5, read_timeout=1)`,
		retry.Standard, 29 * time.Second, 5, 1500 * ms,
	},
	{
		"JavaScript, 5", "js",
		`{ maxAttempts: 5, requestHandler: { requestTimeout: 1500, throwOnRequestTimeout: true } }`,
		retry.V21, 29 * time.Second, 5, 1500 * ms,
	},
	{
		"boto3, legacy, 10", "python",
		`Config(retries={"mode": "legacy", "total_max_attempts": 10}, connect_timeout=0.1, read_timeout=0.3)`,
		retry.Legacy, 30 * time.Second, 10, 400 * ms,
	},
	{
		"boto3, legacy, 5", "python",
		`Config(retries={"mode": "legacy", "total_max_attempts": 5}, connect_timeout=0.15, read_timeout=0.25)`,
		retry.Legacy, 3 * time.Second, 5, 400 * ms,
	},
	{
		"boto3, standard, 2", "python",
		`Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=0.3, read_timeout=0.6)`,
		retry.Standard, 3 * time.Second, 2, 900 * ms,
	},
	{
		"JavaScript, 2", "js",
		`{ maxAttempts: 2, requestHandler: { requestTimeout: 900, throwOnRequestTimeout: true } }`,
		retry.V21, 3 * time.Second, 2, 900 * ms,
	},
}

// The tables of docs/retries.md say what retry.Worst says, and the settings that
// it shows are those that run here.
func TestRetriesDocument(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "retries.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range recommended {
		if !strings.Contains(string(text), r.code) {
			t.Errorf("%s is not there:\n%s", r.name, r.code)
		}
	}
	for _, table := range []string{fits(t), doesNotFit(t), counts(t), overload()} {
		if !strings.Contains(string(text), "\n\n"+table+"\n") {
			t.Errorf("this table is not there:\n%s", table)
		}
	}
}

// attempt is how long one takes that is refused, in the tables.
const attempt = 10 * ms

func worst(t *testing.T, form retry.Form, attempts int, l retry.Limits) retry.Forecast {
	t.Helper()
	p, err := retry.New(form, retry.Options{MaxAttempts: attempts})
	if err != nil {
		t.Fatal(err)
	}
	f, err := retry.Worst(p, l)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func fits(t *testing.T) string {
	t.Helper()
	table := newTable("setting", "limit", "attempts", "longest", "mean", "past the limit", "at the very most")
	for _, r := range recommended {
		f := worst(t, r.form, r.made, retry.Limits{Deadline: r.limit, Attempt: attempt})
		most := worst(t, r.form, r.made, retry.Limits{Deadline: r.limit, Attempt: r.timeout})
		if f.Late > 0 || most.Longest > r.limit {
			t.Errorf("%s does not fit %v: %+v, at most %v", r.name, r.limit, f, most.Longest)
		}
		table.row(append(forecast(r.name, r.limit, f), seconds(most.Longest))...)
	}
	return table.String()
}

func doesNotFit(t *testing.T) string {
	t.Helper()
	table := newTable("setting", "limit", "attempts", "longest", "mean", "past the limit")
	for _, r := range []struct {
		name  string
		form  retry.Form
		made  int // 0: the form's own
		limit time.Duration
	}{
		{"boto3, legacy, `max_attempts: 10` (the article's repository)", retry.Legacy, 11, 29 * time.Second},
		{"the same", retry.Legacy, 11, 30 * time.Second},
		{"tenacity, `wait_random_exponential()`, `stop_after_delay(28)`", retry.RandomExponential, 0, 29 * time.Second},
		{"the same", retry.RandomExponential, 0, 30 * time.Second},
		{"boto3, standard, 6", retry.Standard, 6, 29 * time.Second},
		{"JavaScript, 6", retry.V21, 6, 30 * time.Second},
		{"boto3, legacy, by default", retry.Legacy, 0, 3 * time.Second},
		{"boto3, standard, by default up to 1.43", retry.Standard, 0, 3 * time.Second},
		{"JavaScript by default, and boto3 from 1.44", retry.V21, 0, 3 * time.Second},
	} {
		f := worst(t, r.form, r.made, retry.Limits{Deadline: r.limit, Attempt: attempt, Seed: 1})
		if f.Longest <= r.limit {
			t.Errorf("%s fits %v: %+v", r.name, r.limit, f)
		}
		table.row(forecast(r.name, r.limit, f)...)
	}
	return table.String()
}

// counts is what each way to set 9 amounts to in legacy mode. That they mean so
// many attempts is what TestSchedulesOfPython holds.
func counts(t *testing.T) string {
	t.Helper()
	table := newTable("setting", "attempts", "waits in all")
	for _, r := range []struct {
		setting string
		made    int
	}{
		{"nothing", 10},
		{"`Config(retries={\"max_attempts\": 9})`", 10},
		{"`Config(retries={\"max_attempts\": 10})`", 11},
		{"`Config(retries={\"total_max_attempts\": 9})`", 9},
		{"`AWS_MAX_ATTEMPTS=9`", 9},
	} {
		f := worst(t, retry.Legacy, r.made, retry.Limits{})
		table.row(r.setting, strconv.Itoa(f.Attempts), seconds(f.Longest))
	}
	return table.String()
}

// overload is what comes of 1.2 times as many calls as a table has capacity for,
// for good: of attempts that fail with probability p there are 1/(1-p) times the
// capacity, and 1-p^n of the calls succeed, which are as many as there is
// capacity.
func overload() string {
	const offered = 1.2
	table := newTable("attempts", "requests, in capacities", "calls that succeed")
	for _, n := range []int{1, 4, 10} {
		p := math.Pow(1-1/offered, 1/float64(n))
		table.row(strconv.Itoa(n), fmt.Sprintf("%.1f", 1/(1-p)), fmt.Sprintf("%.0f %%", 100*(1-math.Pow(p, float64(n)))))
	}
	return table.String()
}

// forecast returns the cells of a row.
func forecast(name string, limit time.Duration, f retry.Forecast) []string {
	attempts := strconv.Itoa(f.Attempts)
	if f.Samples > 0 {
		attempts = fmt.Sprintf("%.1f on average", f.MeanAttempts)
	}
	late := fmt.Sprintf("%.2g %%", 100*f.Late)
	switch f.Late {
	case 0:
		late = "never"
	case 1:
		late = "always"
	}
	return []string{name, strconv.FormatFloat(limit.Seconds(), 'g', -1, 64) + " s", attempts, seconds(f.Longest), seconds(f.Mean), late}
}

func seconds(d time.Duration) string {
	if d == retry.Forever {
		return "no bound"
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

// A table is one of the document's.
type table struct{ strings.Builder }

func newTable(head ...string) *table {
	t := new(table)
	t.row(head...)
	t.WriteString(strings.Repeat("|---", len(head)) + "|\n")
	return t
}

func (t *table) row(cells ...string) { t.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
