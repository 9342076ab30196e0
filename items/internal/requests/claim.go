package requests

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/instant"
	"lullaby/items/internal/write"
)

// A Claim is the request that an Idempotency-Key stands for.
type Claim struct {
	Stamp  write.Stamp
	Digest string // of the document
	// Sent means that the message of the request was sent. Without it, nobody knows.
	Sent bool
}

// Claim makes a key stand for c, if it stands for no request or for one of more
// than KeyKept ago, and returns the request that it stands for. Of several calls
// at once, one decides for all.
func (t Table) Claim(ctx context.Context, now instant.Instant, key string, c Claim) (Claim, error) {
	at, err := c.Stamp.At.MarshalText()
	if err != nil {
		return Claim{}, err
	}
	found, err := t.put(ctx, item{
		"id": claimKey(key), "request_id": text(c.Stamp.RequestID), "posted": text(string(at)),
		"digest": text(c.Digest), "expires": until(now, KeyKept),
	}, "attribute_not_exists(id) OR expires <= :now", item{":now": seconds(now)})
	if err != nil || found == nil {
		return c, err
	}
	c = Claim{Digest: found.text("digest"), Sent: found.is("sent")}
	c.Stamp.RequestID = found.text("request_id")
	if err := c.Stamp.At.UnmarshalText([]byte(found.text("posted"))); err != nil {
		return Claim{}, fmt.Errorf("record of an Idempotency-Key: %w", err)
	}
	return c, nil
}

// Sent records that the message of the request was sent, unless the key stands for
// another request by now.
func (t Table) Sent(ctx context.Context, key, requestID string) error {
	return t.update(ctx, claimKey(key), "SET sent = :true", "request_id = :id", nil,
		item{":true": &types.AttributeValueMemberBOOL{Value: true}, ":id": text(requestID)})
}
