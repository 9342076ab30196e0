package wire

import (
	"encoding/json"
	"strings"
	"time"

	"lullaby/dynamo"
	"lullaby/internal/sigv4"
	"lullaby/storage"
)

const (
	faultTable = `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],`
	small      = faultTable + one + `}`
	streamed   = faultTable + one + `,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}`
	smallItem  = `{"TableName":"tab","Item":{"id":{"S":"a"}}}`

	listTables    = "X-Amz-Target: DynamoDB_20120810.ListTables\n"
	streamsTarget = "DynamoDBStreams_20120810."
)

// A faultCase makes the requests that reach a row of the table of errors.
type faultCase func(w *faultWorld) faultAnswer

// made returns a request of a case whose table has been created.
func made(table string, ask faultCase) faultCase {
	return func(w *faultWorld) faultAnswer {
		w.done("CreateTable", table)
		return ask(w)
	}
}

// asks returns a request for an operation.
func asks(operation, body string) faultCase {
	return func(w *faultWorld) faultAnswer { return w.ask(operation, body) }
}

// sends returns a request written by hand.
func sends(line, header, body string) faultCase {
	return func(w *faultWorld) faultAnswer { return w.send(line, header, body) }
}

// invokes returns a request for a function with one header more.
func invokes(function, header string) faultCase {
	return func(w *faultWorld) faultAnswer { return w.invoke(function, header) }
}

// keyed gives the endpoint one key. No signature is made with it.
func keyed(ask faultCase) faultCase {
	return func(w *faultWorld) faultAnswer {
		w.close()
		w.open(dynamo.Options{}, sigv4.Keys{"b": {SecretAccessKey: "c"}})
		return ask(w)
	}
}

// throttledAs puts items until it is refused with an exception.
func throttledAs(exception, table string) faultCase {
	return made(table, func(w *faultWorld) faultAnswer {
		for n := range 2_000 {
			if a := w.ask(writeMany(n)); strings.Contains(a.text, exception) {
				return a
			}
		}
		return faultAnswer{}
	})
}

// read returns the member at path of the JSON in text.
func read(text string, path ...string) string {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return err.Error()
	}
	for _, name := range path {
		if list, ok := v.([]any); ok {
			v = list[0]
		}
		v = v.(map[string]any)[name]
	}
	return v.(string)
}

// iterator returns an iterator of the table's stream, at a sequence number or
// at the beginning.
func (w *faultWorld) iterator(sequence string) faultAnswer {
	arn := read(w.done(streamsTarget+"ListStreams", `{}`), "Streams", "StreamArn")
	shard := read(w.done(streamsTarget+"DescribeStream", `{"StreamArn":"`+arn+`"}`), "StreamDescription", "Shards", "ShardId")
	where := `"ShardIteratorType":"TRIM_HORIZON"`
	if sequence != "" {
		where = `"ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"` + sequence + `"`
	}
	return w.ask(streamsTarget+"GetShardIterator", `{"StreamArn":"`+arn+`","ShardId":"`+shard+`",`+where+`}`)
}

// records gets the records of an iterator.
func (w *faultWorld) records(iterator faultAnswer) faultAnswer {
	return w.ask(streamsTarget+"GetRecords", `{"ShardIterator":"`+read(iterator.text, "ShardIterator")+`"}`)
}

// trimmed asks for a record that is one day old.
func trimmed(w *faultWorld) faultAnswer {
	w.done("PutItem", smallItem)
	time.Sleep(time.Second)
	sequence := read(w.records(w.iterator("")).text, "Records", "dynamodb", "SequenceNumber")
	time.Sleep(24 * time.Hour)
	return w.iterator(sequence)
}

// expired uses an iterator that is a quarter of an hour old.
func expired(w *faultWorld) faultAnswer {
	it := w.iterator("")
	time.Sleep(15*time.Minute + time.Second)
	return w.records(it)
}

// unreadable reads an item from a disk that fails.
func unreadable(w *faultWorld) faultAnswer {
	w.done(putOf("a", "a"))
	w.close()
	w.open(dynamo.Options{Instant: true}, nil)
	w.fails.Store(true)
	defer w.fails.Store(false)
	return w.ask(get("a"))
}

// undecodable reads an item whose record is nothing that dynamo has written.
func undecodable(w *faultWorld) faultAnswer {
	w.done(putOf("a", "a"))
	w.spoil(storage.Items)
	return w.ask(get("a"))
}

