package dynamo_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A modelOp is one operation of a history. It names tables by their place and
// holds all that it needs, so that a history without it is a history too.
type modelOp interface {
	play(w *world) error
}

const indexesToo = `,"ReturnConsumedCapacity":"INDEXES"}`

// play performs the write by itself.
func (w *modelWrite) play(in *world) error {
	t := in.tables[w.table]
	body := "{" + w.request(t)
	if w.returns != "" {
		body += fmt.Sprintf(`,"ReturnValues":%q`, w.returns)
	}
	want := "validation"
	if o, err := w.outcome(t); err == nil && w.static(t) == nil {
		want = o.failure(w)
		if !o.failed {
			o.apply()
			want = w.answer(&o).String() + " " + o.cost.text(t, "")
		}
	}
	return in.expect(w.verb+"Item", body+indexesToo, want)
}

// failure returns the text of a failed condition.
func (o *modelOutcome) failure(w *modelWrite) string {
	if !o.failed {
		return "none"
	}
	if w.old {
		return "condition " + o.before.String()
	}
	return "condition nil"
}

// answer is what ReturnValues asks for.
func (w *modelWrite) answer(o *modelOutcome) modelItem {
	names := make([]string, len(w.updates))
	for i, u := range w.updates {
		names[i] = u.path.head
	}
	var it modelItem
	switch w.returns {
	case "ALL_OLD":
		return o.before
	case "ALL_NEW":
		return o.after
	case "UPDATED_OLD":
		it = o.before.only(names)
	case "UPDATED_NEW":
		it = o.after.only(names)
	}
	if len(it) == 0 {
		return nil
	}
	return it
}

// A modelTransaction is a TransactWriteItems.
type modelTransaction struct {
	writes []*modelWrite
	token  string
}

func (x *modelTransaction) play(in *world) error {
	texts := make([]string, len(x.writes))
	for i, w := range x.writes {
		texts[i] = fmt.Sprintf(`{%q:{%s}}`, w.verb, w.request(in.tables[w.table]))
	}
	request := `"TransactItems":[` + strings.Join(texts, ",") + "]"
	body := "{" + request
	if x.token != "" {
		body += fmt.Sprintf(`,"ClientRequestToken":%q`, x.token)
	}
	return in.expect("TransactWriteItems", body+indexesToo, x.answer(in, request))
}

func (x *modelTransaction) answer(in *world, request string) string {
	if text := x.static(in); text != "" {
		return text
	}
	used, known := in.tokens[x.token]
	switch {
	case known && used.request != request:
		return "mismatch"
	case known:
		var sums modelSums
		for i, w := range x.writes {
			sums.add(in.tables[w.table], modelCost{table: 2 * started(used.sizes[i], 4096)})
		}
		return sums.text("R")
	}
	outcomes := make([]modelOutcome, len(x.writes))
	reasons := make([]string, len(x.writes))
	var sums modelSums
	var sizes []int64
	for i, w := range x.writes {
		t := in.tables[w.table]
		o, err := w.outcome(t)
		if errors.Is(err, errEmptied) {
			return "validation"
		}
		reasons[i] = o.failure(w)
		if err != nil {
			reasons[i] = "validation"
		}
		o.cost.table *= 2
		if w.verb == "ConditionCheck" {
			o.cost.indexes = nil
		}
		sums.add(t, o.cost)
		outcomes[i] = o
		sizes = append(sizes, o.after.size())
	}
	if slices.ContainsFunc(reasons, func(r string) bool { return r != "none" }) {
		return "canceled [" + strings.Join(reasons, ", ") + "]"
	}
	for i := range outcomes {
		outcomes[i].apply()
	}
	if x.token != "" {
		in.tokens[x.token] = modelToken{request, sizes}
	}
	return sums.text("W")
}

// static is the answer to a transaction that is refused before anything is read,
// or empty.
func (x *modelTransaction) static(in *world) string {
	seen := map[string]bool{}
	reasons := make([]string, len(x.writes))
	for i, w := range x.writes {
		if errors.Is(w.static(in.tables[w.table]), errModel) {
			return "validation"
		}
		reasons[i] = "none"
	}
	for i, w := range x.writes {
		t := in.tables[w.table]
		at := t.name + t.keyText(w.key)
		switch {
		case errors.Is(w.static(t), errMismatch):
			reasons[i] = "validation"
		case seen[at]:
			return "validation"
		default:
			seen[at] = true
		}
	}
	if slices.Contains(reasons, "validation") {
		return "canceled [" + strings.Join(reasons, ", ") + "]"
	}
	return ""
}

// modelSums are costs by table, in the order of the request.
type modelSums []struct {
	t    *modelTable
	cost modelCost
}

func (s *modelSums) add(t *modelTable, c modelCost) {
	for i := range *s {
		if (*s)[i].t == t {
			(*s)[i].cost.add(c)
			return
		}
	}
	*s = append(*s, struct {
		t    *modelTable
		cost modelCost
	}{t, modelCost{}})
	(*s)[len(*s)-1].cost.add(c)
}

func (s *modelSums) text(direction string) string {
	texts := make([]string, len(*s))
	for i, sum := range *s {
		texts[i] = sum.cost.text(sum.t, direction)
	}
	return strings.Join(texts, "; ")
}

// A modelBatch is a BatchWriteItem of puts and deletes, in the order of their
// tables.
type modelBatch struct{ writes []*modelWrite }

func (b *modelBatch) play(in *world) error {
	texts := make([][]string, len(in.tables))
	refused := false
	seen := map[string]bool{}
	var sums modelSums
	for _, w := range b.writes {
		t := in.tables[w.table]
		text := `{"DeleteRequest":{"Key":` + w.key.String() + "}}"
		if w.verb == "Put" {
			text = `{"PutRequest":{"Item":` + w.item.String() + "}}"
		}
		texts[w.table] = append(texts[w.table], text)
		at := t.name + t.keyText(w.key)
		refused = refused || w.static(t) != nil || seen[at]
		seen[at] = true
	}
	want := "validation"
	if !refused {
		for _, w := range b.writes {
			o, _ := w.outcome(in.tables[w.table]) // puts and deletes do not fail
			o.apply()
			sums.add(o.t, o.cost)
		}
		want = "0 left " + sums.text("")
	}
	var tables []string
	for i, t := range in.tables {
		if texts[i] != nil {
			tables = append(tables, fmt.Sprintf("%q:[%s]", t.name, strings.Join(texts[i], ",")))
		}
	}
	return in.expect("BatchWriteItem", `{"RequestItems":{`+strings.Join(tables, ",")+"}"+indexesToo, want)
}

// A modelRestart gives the store to a new engine; without a close as after a
// crash of the process.
type modelRestart struct{ closed bool }

func (r *modelRestart) play(in *world) error {
	if in.keep {
		in.log = append(in.log, fmt.Sprintf("restart, closed before: %t", r.closed))
	}
	if !r.closed {
		abandon(in.engine)
	} else if err := stop(in.engine); err != nil {
		return err
	}
	e, err := start(in.db, modelOptions)
	if err == nil {
		in.engine = e
	}
	return err
}
