package host

import (
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
)

// runtimeAPI is the root of the Runtime API (docs/aws/lambda.md#runtime-api).
const runtimeAPI = "/2018-06-01"

// Headers of the Runtime API, in canonical form.
const (
	headerRequestID     = "Lambda-Runtime-Aws-Request-Id"
	headerDeadline      = "Lambda-Runtime-Deadline-Ms"
	headerFunctionARN   = "Lambda-Runtime-Invoked-Function-Arn"
	headerTraceID       = "Lambda-Runtime-Trace-Id"
	headerClientContext = "Lambda-Runtime-Client-Context"
	headerResponseMode  = "Lambda-Runtime-Function-Response-Mode"
	headerErrorType     = "Lambda-Runtime-Function-Error-Type" // also a trailer
	trailerErrorBody    = "Lambda-Runtime-Function-Error-Body"
)

// listen starts the sandbox's Runtime API and returns its address.
func (s *sandbox) listen() (address string, err error) {
	var config net.ListenConfig
	listener, err := config.Listen(s.host.life, "tcp4", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+runtimeAPI+"/runtime/invocation/next", s.serveNext)
	mux.HandleFunc("POST "+runtimeAPI+"/runtime/invocation/{id}/response", s.serveResponse)
	mux.HandleFunc("POST "+runtimeAPI+"/runtime/invocation/{id}/error", s.serveError)
	mux.HandleFunc("POST "+runtimeAPI+"/runtime/init/error", s.serveInitError)
	mux.HandleFunc("GET "+runtimeAPI+"/ping", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "pong")
	})
	s.handleExtensions(mux)
	s.api = newServer(listener, withoutWebPages(mux))
	s.host.running.Go(func() { s.api.run(&s.host.running) }) // until stop
	return listener.Addr().String(), nil
}

// serveNext answers a request for work with the next invocation, when there is
// one.
func (s *sandbox) serveNext(w http.ResponseWriter, _ *http.Request) {
	select {
	case <-s.launched:
	case <-s.api.done:
		return
	}
	s.sized.Do(s.measureAnswer)
	for {
		now := time.Now()
		s.host.mu.Lock()
		step, inv, err := s.nextLocked(now)
		s.host.mu.Unlock()
		if err != nil {
			refuse(w, err)
			return
		}
		switch step {
		case wait, rest:
			if !s.await(step) {
				return
			}
			if a, ok := w.(*answer); ok && a.abandoned() {
				s.wakeNext() // another call of next waits instead
				return
			}
		case finish:
			s.finish(now, inv)
		case begin:
			s.output.begin(inv)
			writeEvent(w, inv)
			return
		case repeat:
			writeEvent(w, inv)
			return
		}
	}
}

// await waits until there may be an invocation, and freezes the sandbox meanwhile if
// it rests. It returns false if the server ends.
func (s *sandbox) await(step step) bool {
	var due <-chan time.Time
	if step == rest && !s.host.options.NoFreeze {
		timer := time.NewTimer(freezeDelay)
		defer timer.Stop()
		due = timer.C
	}
	for {
		select {
		case <-s.work:
			if due == nil && step == rest {
				s.process.thaw()
			}
			return true
		case <-s.api.done:
			return false
		case <-due:
			due = nil
			s.process.freeze()
		}
	}
}

// wakeNext makes the call of next that waits, or the next one that comes, look for
// an invocation.
func (s *sandbox) wakeNext() {
	select {
	case s.work <- struct{}{}:
	default: // it is awake already
	}
}

// finish ends an answered invocation: it ends its log, frees its concurrency and
// wakes its caller.
func (s *sandbox) finish(now time.Time, inv *invocation) {
	took := now.Sub(inv.began)
	if s.output.wanted(inv) {
		s.output.end(s.function.Logging.End(now, s.report(inv, took), "")...)
	}
	s.function.meter.Finish(instant.Of(inv.began), took, inv.result.failed)
	s.host.mu.Lock()
	s.releaseLocked(now)
	s.host.mu.Unlock()
	inv.deliver(inv.result, inv.tail.last())
}

// eventHeaders are the headers of an event, in the order of writeEvent.
var eventHeaders = [...]string{
	"Content-Type", "Content-Length",
	headerRequestID, headerDeadline, headerFunctionARN, headerTraceID, headerClientContext,
}

