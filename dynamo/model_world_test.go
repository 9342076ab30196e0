package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lullaby/attribute"
	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/storage"
)

// A world is the engine and the model, which get the same requests.
type world struct {
	db     *storage.DB
	engine *dynamo.Engine
	tables []*modelTable
	tokens map[string]modelToken
	asked  int      // requests so far
	log    []string // requests, if keep is set
	keep   bool
}

// A modelToken is what the model keeps of a transaction with a token.
type modelToken struct {
	request string
	sizes   []int64
}

var modelOptions = dynamo.Options{Instant: true, Unlimited: true}

// newWorld makes empty tables of the shapes of those given, and keeps the requests
// if it is to.
func newWorld(shapes []*modelTable, keep bool) (*world, error) {
	w := &world{tokens: map[string]modelToken{}, keep: keep}
	var err error
	if w.db, err = storage.Open("", storage.Options{Durability: storage.Memory}); err != nil {
		return w, err
	}
	if w.engine, err = start(w.db, modelOptions); err != nil {
		return w, err
	}
	for _, shape := range shapes {
		t := *shape
		t.items = map[string]modelItem{}
		w.tables = append(w.tables, &t)
		if err := w.expect("CreateTable", t.createText(), "done"); err != nil {
			return w, err
		}
	}
	return w, nil
}

func (w *world) close() error {
	return errors.Join(stop(w.engine), w.db.Close())
}

// expect performs a request and compares the text of its answer.
func (w *world) expect(operation, body, want string) error {
	out, err := w.do(operation, body)
	got := errorText(err)
	if err == nil {
		got = answerText(out)
	}
	if kind, _, _ := strings.Cut(got, ": "); got != want && kind != want {
		return fmt.Errorf("%s %s\n got %s\nwant %s", operation, body, got, want)
	}
	return nil
}

// do performs a request.
func (w *world) do(operation, body string) (any, error) {
	w.asked++
	if w.keep {
		w.log = append(w.log, operation+" "+body)
	}
	return modelOperations[operation](w.engine, body)
}

var modelOperations = map[string]func(*dynamo.Engine, string) (any, error){
	"BatchGetItem":       modelOperation((*dynamo.Engine).BatchGetItem),
	"BatchWriteItem":     modelOperation((*dynamo.Engine).BatchWriteItem),
	"CreateTable":        modelOperation((*dynamo.Engine).CreateTable),
	"DeleteItem":         modelOperation((*dynamo.Engine).DeleteItem),
	"DescribeTable":      modelOperation((*dynamo.Engine).DescribeTable),
	"GetItem":            modelOperation((*dynamo.Engine).GetItem),
	"PutItem":            modelOperation((*dynamo.Engine).PutItem),
	"Query":              modelOperation((*dynamo.Engine).Query),
	"Scan":               modelOperation((*dynamo.Engine).Scan),
	"TransactGetItems":   modelOperation((*dynamo.Engine).TransactGetItems),
	"TransactWriteItems": modelOperation((*dynamo.Engine).TransactWriteItems),
	"UpdateItem":         modelOperation((*dynamo.Engine).UpdateItem),
}

func modelOperation[In, Out any](call func(*dynamo.Engine, context.Context, instant.Instant, *In) (*Out, error)) func(*dynamo.Engine, string) (any, error) {
	return func(e *dynamo.Engine, body string) (any, error) {
		in := new(In)
		if err := awsjson.Unmarshal([]byte(body), in); err != nil {
			return nil, err
		}
		out, err := call(e, context.Background(), instant.Of(time.Now()), in)
		return out, err
	}
}

