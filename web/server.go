package web

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	scaling "lullaby/autoscale/store"
	"lullaby/dynamo"
	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/internal/webpage"
	queues "lullaby/queue/store"
	"lullaby/watch/store"
)

// Services are what the page shows.
type Services struct {
	Tables  *dynamo.Engine
	Queues  *queues.Engine
	Metrics *store.Store
	Scaling *scaling.Engine

	Functions func() []Function // what runs of each function; nil: there are none
	Waiting   func() int        // how many pages receivers have not got; nil: there are no receivers
	APIs      []API             // with function URLs
}

// A Function is what runs of a function at an instant.
type Function struct {
	Name     string
	Running  int   // invocations: its concurrency
	Idle     int   // sandboxes
	Starts   int64 // of sandboxes since the stack started
	Reserved *int  // its reserved concurrency; nil: none
}

// Options are optional settings of the page.
type Options struct {
	Scope arn.Scope
	Hosts []webpage.Host // names of the page beside localhost and its addresses
	Log   *slog.Logger   // nil: discarded
}

// A Server serves the page. Make one with New. Safe for concurrent use.
type Server struct {
	services Services
	opts     Options
	refusals recent[Refusal]
	pages    recent[Page]
	caller   http.Client
	http     *http.Server

	mu    sync.Mutex      // guards what follows; held while a state is made
	state json.RawMessage // the latest; nil: none was made
	made  time.Time       // when
}

// Limits of a connection: it is one person's browser.
const (
	headTime   = 10 * time.Second
	answerTime = time.Minute // a call of the API included
	maxHead    = 32 << 10
	maxBody    = 1 << 20
)

// stateAge is how old a state may be that another page has asked for.
const stateAge = 500 * time.Millisecond

//go:embed static
var static embed.FS

// New returns the server of the page.
func New(services Services, o Options) *Server {
	o.Scope = o.Scope.WithDefaults()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{services: services, opts: o}
	s.caller = http.Client{
		Timeout:       answerTime - 10*time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	mux := http.NewServeMux()
	for path, f := range map[string]struct{ name, kind string }{
		"GET /{$}":       {"index.html", "text/html"},
		"GET /page.js":   {"page.js", "text/javascript"},
		"GET /style.css": {"style.css", "text/css"},
	} {
		mux.HandleFunc(path, file(f.name, f.kind+"; charset=utf-8"))
	}
	mux.HandleFunc("GET /api/state", answer(s.latest))
	mux.HandleFunc("GET /api/refusals", answer(s.allRefusals))
	mux.HandleFunc("GET /api/items", answer(s.items))
	mux.HandleFunc("GET /api/messages", answer(s.messages))
	mux.HandleFunc("POST /api/call", answer(s.call))
	s.http = &http.Server{
		Handler:           s.guarded(mux),
		ReadHeaderTimeout: headTime, ReadTimeout: answerTime, WriteTimeout: answerTime, IdleTimeout: answerTime,
		MaxHeaderBytes: maxHead,
		ErrorLog:       slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	return s
}

// Serve serves ln until Shutdown, and then returns nil. It returns other errors of ln.
func (s *Server) Serve(ln net.Listener) error {
	if err := s.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the live page: %w", err)
	}
	return nil
}

// Shutdown closes the listener and waits until current requests are answered or ctx
// ends; then it closes their connections.
func (s *Server) Shutdown(ctx context.Context) error {
	return errors.Join(s.http.Shutdown(ctx), s.http.Close())
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.http.Handler.ServeHTTP(w, r) }

// Refused notes a request that a service refused.
func (s *Server) Refused(r Refusal) { s.refusals.add(r, keptRefusals) }

// file returns a handler with a file of the page.
func file(name, contentType string) http.HandlerFunc {
	text, err := static.ReadFile("static/" + name)
	if err != nil {
		panic(err) // it is part of the program
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(text)
	}
}

// answer returns a handler that answers with what do returns, or with its error, as JSON.
func answer(do func(r *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		out, err := do(r)
		status := http.StatusOK
		if err != nil {
			out, status = map[string]string{"error": err.Error()}, http.StatusBadRequest
		}
		var text bytes.Buffer
		if err := json.NewEncoder(&text).Encode(out); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(text.Bytes())
	}
}

// latest returns the state of the stack, as JSON.
func (s *Server) latest(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.state != nil && now.Sub(s.made) < stateAge {
		return s.state, nil
	}
	state, err := s.stateAt(r.Context(), instant.Of(now))
	if err != nil {
		return nil, err
	}
	if s.state, err = json.Marshal(state); err != nil {
		return nil, err
	}
	s.made = now
	return s.state, nil
}
