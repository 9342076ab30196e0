// Command get-item is the function behind GET /item/{_id}: it answers with the
// item under _id, read strongly consistent.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"lullaby/items/internal/reply"
	"lullaby/items/internal/table"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	t, err := table.Open(context.Background(), os.Getenv)
	if err != nil {
		log.Error("configuration refused", slog.Any("error", err))
		os.Exit(1)
	}
	h := handler{table: t.Name, db: t}
	service := reply.Service{
		Log: log, Metrics: os.Stdout, Retrier: t.Retrier,
		Dimensions: map[string]string{"FunctionName": lambdacontext.FunctionName, "RetryMode": t.Mode.Name},
	}
	lambda.Start(service.Adapt(h.get))
}
