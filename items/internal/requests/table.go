package requests

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/instant"
)

// A DynamoDB has the methods of *dynamodb.Client that the table uses.
type DynamoDB interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
}

// A Table is the table of requests. Its key is the string id. Safe for concurrent
// use.
type Table struct {
	Name string
	DB   DynamoDB
}

// How long records are kept.
const (
	// Kept is how long a request is known after its status last changed: as long as
	// the message of one that failed may lie in a queue, before it is moved back.
	Kept = 14 * 24 * time.Hour
	// KeyKept is how long an Idempotency-Key stands for its request.
	KeyKept = 24 * time.Hour
)

// Keys of the two kinds of records.
func requestKey(id string) types.AttributeValue { return text("request/" + id) }
func claimKey(key string) types.AttributeValue  { return text("key/" + key) }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// until returns the value of expires for a record that is kept for d.
func until(now instant.Instant, d time.Duration) types.AttributeValue { return seconds(now.Add(d)) }

func seconds(at instant.Instant) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(at.Time().Unix(), 10)}
}

// An item is a record as the table holds it.
type item map[string]types.AttributeValue

func (i item) text(name string) string {
	s, _ := i[name].(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

func (i item) is(name string) bool {
	b, _ := i[name].(*types.AttributeValueMemberBOOL)
	return b != nil && b.Value
}

// expired reports whether the record has ended at now.
func (i item) expired(now instant.Instant) bool {
	n, _ := i["expires"].(*types.AttributeValueMemberN)
	if n == nil {
		return false
	}
	end, err := strconv.ParseInt(n.Value, 10, 64)
	return err == nil && end <= now.Time().Unix()
}

// put writes an item if the condition holds of the one it replaces. If it does
// not, put returns that one.
func (t Table) put(ctx context.Context, i item, condition string, values item) (found item, err error) {
	_, err = t.DB.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(t.Name), Item: i, ConditionExpression: aws.String(condition), ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return refused.Item, nil
	}
	return nil, err
}

// update changes a record if the condition holds, and does nothing if it does not.
func (t Table) update(ctx context.Context, key types.AttributeValue, expression, condition string, names map[string]string, values item) error {
	_, err := t.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(t.Name), Key: item{"id": key},
		UpdateExpression: aws.String(expression), ConditionExpression: aws.String(condition),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	})
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return nil
	}
	return err
}
