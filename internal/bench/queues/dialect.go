//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"
)

// A dialect is the protocol in which a server is asked for the operations of SQS.
type dialect interface {
	// ask returns the request of an operation for the queue at a URL, or for none.
	ask(operation, queue string, in input) question

	// find returns the first member of an answer that has the name, or nothing.
	find(answer []byte, name string) string

	// escape returns a receipt handle as it is put into the body of a question.
	escape(handle string) string
}

// An input has the members of a request by AWS's names: strings, numbers, and the
// entries of a batch, each of them an input.
type input map[string]any

// A question is a request without the server's address.
type question struct{ path, target, contentType, body string }

// between returns what is in text between open and end, or nothing.
func between(text []byte, open, end string) string {
	_, after, _ := strings.Cut(string(text), open)
	found, _, _ := strings.Cut(after, end)
	return found
}

// modern is AWS JSON 1.0.
type modern struct{}

func (modern) ask(operation, queue string, in input) question {
	all := input{"QueueUrl": queue}
	if queue == "" {
		delete(all, "QueueUrl")
	}
	maps.Copy(all, in)
	body, err := json.Marshal(all)
	if err != nil {
		panic(err) // there is no input that JSON cannot have
	}
	return question{"/", "AmazonSQS." + operation, "application/x-amz-json-1.0", string(body)}
}

func (modern) find(answer []byte, name string) string { return between(answer, `"`+name+`":"`, `"`) }

func (modern) escape(handle string) string { return handle }

// query is the query protocol, which the peers have.
type query struct{}

func (query) ask(operation, queue string, in input) question {
	form := url.Values{"Action": {operation}, "Version": {"2012-11-05"}}
	for name, value := range in {
		entries, isBatch := value.([]input)
		if !isBatch {
			form.Set(name, fmt.Sprint(value))
		}
		for i, entry := range entries {
			for name, value := range entry {
				form.Set(fmt.Sprintf("%sRequestEntry.%d.%s", operation, i+1, name), fmt.Sprint(value))
			}
		}
	}
	path := "/"
	if at, err := url.Parse(queue); err == nil && at.Path != "" {
		path = at.Path // the host may be one that only the server knows
	}
	return question{path, "", "application/x-www-form-urlencoded", form.Encode()}
}

func (query) find(answer []byte, name string) string { return between(answer, "<"+name+">", "<") }

func (query) escape(handle string) string { return url.QueryEscape(handle) }

// bare asks the floor: requests of our protocol, and answers of like sizes. With
// hands a receive waits for a send.
type bare struct {
	modern

	hands bool
}

// answerSizes are the bytes of answers in AWS JSON 1.0, with a message of 1 KB.
var answerSizes = map[string]int{"SendMessage": 110, "ReceiveMessage": 1_400, "DeleteMessage": 0}

func (b bare) ask(operation, queue string, in input) question {
	q := b.modern.ask(operation, queue, in)
	hand := map[string]string{"SendMessage": "/wake", "ReceiveMessage": "/wait"}
	if b.hands {
		q.path = hand[operation] + q.path
	}
	q.path += strconv.Itoa(answerSizes[operation])
	return q
}

func (bare) find(_ []byte, name string) string {
	if name == "QueueUrl" {
		return "http://127.0.0.1:3001/123456789012/queue"
	}
	return strings.Repeat("h", 180)
}
