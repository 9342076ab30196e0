package dynamo_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"

	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
)

// The keys that clients meet at: each is an item with the number n, or nothing.
const meetingKeys = 3

const absent = -1

// A meeting is a request of one or more keys. By itself it is a read, an
// addition of 1 that gives the sum, or a put or a delete on the condition that n
// is as seen; in a transaction it is only reads, or only the others.
type meeting struct {
	transaction bool
	actions     []meetingAction
}

type meetingAction struct {
	verb string // Get, Update, Put, Delete
	key  int
	seen int // of Put and Delete: what the condition wants, or absent
	n    int // of Put
}

// A met is the result of a request: by action, the number read or the sum, or
// whether the condition failed. A conflict has no other result.
type met struct {
	unanswered bool // by a crash: the request had its effect, or none
	conflict   bool
	failed     []bool // nil: none
	values     []int  // of reads and of additions by themselves
}

type meetingState [meetingKeys]int

// step is porcupine's: the state after the request, if the answer is right in a
// state. After a request without an answer there are two.
func (m *meeting) step(s meetingState, a met) []any {
	after, failed := m.effect(s)
	switch {
	case a.conflict:
		return []any{s}
	case a.unanswered:
		return []any{s, after}
	case !slices.Equal(a.failed, failed):
		return nil
	}
	for i, x := range m.actions {
		if failed == nil && a.values != nil && a.values[i] != after[x.key] {
			return nil
		}
	}
	return []any{after}
}

// effect returns the state after the request and, by action, which conditions
// failed, nil if none did.
func (m *meeting) effect(s meetingState) (after meetingState, failed []bool) {
	after = s
	failed = make([]bool, len(m.actions))
	for i, x := range m.actions {
		failed[i] = (x.verb == "Put" || x.verb == "Delete") && s[x.key] != x.seen
		switch x.verb {
		case "Put":
			after[x.key] = x.n
		case "Delete":
			after[x.key] = absent
		case "Update":
			after[x.key] = max(s[x.key], 0) + 1
		}
	}
	if slices.Contains(failed, true) {
		return s, failed
	}
	return after, nil
}

var meetingModel = (&porcupine.NondeterministicModel{
	Init: func() []any { return []any{meetingState{absent, absent, absent}} },
	Step: func(state, in, out any) []any {
		return in.(*meeting).step(state.(meetingState), out.(met))
	},
	DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v -> %+v", in, out) },
}).ToModel()

func randomMeeting(rng *rand.Rand) *meeting {
	action := func(key int, verbs ...string) meetingAction {
		return meetingAction{pick(rng, verbs...), key, rng.IntN(4) - 1, rng.IntN(3)}
	}
	if rng.IntN(2) == 0 {
		return &meeting{actions: []meetingAction{action(rng.IntN(meetingKeys), "Get", "Update", "Put", "Delete")}}
	}
	m := &meeting{transaction: true}
	verbs := [][]string{{"Get"}, {"Update", "Put", "Delete"}, {"Update"}}[rng.IntN(3)]
	for _, key := range rng.Perm(meetingKeys)[:1+rng.IntN(meetingKeys)] {
		m.actions = append(m.actions, action(key, verbs...))
	}
	return m
}

// request writes the parameters of an action.
func (x meetingAction) request() string {
	key := fmt.Sprintf(`{"id":{"S":"%d"}`, x.key)
	condition := `,"ConditionExpression":"attribute_not_exists(n)"`
	if x.seen != absent {
		condition = fmt.Sprintf(`,"ConditionExpression":"n = :n","ExpressionAttributeValues":{":n":{"N":"%d"}}`, x.seen)
	}
	switch x.verb {
	case "Put":
		return fmt.Sprintf(`"TableName":"tab","Item":%s,"n":{"N":"%d"}}%s`, key, x.n, condition)
	case "Delete":
		return `"TableName":"tab","Key":` + key + "}" + condition
	case "Update":
		return `"TableName":"tab","Key":` + key + `},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}`
	}
	return `"TableName":"tab","Key":` + key + "}"
}

// ask performs the request. Any error but those of conditions and conflicts is
// one of the engine.
func (m *meeting) ask(e *dynamo.Engine) (met, error) {
	operation, body := m.actions[0].verb+"Item", "{"+m.actions[0].request()
	if operation == "UpdateItem" {
		body += `,"ReturnValues":"ALL_NEW"`
	}
	if m.transaction {
		texts := make([]string, len(m.actions))
		for i, x := range m.actions {
			texts[i] = fmt.Sprintf(`{%q:{%s}}`, x.verb, x.request())
		}
		operation, body = "TransactWriteItems", `{"TransactItems":[`+strings.Join(texts, ",")+"]"
		if m.actions[0].verb == "Get" {
			operation = "TransactGetItems"
		}
	}
	out, err := modelOperations[operation](e, body+"}")
	if err != nil {
		return metError(err)
	}
	value := func(it modelItem) int {
		v, found := it["n"]
		if !found {
			return absent
		}
		var n int
		_, _ = fmt.Sscan(v.text, &n)
		return n
	}
	switch out := out.(type) {
	case *dynamo.GetItemOutput:
		return met{values: []int{value(modelOfEncoded(out.Item))}}, nil
	case *dynamo.WriteOutput:
		if out.Attributes == nil { // only of an update
			return met{}, nil
		}
		return met{values: []int{value(modelOfEncoded(out.Attributes))}}, nil
	case *dynamo.TransactGetItemsOutput:
		var a met
		for _, r := range out.Responses {
			a.values = append(a.values, value(modelOfEncoded(r.Item)))
		}
		return a, nil
	}
	return met{}, nil
}

func metError(err error) (met, error) {
	canceled, ok := errors.AsType[*dynamo.CanceledError](err)
	switch {
	case errors.Is(err, refusal.Conflict):
		return met{conflict: true}, nil
	case errors.Is(err, refusal.Condition):
		return met{failed: []bool{true}}, nil
	case !ok:
		return met{}, err
	}
	var a met
	for _, reason := range canceled.Reasons {
		if reason != nil && !errors.Is(reason, refusal.Condition) && !errors.Is(reason, refusal.Conflict) {
			return met{}, reason
		}
		a.failed = append(a.failed, errors.Is(reason, refusal.Condition))
		a.conflict = a.conflict || errors.Is(reason, refusal.Conflict)
	}
	return a, nil
}