// answerText writes an answer so that equal answers have equal texts.
func answerText(out any) string {
	switch out := out.(type) {
	case *dynamo.WriteOutput:
		return modelOfEncoded(out.Attributes).String() + " " + consumedText(out.ConsumedCapacity)
	case *dynamo.GetItemOutput:
		return modelOfEncoded(out.Item).String() + " " + consumedText(out.ConsumedCapacity)
	case *dynamo.PageOutput:
		return pageText(out.Count, out.ScannedCount, modelItems(out.Items), modelOf(out.LastEvaluatedKey)) + " " + consumedText(out.ConsumedCapacity)
	case *dynamo.TransactGetItemsOutput:
		texts := make([]string, len(out.Responses))
		for i, r := range out.Responses {
			texts[i] = modelOfEncoded(r.Item).String()
		}
		return strings.Join(texts, " ") + " " + consumedText(out.ConsumedCapacity...)
	case *dynamo.TransactWriteItemsOutput:
		return consumedText(out.ConsumedCapacity...)
	case *dynamo.BatchWriteItemOutput:
		return fmt.Sprint(len(out.UnprocessedItems), " left ", consumedText(out.ConsumedCapacity...))
	case *dynamo.BatchGetItemOutput:
		texts := []string{fmt.Sprint(len(out.UnprocessedKeys), " left")}
		for _, name := range slices.Sorted(maps.Keys(out.Responses)) {
			texts = append(texts, name+sortedText(modelItems(out.Responses[name])))
		}
		return strings.Join(texts, " ") + " " + consumedText(out.ConsumedCapacity...)
	case *dynamo.CreateTableOutput:
		return "done"
	}
	return fmt.Sprintf("%T", out)
}

func modelOfEncoded(e attribute.Encoded) modelItem {
	if e == nil {
		return nil
	}
	it, err := e.Item()
	if err != nil {
		panic(err)
	}
	if it == nil { // an item without attributes, which is not none
		return modelItem{}
	}
	return modelOf(it)
}

func modelItems(its []attribute.Encoded) []modelItem {
	ms := make([]modelItem, len(its))
	for i, it := range its {
		ms[i] = modelOfEncoded(it)
	}
	return ms
}

func sortedText(its []modelItem) string {
	texts := make([]string, len(its))
	for i, it := range its {
		texts[i] = it.String()
	}
	slices.Sort(texts)
	return fmt.Sprint(texts)
}

func pageText(count, scanned int64, items []modelItem, last modelItem) string {
	return fmt.Sprint(count, " of ", scanned, " ", items, " last ", last)
}

// consumedText formats every number of the capacity consumed.
func consumedText(cs ...*dynamo.ConsumedCapacity) string {
	units := func(total, read, write dynamo.Double) string {
		text := fmt.Sprint(total)
		if read != 0 {
			text = fmt.Sprint(read, "R")
		}
		if write != 0 {
			text = fmt.Sprint(write, "W")
		}
		if read+write != 0 && read+write != total {
			text += fmt.Sprint("!", total)
		}
		return text
	}
	parts := func(of map[string]dynamo.Capacity) []string {
		texts := make([]string, 0, len(of))
		for _, name := range slices.Sorted(maps.Keys(of)) {
			c := of[name]
			texts = append(texts, name+"="+units(c.CapacityUnits, c.ReadCapacityUnits, c.WriteCapacityUnits))
		}
		return texts
	}
	texts := make([]string, len(cs))
	for i, c := range cs {
		texts[i] = fmt.Sprintf("%s=%s table=%s local=%v global=%v", c.TableName, units(c.CapacityUnits, c.ReadCapacityUnits, c.WriteCapacityUnits),
			units(c.Table.CapacityUnits, c.Table.ReadCapacityUnits, c.Table.WriteCapacityUnits), parts(c.LocalSecondaryIndexes), parts(c.GlobalSecondaryIndexes))
	}
	return strings.Join(texts, "; ")
}

// validationText goes before the text of a ValidationException, which the model
// does not know.
const validationText = "validation: "

// errorText formats the kind and the details of an error.
func errorText(err error) string {
	if condition, ok := errors.AsType[*dynamo.ConditionError](err); ok {
		return "condition " + modelOfEncoded(condition.Item).String()
	}
	if canceled, ok := errors.AsType[*dynamo.CanceledError](err); ok {
		texts := make([]string, len(canceled.Reasons))
		for i, reason := range canceled.Reasons {
			texts[i] = errorText(reason)
			if strings.HasPrefix(texts[i], validationText) {
				texts[i] = "validation"
			}
		}
		return "canceled [" + strings.Join(texts, ", ") + "]"
	}
	switch {
	case err == nil:
		return "none"
	case errors.Is(err, refusal.Validation):
		return validationText + err.Error()
	case errors.Is(err, refusal.Mismatch):
		return "mismatch"
	}
	return err.Error()
}
