// Package awsretry fits the retries of a function's DynamoDB client into the time
// that its caller waits, and counts them.
//
// It wraps the standard retryer of aws-sdk-go-v2. It keeps the SDK's classes of
// errors, its delays and its tokens, and adds what the SDK does not do
// (docs/aws/retries.md#deadlines):
//
//   - No sleep passes the caller's deadline less a reserve. A retrier gives the
//     next attempt up before it takes a token. The error of the service stays:
//     errors.As finds it, beside a [StopError] that says why.
//   - The limit of whoever waits, such as API Gateway's 29 s, is set once and
//     counts from the arrival of the request, before a cold start.
//   - Each throttled resource and reason has tokens of its own, so that one hot
//     key does not spend the retries of a whole table.
//   - The environments of a fleet can start with a share of the tokens each.
//   - By the same rules it sends the unprocessed rest of a batch again, and a
//     transaction that was cancelled for want of capacity alone.
//
// A function makes one [Retrier] for its client and begins each invocation with
// it:
//
//	retrier, err := awsretry.New(awsretry.Options{Limit: awsretry.APIGateway})
//	...
//	db := dynamodb.NewFromConfig(config, retrier.Attach)
//
//	func handle(ctx context.Context, e events.APIGatewayProxyRequest) (...) {
//		ctx, invocation := retrier.Begin(ctx, time.UnixMilli(e.RequestContext.RequestTimeEpoch))
//		defer invocation.End()
//		_, err := db.PutItem(ctx, ...)
//		log.InfoContext(ctx, "done", slog.Any("retries", invocation.Account()))
//
// A call without an invocation is decided by the deadline of its own context.
// Names may be added; existing names stay.
package awsretry