// writeEvent answers a request for work. Headers that are empty are left out.
func writeEvent(w http.ResponseWriter, inv *invocation) {
	deadline := inv.began.Add(inv.function.Timeout)
	values := [len(eventHeaders)]string{
		"application/json", strconv.Itoa(len(inv.payload)),
		inv.id, strconv.FormatInt(deadline.UnixMilli(), 10), inv.arn, inv.traceID, inv.clientContext,
	}
	header := w.Header()
	for i, name := range eventHeaders {
		if values[i] != "" {
			header[name] = values[i : i+1]
		}
	}
	_, _ = w.Write(inv.payload) // a runtime that is gone is seen to exit
}

// serveResponse takes a function's result.
func (s *sandbox) serveResponse(w http.ResponseWriter, r *http.Request) {
	const into = "InvocationResponse"
	id := r.PathValue("id")
	if mode := r.Header.Get(headerResponseMode); mode != "" && mode != "streaming" {
		s.answer(w, id, into, running, failure(lambda.WrongResponseMode(id).Payload()), invalidMode)
		return
	}
	s.host.mu.Lock()
	stream, err := s.respondLocked(id, into)
	s.host.mu.Unlock()
	if err != nil {
		refuse(w, err)
		return
	}
	from, most := running, lambda.MaxResponseBytes
	var body []byte
	if stream != nil {
		from, most = responding, s.host.options.maxStream
		err = s.pass(r, stream)
	} else {
		body, err = readBody(r)
	}
	switch {
	case errors.Is(err, errBodyTooLarge):
		s.answer(w, id, into, from, failure(lambda.TooLargePayload(most)), tooLarge(most))
	case err != nil:
		s.answer(w, id, into, from, failure(lambda.Truncated(id).Payload()), truncated)
	case r.Trailer.Get(headerErrorType) != "":
		// The function failed after it had sent a part of its response.
		if said, err := base64.StdEncoding.DecodeString(r.Trailer.Get(trailerErrorBody)); err == nil {
			body = said
		}
		s.answer(w, id, into, from, failure(body), accepted)
	default:
		if len(body) == 0 && stream == nil {
			body = []byte("null")
		}
		s.answer(w, id, into, from, result{payload: body}, accepted)
	}
}

// serveError takes a function's error, which its caller gets unchanged.
func (s *sandbox) serveError(w http.ResponseWriter, r *http.Request) {
	const into = "InvocationErrorResponse"
	id := r.PathValue("id")
	body, err := readBody(r)
	switch {
	case errors.Is(err, errBodyTooLarge):
		s.answer(w, id, into, running, failure(lambda.TooLargePayload(lambda.MaxResponseBytes)), tooLarge(lambda.MaxResponseBytes))
	case err != nil:
		s.answer(w, id, into, running, failure(lambda.Truncated(id).Payload()), truncated)
	default:
		s.answer(w, id, into, running, failure(body), accepted)
	}
}

func failure(payload []byte) result { return result{payload: payload, failed: true} }

// answer makes r the result of the invocation and writes reply, or refuses if the
// process is not in the phase.
func (s *sandbox) answer(w http.ResponseWriter, id, into string, in phase, r result, reply reply) {
	now := time.Now()
	s.measureAnswer()
	s.host.mu.Lock()
	err := s.answerLocked(now, id, into, in, r)
	s.host.mu.Unlock()
	if err != nil {
		refuse(w, err)
		return
	}
	reply.write(w)
}

// serveInitError takes the error of an init, after which the process exits.
func (s *sandbox) serveInitError(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r)
	if err != nil {
		truncated.write(w)
		return
	}
	kind := r.Header.Get(headerErrorType)
	if kind == "" {
		kind = "Runtime.Unknown"
	}
	s.host.mu.Lock()
	err = s.initErrorLocked(kind, body)
	s.host.mu.Unlock()
	if err != nil {
		refuse(w, err)
		return
	}
	accepted.write(w)
}

var errBodyTooLarge = errors.New("body too large")

// readBody reads a body of at most MaxResponseBytes to its end, and the trailers.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, lambda.MaxResponseBytes+1))
	if err == nil && len(body) > lambda.MaxResponseBytes {
		err = errBodyTooLarge
	}
	return body, err
}
