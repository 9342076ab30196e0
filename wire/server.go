package wire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"lullaby/dynamo"
	"lullaby/internal/arn"
	"lullaby/internal/sigv4"
	"lullaby/lambda"
	"lullaby/watch"
)

// Services are what the endpoint stands in front of. A nil one is not there:
// its requests are answered as an unknown operation's.
type Services struct {
	DynamoDB *dynamo.Engine
	Lambda   lambda.Invoker
}

// Options for New.
type Options struct {
	Scope arn.Scope    // in the answers that name it, and of signatures
	Keys  sigv4.Keys   // that a request must be signed with; nil: any will do
	Log   *slog.Logger // nil: discarded

	// Recorder takes the datapoints of DynamoDB's requests; nil: there are none.
	Recorder watch.Recorder
}

// A Server is the AWS endpoint.
type Server struct {
	services Services
	opts     Options
	fast     *fasthttp.Server

	dynamoDBSigned, lambdaSigned *sigv4.Verifier // nil: any credentials will do

	ctx    context.Context // of every request; ended by Shutdown
	cancel context.CancelFunc
}

// Bounds of a request. A body is DynamoDB's 16 MB at most; a header must hold a
// SigV4 signature and its session token, and one that never ends must not take
// memory.
const (
	maxBody    = 16 << 20
	maxRead    = maxBody + 4<<20 // what is read of a body that is too large, so that its sender hears of it
	maxHeader  = 32 << 10
	readTime   = time.Minute // for a whole request
	idleTime   = 5 * time.Minute
	statusMany = 431 // Request Header Fields Too Large
)

// New returns the endpoint of services.
func New(services Services, o Options) *Server {
	o.Scope = o.Scope.WithDefaults()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{services: services, opts: o}
	s.dynamoDBSigned, s.lambdaSigned = o.verifiers()
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.fast = &fasthttp.Server{
		Handler:                      s.handle,
		ErrorHandler:                 refuseUnread,
		MaxRequestBodySize:           maxRead,
		ReadBufferSize:               maxHeader,
		ReadTimeout:                  readTime,
		IdleTimeout:                  idleTime,
		NoDefaultServerHeader:        true,
		DisablePreParseMultipartForm: true,
		CloseOnShutdown:              true,
		Logger:                       fastLog{o.Log},
	}
	return s
}

// Serve answers what comes in at ln until Shutdown.
func (s *Server) Serve(ln net.Listener) error {
	if err := s.fast.Serve(ln); err != nil {
		return fmt.Errorf("serve AWS endpoint: %w", err)
	}
	return nil
}

// Shutdown ends the requests that wait, lets the others finish until ctx ends,
// and closes the listener.
func (s *Server) Shutdown(ctx context.Context) error {
	s.cancel()
	return s.fast.ShutdownWithContext(ctx)
}

func (s *Server) handle(c *fasthttp.RequestCtx) {
	r := &request{ctx: s.ctx, fast: c}
	resp := s.route(r)
	resp.write(c)
}

// lambdaPrefix begins the paths of Lambda's REST protocol.
const lambdaPrefix = "/2015-03-31/functions/"

// route hands a request to the protocol that it speaks.
func (s *Server) route(r *request) response {
	if strings.HasPrefix(r.path(), lambdaPrefix) && s.services.Lambda != nil {
		return s.lambda(r)
	}
	return s.dynamoDB(r)
}

// refuseUnread answers a request that could not be read.
func refuseUnread(c *fasthttp.RequestCtx, err error) {
	resp := response{status: fasthttp.StatusBadRequest}
	var small *fasthttp.ErrSmallBuffer
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		resp = response{status: fasthttp.StatusRequestEntityTooLarge, chunked: true}
	case errors.As(err, &small):
		resp.status = statusMany
	}
	resp.set("Connection", "close")
	resp.write(c)
}

// fastLog keeps fasthttp's complaints about clients to debug.
type fastLog struct{ log *slog.Logger }

func (l fastLog) Printf(format string, args ...any) {
	l.log.Debug("http", slog.String("message", fmt.Sprintf(format, args...)))
}
