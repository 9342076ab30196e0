package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"lullaby/internal/uprun"
)

// A visit is a request for one item: a strong read of its number n, a put of one,
// or an addition of 1 that returns the sum.
type visit struct {
	verb string // Get, Put, Add
	key  int
	n    int // of Put
}

// A visited is the result of a visit: the number read, put, or summed; 0: no item.
type visited struct {
	unanswered bool // by a kill: the visit had its effect, or none
	n          int
}

// visitModel is an item. Different items are independent.
var visitModel = (&porcupine.NondeterministicModel{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byKey := map[int][]porcupine.Operation{}
		for _, op := range history {
			key := op.Input.(visit).key
			byKey[key] = append(byKey[key], op)
		}
		return slices.Collect(maps.Values(byKey))
	},
	Init: func() []any { return []any{0} },
	Step: func(state, in, out any) []any {
		after, a := state.(int), out.(visited)
		switch v := in.(visit); v.verb {
		case "Put":
			after = v.n
		case "Add":
			after++
		}
		switch {
		case a.unanswered:
			return []any{state, after}
		case a.n != after:
			return nil
		}
		return []any{after}
	},
	DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v -> %+v", in, out) },
}).ToModel()

// make makes the visit.
func (v visit) make(ctx context.Context, c *dynamodb.Client) (n int, err error) {
	key := map[string]types.AttributeValue{"id": &types.AttributeValueMemberN{Value: strconv.Itoa(v.key)}}
	table := aws.String("tab")
	var found map[string]types.AttributeValue
	switch v.verb {
	case "Put":
		key["n"] = &types.AttributeValueMemberN{Value: strconv.Itoa(v.n)}
		_, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: key})
		return v.n, err
	case "Get":
		out, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key, ConsistentRead: aws.Bool(true)})
		if err != nil || out.Item == nil {
			return 0, err
		}
		found = out.Item
	default:
		out, err := c.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: table, Key: key, UpdateExpression: aws.String("ADD n :one"), ReturnValues: types.ReturnValueAllNew,
			ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
		})
		if err != nil {
			return 0, err
		}
		found = out.Attributes
	}
	number, ok := found["n"].(*types.AttributeValueMemberN)
	if !ok {
		return 0, fmt.Errorf("item %d without a number: %v", v.key, found)
	}
	return strconv.Atoi(number.Value)
}

// The answers of up have one explanation over many kills -9, with each durability:
// what a read returned is there after the kill.
func TestHistoriesWithKills(t *testing.T) {
	data := t.TempDir()
	start := time.Now()
	seed := rand.Uint64()
	var history []porcupine.Operation
	kills := kills()
	for round := range kills + 1 {
		durability := []string{"disk", "process"}[round%2]
		p := up(t, "--bare", "--control-plane", "instant", "--limits", "off", "--data", data, "--durability", durability)
		c := dynamodb.New(dynamodb.Options{
			BaseEndpoint: &p.AWS, Region: "us-east-1", RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""),
		})
		createVisited(t, c)
		k := &killing{client: c, start: start, rng: rand.New(rand.NewPCG(seed, uint64(round)))}
		for key := range visitKeys {
			if err := k.visit(t.Context(), visit{verb: "Get", key: key}); err != nil {
				t.Fatal(err)
			}
		}
		if round < kills {
			k.work(t, p)
		}
		history = append(history, k.history...)
	}
	unanswered := 0
	for _, op := range history {
		if op.Output.(visited).unanswered {
			unanswered++
		}
	}
	t.Logf("%d kills, %d requests, %d without an answer", kills, len(history), unanswered)
	if got := porcupine.CheckOperationsTimeout(visitModel, history, time.Minute); got != porcupine.Ok {
		slices.SortFunc(history, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
		for _, op := range history {
			t.Logf("%d to %d: %+v -> %+v", op.Call, op.Return, op.Input, op.Output)
		}
		t.Errorf("seed %d: the history is %s", seed, got)
	}
}

// visitKeys is the number of items that are visited.
const visitKeys = 4

// createVisited makes the table, unless it is there.
func createVisited(t *testing.T, c *dynamodb.Client) {
	t.Helper()
	_, err := c.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("tab"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeN}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if _, there := errors.AsType[*types.ResourceInUseException](err); err != nil && !there {
		t.Fatal(err)
	}
}

// A killing is what clients of one up do until it is killed.
type killing struct {
	client *dynamodb.Client
	start  time.Time // of the history
	rng    *rand.Rand

	mu      sync.Mutex
	history []porcupine.Operation // guarded by mu
}

// visit makes a visit, and notes its result. The error is that of a visit that was not
// answered.
func (k *killing) visit(ctx context.Context, v visit) error {
	called := time.Since(k.start)
	n, err := v.make(ctx, k.client)
	op := porcupine.Operation{Input: v, Call: int64(called), Output: visited{err != nil, n}, Return: int64(time.Since(k.start))}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.history = append(k.history, op)
	return err
}

// work makes visits until up is killed.
func (k *killing) work(t *testing.T, p *uprun.Process) {
	t.Helper()
	const clients = 12
	enough := 50 + k.rng.Int64N(300)
	var rngs [clients]*rand.Rand
	for i := range rngs {
		rngs[i] = rand.New(rand.NewPCG(k.rng.Uint64(), 0))
	}
	workUntilKilled(t, p, clients, enough, func(client, _ int) error {
		rng := rngs[client]
		err := k.visit(t.Context(), visit{[]string{"Get", "Get", "Put", "Add"}[rng.IntN(4)], rng.IntN(visitKeys), 1 + rng.IntN(1_000_000)})
		if refused, ok := errors.AsType[smithy.APIError](err); ok {
			t.Error(refused)
		}
		return err
	})
	k.forget(int64(time.Since(k.start)))
}

// forget drops the reads without an answer. The other visits without one have had
// their effect before up was gone, if they had any.
func (k *killing) forget(gone int64) {
	k.history = slices.DeleteFunc(k.history, func(op porcupine.Operation) bool {
		return op.Output.(visited).unanswered && op.Input.(visit).verb == "Get"
	})
	for i := range k.history {
		if op := &k.history[i]; op.Output.(visited).unanswered {
			op.Return = gone
		}
	}
}
