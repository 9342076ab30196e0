// Package awsretry makes the retries of a function's DynamoDB client fit the
// time that there is, and keeps account of them.
//
// It wraps the standard retryer of aws-sdk-go-v2, whose classes of errors, delays
// and tokens it leaves as they are, and adds what the SDK does not do:
//
//   - No sleep passes the caller's deadline less a reserve. The next attempt is
//     given up before a token is taken, and the error of the service stays:
//     errors.As finds it, beside a [StopError] that says why.
//   - API Gateway's 29 s, or whatever waits for the function, is stated once and
//     counted from when the request came in, which is before a cold start.
//   - Every throttled resource and reason has tokens of its own, so that one hot
//     key does not spend the retries of a table.
//   - Environments of a fleet may start with their share of the tokens.
//   - What a batch leaves unprocessed is sent again, and a transaction that was
//     cancelled for want of capacity alone is tried again, by the same rules.
//
// A function makes one [Retrier] for its client, and begins each invocation with
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
// Calls without an invocation are decided alike, by the deadline of their own
// context. Names may be added; those that exist stay.
package awsretry
