package store

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"lullaby/instant"
	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// ListQueuesOutput is the output of ListQueues.
type ListQueuesOutput struct {
	NextToken string   `json:",omitzero"`
	QueueUrls []string `json:",omitzero" query:"QueueUrl"`
}

// ListQueues returns the URLs of queues in the order of their names. The error is a
// refusal.
func (e *Engine) ListQueues(_ context.Context, _ instant.Instant, in *request.ListQueuesInput) (*ListQueuesOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	found := e.all(func(q *queue) bool { return strings.HasPrefix(q.name, in.QueueNamePrefix) })
	urls, next, err := e.page(found, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ListQueuesOutput{NextToken: next, QueueUrls: urls}, nil
}

// maxListed is how many queues a page has at most.
const maxListed = 1_000

// page returns the URLs of the queues of one page, and the token of the next one. A
// page without a maximum of its own names no next one (docs/aws/sqs.md#lists-of-queues). The
// error is a refusal of the token.
func (e *Engine) page(found []*queue, most *int32, token string) (urls []string, next string, err error) {
	if token != "" {
		after, err := base64.StdEncoding.DecodeString(token)
		if err != nil || len(after) == 0 {
			return nil, "", refusal.New(refusal.InvalidParameterValue, "Invalid or expired next token.")
		}
		first, _ := slices.BinarySearchFunc(found, string(after)+"\x00", func(q *queue, name string) int { return strings.Compare(q.name, name) })
		found = found[first:]
	}
	limit := maxListed
	if most != nil {
		limit = int(*most)
	}
	if len(found) > limit {
		found = found[:limit]
		if most != nil {
			next = base64.StdEncoding.EncodeToString([]byte(found[limit-1].name))
		}
	}
	for _, q := range found {
		urls = append(urls, e.url(q.name))
	}
	return urls, next, nil
}
