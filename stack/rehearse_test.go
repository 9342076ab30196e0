package stack

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/attribute"
	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/rehearse"
	"lullaby/rehearse/report"
	"lullaby/storage"
	"lullaby/template"
)

// A played is a rehearsal that was played: its arrivals for the engine, and its
// counts.
type played struct {
	arrivals *rehearse.Arrivals
	table    *template.Table
	function *template.Function
	route    *report.Route
	call     *report.Call
}

// rehearsed plays a template.
func rehearsed(t *testing.T, path, traffic string, o rehearse.Options) played {
	t.Helper()
	tmpl, err := template.Load(path, template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Traffic.UnmarshalText([]byte(traffic)); err != nil {
		t.Fatal(err)
	}
	r, err := rehearse.New(tmpl, o)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := played{arrivals: r.Arrivals(), route: &rep.Routes[0], call: &rep.Functions[0].Calls[0]}
	for _, table := range tmpl.Tables {
		if table.LogicalID == p.call.Table {
			p.table = table
		}
	}
	for _, f := range tmpl.Functions {
		if f.LogicalID == p.route.Function {
			p.function = f
		}
	}
	return p
}

// The engine behind up refuses exactly what a rehearsal refuses, for the same
// reasons and as often. It gets the same arrivals at a real table, each a write
// or a read of another item.
func TestRehearsedArrivals(t *testing.T) {
	const items, orders = "../items/template.yaml", "../rehearse/testdata/orders.yaml"
	for _, tt := range []struct {
		name, template, route, traffic string
		seed                           uint64
		set                            func(*rehearse.Options)
	}{
		{"writes", items, "POST /item", "constant:50/s", 1, func(*rehearse.Options) {}},
		{"another seed", items, "POST /item", "constant:12.5/s", 2, func(*rehearse.Options) {}},
		{"reads", items, "GET /item/{_id}", "constant:20/s", 3, func(*rehearse.Options) {}},
		{"a spike", items, "POST /item", "spike:6x", 4, func(o *rehearse.Options) { o.For = 15 * time.Minute }},
		{"large items", items, "POST /item", "constant:20/s", 5, func(o *rehearse.Options) { o.ItemBytes = 5_000 }},
		{"pessimistic", items, "POST /item", "constant:20/s", 6, func(o *rehearse.Options) { o.Pessimistic = true }},
		{"unlimited", items, "POST /item", "constant:20/s", 7, func(o *rehearse.Options) { o.Unlimited = true }},
		{"a small index", orders, "POST /orders", "constant:10/s", 8, func(*rehearse.Options) {}},
		{"on demand with a maximum", orders, "PUT /events", "constant:100/s", 9, func(*rehearse.Options) {}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := rehearse.Options{Route: tt.route, For: 10 * time.Minute, Seed: tt.seed, ItemBytes: 1_000, ServiceTime: rehearse.ServiceTime, MaxAttempts: 1}
			tt.set(&o)
			p := rehearsed(t, tt.template, tt.traffic, o)
			want := map[string]int64{}
			for _, refusal := range p.route.Refusals {
				want[refusal.Reason] = refusal.Count
			}
			if len(want) == 0 != o.Unlimited {
				t.Errorf("the rehearsal refused %v", want)
			}
			synctest.Test(t, func(t *testing.T) {
				got := refusals(t, p.table, p.arrivals, o, p.call.Direction == "read")
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("of %d requests are refused (-rehearsal +engine):\n%s", p.route.Offered, diff)
				}
			})
		})
	}
}

// refusals sends a request to the engine at each arrival and counts the
// refusals by reason.
func refusals(t *testing.T, table *template.Table, arrivals *rehearse.Arrivals, o rehearse.Options, read bool) map[string]int64 {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e, err := dynamo.New(db, dynamo.Options{Pessimistic: o.Pessimistic, Unlimited: o.Unlimited})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Declare(t.Context(), instant.Of(time.Now()), declaration(table)); err != nil {
		t.Fatal(err)
	}
	send := func(id string) error {
		in := &request.PutItemInput{Item: itemOf(table, id, o.ItemBytes)}
		in.TableName = &table.Name
		_, err := e.PutItem(t.Context(), instant.Of(time.Now()), in)
		return err
	}
	if read {
		send = func(id string) error {
			in := &request.GetItemInput{TableName: &table.Name, Key: keyOf(table.KeySchema, id)}
			strong := !o.Eventual
			in.ConsistentRead = &strong
			_, err := e.GetItem(t.Context(), instant.Of(time.Now()), in)
			return err
		}
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0))
	refused := map[string]int64{}
	start := time.Now()
	for at, more := arrivals.Next(); more; at, more = arrivals.Next() {
		time.Sleep(time.Until(start.Add(at)))
		var throttle *dynamo.ThrottleError
		switch err := send(strconv.FormatUint(rng.Uint64(), 36)); {
		case errors.As(err, &throttle):
			refused[throttle.Verdict.Reason()]++
		case err != nil:
			t.Fatal(err)
		}
	}
	return refused
}

// keyOf returns the attributes of a key, all with the value id.
func keyOf(schema []template.KeySchemaElement, id string) attribute.Item {
	attributes := make([]attribute.Attribute, 0, len(schema))
	for _, k := range schema {
		attributes = append(attributes, attribute.Attribute{Name: k.AttributeName, Value: attribute.String(id)})
	}
	return attribute.NewItem(attributes...)
}

// itemOf returns an item of size bytes with the keys of the table and its
// indexes.
func itemOf(table *template.Table, id string, size int64) attribute.Item {
	attributes := make([]attribute.Attribute, 0, len(table.AttributeDefinitions)+1)
	for _, d := range table.AttributeDefinitions {
		attributes = append(attributes, attribute.Attribute{Name: d.AttributeName, Value: attribute.String(id)})
	}
	rest := size - attribute.NewItem(attributes...).Size() - int64(len("filling"))
	filling := attribute.String(strings.Repeat("x", int(rest)))
	item := attribute.NewItem(append(attributes, attribute.Attribute{Name: "filling", Value: filling})...)
	if item.Size() != size {
		panic("an item of another size")
	}
	return item
}