// cooling changes deletion protection twice, of a table that changes as slowly
// as AWS's.
func cooling(w *faultWorld) faultAnswer {
	w.close()
	w.open(dynamo.Options{}, nil)
	w.done("UpdateTable", `{"TableName":"tab","DeletionProtectionEnabled":true}`)
	return w.ask("UpdateTable", `{"TableName":"tab","DeletionProtectionEnabled":false}`)
}

// mismatched uses a token for two different transactions.
func mismatched(w *faultWorld) faultAnswer {
	w.done("TransactWriteItems", transactionOf("a"))
	return w.ask("TransactWriteItems", transactionOf("b"))
}

func conflicting(w *faultWorld) faultAnswer {
	return w.during(func() faultAnswer { return w.ask("PutItem", smallItem) })
}

func inProgress(w *faultWorld) faultAnswer {
	return w.during(func() faultAnswer { return w.ask("TransactWriteItems", transactionOf("a")) })
}

// tableCases are those of DynamoDB, and functionCases those of Lambda.
var tableCases = map[string]faultCase{
	"dynamodb/provisioned throughput": throttledAs("ProvisionedThroughputExceeded", small),
	"dynamodb/quota of the account":   throttledAs("RequestLimitExceeded", faultTable+free+","+warm+"}"),
	"dynamodb/maximum on demand":      throttledAs("ThrottlingException", faultTable+free+","+maximum+"}"),
	"dynamodb/condition":              made(small, asks("DeleteItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"ConditionExpression":"attribute_exists(id)"}`)),
	"dynamodb/canceled": made(small, asks("TransactWriteItems", `{"TransactItems":[{"Put":`+smallItem+`},`+
		`{"Delete":{"TableName":"tab","Key":{"id":{"S":"b"}},"ConditionExpression":"attribute_exists(id)"}}]}`)),
	"dynamodb/conflict":            made(small, conflicting),
	"dynamodb/validation":          asks("DescribeTable", `{}`),
	"dynamodb/not found":           asks("DescribeTable", `{"TableName":"nope"}`),
	"dynamodb/in use":              made(small, asks("CreateTable", small)),
	"dynamodb/limit":               made(small, asks("UpdateTable", `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}},{"Delete":{"IndexName":"abd"}}]}`)),
	"dynamodb/cooldown":            made(small, cooling),
	"dynamodb/table not found":     asks("DescribeContinuousBackups", `{"TableName":"nope"}`),
	"dynamodb/in progress":         made(small, inProgress),
	"dynamodb/mismatch":            made(small, mismatched),
	"dynamodb/trimmed":             made(streamed, trimmed),
	"dynamodb/expired iterator":    made(streamed, expired),
	"dynamodb/access denied":       asks("TagResource", `{"ResourceArn":""}`),
	"dynamodb/syntax":              asks("ListTables", `{`),
	"dynamodb/no signature":        sends("POST /", listTables+"Authorization: none", `{}`),
	"dynamodb/part of a signature": sends("POST /", listTables+"Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=b", `{}`),
	"dynamodb/two signatures":      sends("POST /?X-Amz-Algorithm=a", listTables, `{}`),
	"dynamodb/unknown key":         keyed(asks("ListTables", `{}`)),
	"dynamodb/unbuilt":             asks("CreateBackup", `{}`),
	"dynamodb/unknown operation":   asks("Nap", `{}`),
	"dynamodb/other protocol":      sends("PUT /", "", `{}`),
	"dynamodb/too large":           asks("ListTables", strings.Repeat(" ", maxBody+1)),
	"dynamodb/undecoded":           sends("POST /", listTables+"Content-Encoding: gzip", `{}`),
	"dynamodb/disk":                made(small, unreadable),
	"dynamodb/internal":            made(small, undecodable),
}

var functionCases = map[string]faultCase{
	"lambda/throttled":           invokes("busy", ""),
	"lambda/not found":           invokes("missing", ""),
	"lambda/syntax":              invokes("syntax", ""),
	"lambda/too large":           invokes("large", ""),
	"lambda/no signature":        keyed(invokes("f", "Authorization: none")),
	"lambda/part of a signature": keyed(invokes("f", "Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=b")),
	"lambda/other service":       keyed(invokes("f", "")),
	"lambda/unknown key": keyed(func(w *faultWorld) faultAnswer {
		return w.invoke("f", "Authorization: "+credential("lambda"))
	}),
	"lambda/unknown operation": sends("GET /2015-03-31/functions/f/nothing", "", ""),
	"lambda/internal":          invokes("broken", ""),
}
