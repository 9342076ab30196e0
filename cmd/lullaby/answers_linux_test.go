package main

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lullaby/attribute"
	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/internal/uprun"
	"lullaby/storage"
)

// wide are members of lists that are many times as long in an answer as what they
// are billed for, in bytes.
var wide = map[string]struct {
	member attribute.Value
	billed int
}{
	"texts":   {attribute.String(""), 1}, // takes the most memory
	"numbers": {power, 3},                // has the longest answer, with 126 digits each
}

var power = func() attribute.Value {
	n, err := attribute.ParseNumber("1E125")
	if err != nil {
		panic(err)
	}
	return attribute.Num(n)
}()

// Numbers of items of 400 KB: as many as a batch and as a transaction return.
const (
	inBatch       = 40
	inTransaction = 10
)

// filledWide returns a data folder with a table of wide items, as many of a kind as a
// batch returns, and a stream of them.
func filledWide(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	db, err := storage.Open(dir, storage.Options{Durability: storage.Process})
	if err != nil {
		t.Fatal(err)
	}
	e, err := dynamo.New(db, dynamo.Options{Instant: true, Unlimited: true})
	if err != nil {
		t.Fatal(err)
	}
	var in request.CreateTableInput
	if err := awsjson.Unmarshal([]byte(`{"TableName":"wide","BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},`+
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"r","AttributeType":"N"}],`+
		`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}]}`), &in); err != nil {
		t.Fatal(err)
	}
	if _, err := e.CreateTable(t.Context(), instant.Of(time.Now()), &in); err != nil {
		t.Fatal(err)
	}
	name := "wide"
	for kind, w := range wide {
		members := make([]attribute.Value, (attribute.MaxItemSize-100)/w.billed)
		for i := range members {
			members[i] = w.member
		}
		for r := range inBatch {
			n, err := attribute.ParseNumber(strconv.Itoa(r))
			if err != nil {
				t.Fatal(err)
			}
			put := &request.PutItemInput{Write: request.Write{TableName: &name}, Item: attribute.NewItem(
				attribute.Attribute{Name: "id", Value: attribute.String(kind)}, attribute.Attribute{Name: "r", Value: attribute.Num(n)},
				attribute.Attribute{Name: "v", Value: attribute.List(members...)})}
			if _, err := e.PutItem(t.Context(), instant.Of(time.Now()), put); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(e.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// eachWide joins what of(key) returns for the keys of a kind.
func eachWide(kind string, n int, of string) string {
	parts := make([]string, n)
	for r := range parts {
		parts[r] = strings.Replace(of, "KEY", fmt.Sprintf(`{"id":{"S":"%s"},"r":{"N":"%d"}}`, kind, r), 1)
	}
	return strings.Join(parts, ",")
}

// wideShapes are requests for as many wide items of a kind as an operation returns.
func wideShapes(kind string) []shape {
	var shapes []shape
	add := func(operation, body string) {
		shapes = append(shapes, shape{operation, "wide", kind, func() string { return body }})
	}
	add("BatchGetItem", `{"RequestItems":{"wide":{"Keys":[`+eachWide(kind, inBatch, "KEY")+`]}}}`)
	add("TransactGetItems", `{"TransactItems":[`+eachWide(kind, inTransaction, `{"Get":{"TableName":"wide","Key":KEY}}`)+`]}`)
	add("TransactWriteItems", `{"TransactItems":[`+eachWide(kind, inTransaction, `{"ConditionCheck":{"TableName":"wide","Key":KEY,`+
		`"ConditionExpression":"attribute_not_exists(id)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}`)+`]}`)
	add("Query", `{"TableName":"wide","KeyConditionExpression":"id = :id","ExpressionAttributeValues":{":id":{"S":"`+kind+`"}}}`)
	return shapes
}

// unpooled has a connection of its own for each request, and leaves answers as they are.
var unpooled = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}

// ask sends the request of s and returns the answer when its head is there; nil: it
// failed. It accepts gzip, which costs the most.
func (s shape) ask(t *testing.T, p *uprun.Process) *http.Response {
	t.Helper()
	r, err := s.request(t, p.AWS, strings.NewReader(s.body()))
	if err != nil {
		t.Error(err)
		return nil
	}
	r.Header.Set("Accept-Encoding", "gzip")
	resp, err := unpooled.Do(r)
	if err != nil {
		t.Error(err)
		return nil
	}
	return resp
}

// receive asks and reads the answer, and returns its length. It fails if the answer
// is not what its head announces.
func (s shape) receive(t *testing.T, p *uprun.Process) int64 {
	t.Helper()
	resp := s.ask(t, p)
	if resp == nil {
		return 0
	}
	defer resp.Body.Close()
	sum := crc32.NewIEEE()
	size, err := io.Copy(sum, resp.Body)
	if announced := resp.Header.Get("x-amz-crc32"); err != nil || announced != strconv.FormatUint(uint64(sum.Sum32()), 10) || size != resp.ContentLength {
		t.Errorf("%v: %v, %d bytes with the sum %d, announced are %d with %s", s, err, size, sum.Sum32(), resp.ContentLength, announced)
	}
	return size
}

// isBoundedAnswer receives an answer, and fails if that takes more than a request may.
func (s shape) isBoundedAnswer(t *testing.T, p *uprun.Process) {
	t.Helper()
	before := clock(t, p.PID())
	peak(t, p.PID())
	size := s.receive(t, p)
	took, memory := clock(t, p.PID())-before, peak(t, p.PID())
	if memory > mostMemory || took > noise*mostTime {
		t.Errorf("%v: %d MB, %v, an answer of %d bytes", s, memory>>20, took, size)
	}
}

// No answer takes a machine, though it be forty times as long as what is stored of
// it: it is written in pieces.
func TestNoAnswerTakesAMachine(t *testing.T) {
	unlessRaced(t)
	p := up(t, "--bare", "--data", filledWide(t), "--limits", "off")
	records(t, p).isBoundedAnswer(t, p)
	for kind := range wide {
		for _, s := range wideShapes(kind) {
			s.isBoundedAnswer(t, p)
		}
	}
	sixteenWait(t, p, wideShapes("texts")[0])
}

// records returns the request for the first records of the stream.
func records(t *testing.T, p *uprun.Process) shape {
	t.Helper()
	member := func(operation, name, body string) string {
		s := shape{operation: operation}
		_, answer := s.send(t, p.AWS, []byte(body), "")
		_, rest, _ := strings.Cut(answer, `"`+name+`":"`)
		value, _, ok := strings.Cut(rest, `"`)
		if !ok {
			t.Fatalf("%s: no %s in %s", operation, name, answer)
		}
		return value
	}
	arn := member("DescribeTable", "LatestStreamArn", `{"TableName":"wide"}`)
	shard := member("Streams.DescribeStream", "ShardId", `{"StreamArn":"`+arn+`"}`)
	iterator := member("Streams.GetShardIterator", "ShardIterator", `{"StreamArn":"`+arn+`","ShardId":"`+shard+`","ShardIteratorType":"TRIM_HORIZON"}`)
	return shape{"Streams.GetRecords", "wide", "records", func() string { return `{"ShardIterator":"` + iterator + `"}` }}
}

// sixteenWait asks for sixteen answers at once and reads their heads alone: what they
// hold then is bounded, and others are answered.
func sixteenWait(t *testing.T, p *uprun.Process, s shape) {
	t.Helper()
	const sixteen = 16
	peak(t, p.PID())
	var asked, ended sync.WaitGroup
	leave := make(chan struct{}) // closed when all may
	asked.Add(sixteen)
	for range sixteen {
		ended.Go(func() {
			defer asked.Done()
			if resp := s.ask(t, p); resp != nil { //nolint:bodyclose // closed when all leave
				ended.Go(func() {
					<-leave
					_ = resp.Body.Close()
				})
			}
		})
	}
	asked.Wait()
	other := shape{operation: "GetItem", body: func() string { return `{"TableName":"wide","Key":{"id":{"S":"none"},"r":{"N":"0"}}}` }}
	other.receive(t, p)
	memory := peak(t, p.PID())
	if memory > mostMemoryOfSixteen {
		t.Errorf("%v, %d at once: %d MB", s, sixteen, memory>>20)
	}
	close(leave)
	ended.Wait()
}
