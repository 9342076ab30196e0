package dynamo_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/storage"
)

// TestQuotas plays what is asked of tables in the course of days, which begin
// at 2000-01-01 00:00 UTC. A line says when and what; the line that begins with
// = is the answer. UNITS are READ/WRITE, on-demand, or - for none:
//
//	at 0s create TABLE UNITS [INDEX UNITS]...
//	at 1m update TABLE UNITS [INDEX UNITS]...
//	at 1h switch TABLE UNITS [INDEX UNITS]... - the billing mode
//	at 1h index TABLE INDEX UNITS             - makes one
//	at 1h maximum TABLE UNITS [INDEX UNITS]   - on demand
//	at 1h warm TABLE UNITS [INDEX UNITS]      - the warm throughput
//	at 2h show TABLE
//	at 2h delete TABLE
//	at 2h restart [unlimited]
//
// With -update the answers are written down as they are; read them.
func TestQuotas(t *testing.T) {
	files, err := filepath.Glob("testdata/quotas/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("scripts %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { runQuotas(t, file) })
		})
	}
}

func runQuotas(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	a := &account{db: db, e: engine(t, db, dynamo.Options{})}
	defer func() {
		if err := errors.Join(stop(a.e), db.Close()); err != nil {
			t.Error(err)
		}
	}()
	began := time.Now()
	var played strings.Builder
	for lines := bufio.NewScanner(strings.NewReader(string(text))); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "=") {
			continue
		}
		played.WriteString(line + "\n")
		if words := strings.Fields(line); len(words) > 2 && words[0] == "at" {
			at, err := time.ParseDuration(words[1])
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			time.Sleep(time.Until(began.Add(at)))
			played.WriteString("= " + a.do(t, words[2], words[3:]) + "\n")
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(played.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(text), played.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// An account is what a script has to do with.
type account struct {
	db *storage.DB
	e  *dynamo.Engine
}

func (a *account) do(t *testing.T, verb string, words []string) string {
	t.Helper()
	var err error
	switch verb {
	case "restart":
		if err := stop(a.e); err != nil {
			t.Fatal(err)
		}
		a.e = engine(t, a.db, dynamo.Options{Unlimited: len(words) > 0})
	case "show":
		return show(describe(t, a.e, words[0]))
	case "delete":
		_, err = a.e.DeleteTable(t.Context(), &dynamo.DeleteTableInput{TableName: &words[0]})
	case "create":
		_, err = a.e.CreateTable(t.Context(), input[dynamo.CreateTableInput](t, createText(words)))
	default:
		_, err = a.e.UpdateTable(t.Context(), input[dynamo.UpdateTableInput](t, updateText(t, verb, words)))
	}
	if err == nil {
		return "ok"
	}
	if errors.Is(err, refusal.LimitExceeded) {
		return err.Error()
	}
	kind, _ := errors.AsType[refusal.Kind](err)
	return fmt.Sprintf("%v: %v", kind, err)
}

// show tells of the units of a table and its indexes.
func show(d dynamo.TableDescription) string {
	of := func(name string, u dynamo.ProvisionedThroughputDescription) string {
		return fmt.Sprintf("%s %d/%d, %d decreases", name, u.ReadCapacityUnits, u.WriteCapacityUnits, u.NumberOfDecreasesToday)
	}
	told := make([]string, 0, 1+len(d.GlobalSecondaryIndexes))
	told = append(told, of(d.TableName, d.ProvisionedThroughput))
	for _, ix := range d.GlobalSecondaryIndexes {
		told = append(told, of(ix.IndexName, *ix.ProvisionedThroughput))
	}
	return strings.Join(told, "; ")
}

// unitsText writes the parameter of a request that has those units, if any.
func unitsText(name, units, suffix string) string {
	read, write, given := strings.Cut(units, "/")
	switch {
	case units == "on-demand" && name == "ProvisionedThroughput":
		return `,"BillingMode":"PAY_PER_REQUEST"`
	case !given:
		return ""
	}
	return fmt.Sprintf(`,%q:{"Read%s":%s,"Write%s":%s}`, name, suffix, read, suffix, write)
}

const ofIndex = `"KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}`

func createText(words []string) string {
	text := `{"TableName":"` + words[0] + `","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]` + unitsText("ProvisionedThroughput", words[1], "CapacityUnits")
	definitions := `{"AttributeName":"id","AttributeType":"S"}`
	var indexes []string
	for i := 2; i < len(words); i += 2 {
		indexes = append(indexes, `{"IndexName":"`+words[i]+`",`+ofIndex+unitsText("ProvisionedThroughput", words[i+1], "CapacityUnits")+`}`)
	}
	if indexes != nil {
		definitions += `,{"AttributeName":"g","AttributeType":"S"}`
		text += `,"GlobalSecondaryIndexes":[` + strings.Join(indexes, ",") + `]`
	}
	return text + `,"AttributeDefinitions":[` + definitions + `]}`
}

func updateText(t *testing.T, verb string, words []string) string {
	t.Helper()
	text := `{"TableName":"` + words[0] + `"`
	if verb == "index" {
		return text + `,"AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"` + words[1] +
			`",` + ofIndex + unitsText("ProvisionedThroughput", words[2], "CapacityUnits") + `}}]}`
	}
	name, suffix := "ProvisionedThroughput", "CapacityUnits"
	switch verb {
	case "maximum":
		name, suffix = "OnDemandThroughput", "RequestUnits"
	case "warm":
		name, suffix = "WarmThroughput", "UnitsPerSecond"
	case "switch":
		if words[1] != "on-demand" {
			text += `,"BillingMode":"PROVISIONED"`
		}
	case "update":
	default:
		t.Fatalf("no such verb: %s", verb)
	}
	text += unitsText(name, words[1], suffix)
	var indexes []string
	for i := 2; i < len(words); i += 2 {
		indexes = append(indexes, `{"Update":{"IndexName":"`+words[i]+`"`+unitsText(name, words[i+1], suffix)+`}}`)
	}
	if indexes != nil {
		text += `,"GlobalSecondaryIndexUpdates":[` + strings.Join(indexes, ",") + `]`
	}
	if name == "OnDemandThroughput" {
		text = strings.NewReplacer(`"Read`, `"MaxRead`, `"Write`, `"MaxWrite`).Replace(text)
	}
	return text + "}"
}

// TestDecreasesOfADay lowers a table as often as it may be lowered: the guide
// has 27 times.
func TestDecreasesOfADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{e: open(t, dynamo.Options{})}
		if got := a.do(t, "create", []string{"tab", "100/100"}); got != "ok" {
			t.Fatal(got)
		}
		time.Sleep(30 * time.Second)
		lowered := 0
		for range 24*60 - 1 {
			if a.do(t, "update", []string{"tab", fmt.Sprintf("%d/100", 99-lowered)}) == "ok" {
				lowered++
			}
			time.Sleep(time.Minute)
		}
		if got, want := a.do(t, "show", []string{"tab"}), "tab 73/100, 27 decreases"; got != want {
			t.Errorf("at the end of the day: %s, want %s", got, want)
		}
	})
}

func TestTooManyChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{e: open(t, dynamo.Options{})}
		do := func(want, verb string, words ...string) {
			t.Helper()
			if got := a.do(t, verb, words); got != want {
				t.Errorf("%s %v: %s, want %s", verb, words, got, want)
			}
		}
		do("ok", "create", "one", "5/5")
		do("ok", "create", "two", "5/5")
		time.Sleep(time.Minute)
		for i := range 499 {
			do("ok", "create", fmt.Sprintf("new-%d", i), "1/1")
		}
		do("ok", "update", "one", "6/6") // the 500th, and the last that there is room for
		const refused = "Too many operations for a given subscriber."
		do(refused, "create", "three", "5/5")
		do(refused, "update", "two", "6/6")
		do(refused, "delete", "two")
		do("resource in use: Attempt to change a resource which is still in use: Table IOPS are currently being updated. Table: one", "update", "one", "7/7")
		time.Sleep(time.Minute)
		do("ok", "create", "three", "5/5")
		do("ok", "update", "two", "6/6")
		do("ok", "delete", "one")
	})
}
