package send

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"lullaby/pager"
	"lullaby/pager/outbox"
)

const (
	// patience is how long a receiver has to answer. Assumed: shorter than the 15 s that
	// SNS waits for an HTTP endpoint (docs/aws/paging.md#retries).
	patience = 10 * time.Second

	longAnswer = 64 << 10 // bytes that are read of an answer
	longText   = 200      // characters that are shown of it
)

// A format is how a kind of receiver is spoken to.
type format struct {
	url    *url.URL
	bearer string // the key that goes into the header, empty if none does
	body   func(p *pager.Page) any

	// took reports whether an answer of status 2xx says that the page was taken, and
	// what it says.
	took func(status int, body []byte) (bool, string)
}

// A Receiver is where pages go. Safe for concurrent use.
type Receiver struct {
	name, id string
	format   format
	secrets  []string
	client   *http.Client
}

var _ outbox.Receiver = (*Receiver)(nil)

// New returns the receiver of a target, which takes a key, empty if there is none. The
// error says what of the key is wrong, without it.
func New(t Target, key string) (*Receiver, error) {
	if strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return nil, fmt.Errorf("%s: the key has spaces or characters that no key has", t.Kind)
	}
	if key == "" && t.NeedsKey() {
		return nil, fmt.Errorf("%s: there is no key", t.Kind)
	}
	var err error
	r := &Receiver{name: t.Name()}
	switch t.Kind {
	case Splunk:
		r.format, err = splunk(t.base, key)
	case PagerDuty:
		r.format = pagerDuty(t.base, key)
	case Alertmanager:
		r.format = alertmanager(t.base, key)
	default:
		r.format = webhook(t.base, key)
	}
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(t.base.String() + "\n" + key))
	r.id = t.Kind + "-" + hex.EncodeToString(sum[:8])
	r.secrets = secretsOf(r.format.url, key)
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, MaxResponseHeaderBytes: longAnswer, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
	r.client = &http.Client{Transport: transport, Timeout: patience, CheckRedirect: r.redirect}
	return r, nil
}

// ID implements [outbox.Receiver].
func (r *Receiver) ID() string { return r.id }

// Name implements [outbox.Receiver].
func (r *Receiver) Name() string { return r.name }

// A strayError refuses to follow a redirect.
type strayError struct{ to string }

func (e *strayError) Error() string { return "redirects to " + e.to + ", which is not followed" }

// redirect lets a receiver send us on within its own host, if the request stays what it
// is: a key goes nowhere else.
func (r *Receiver) redirect(req *http.Request, via []*http.Request) error {
	to := req.URL.Scheme + "://" + req.URL.Host
	switch {
	case to != r.format.url.Scheme+"://"+r.format.url.Host:
		return &strayError{to}
	case req.Method != http.MethodPost:
		return &strayError{"another page, by " + req.Method}
	case len(via) > 3:
		return &strayError{"itself again and again"}
	}
	return nil
}

// Send implements [outbox.Receiver].
func (r *Receiver) Send(ctx context.Context, p *pager.Page) outbox.Answer {
	body, err := json.Marshal(r.format.body(p))
	if err != nil {
		return r.answer(pager.Refused, 0, err.Error())
	}
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.format.url.String(), bytes.NewReader(body))
	if err != nil {
		return r.answer(pager.Refused, 0, "the URL cannot be used")
	}
	if r.format.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+r.format.bearer)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "lullaby")
	req.Header.Set("Idempotency-Key", p.ID())
	resp, err := r.client.Do(req)
	if err != nil {
		return r.failure(resp, err, sent.Load())
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, longAnswer))
	_ = resp.Body.Close() // it has been read
	if err != nil && resp.StatusCode < 300 {
		return r.answer(pager.Unknown, 0, "the answer breaks off")
	}
	return r.judge(resp, text)
}

// failure says what it means that there is no answer that counts; resp is a redirect that
// is not followed, or nil. sent: the receiver may have read the page.
func (r *Receiver) failure(resp *http.Response, err error, sent bool) outbox.Answer {
	if stray, ok := errors.AsType[*strayError](err); ok {
		return r.answer(pager.Failed, retryAfter(resp.Header.Get("Retry-After")), stray.Error())
	}
	outcome := pager.Failed
	if sent {
		outcome = pager.Unknown
	}
	if of, ok := errors.AsType[*url.Error](err); ok {
		err = of.Err // without the URL
	}
	text := err.Error()
	switch timeout, ok := errors.AsType[net.Error](err); {
	case ok && timeout.Timeout() && sent:
		text = "no answer within " + r.client.Timeout.String()
	case ok && timeout.Timeout():
		text = "no connection within " + r.client.Timeout.String()
	case errors.Is(err, context.Canceled):
		text = "the program ends"
	}
	return r.answer(outcome, 0, text)
}

// judge says what an answer means (docs/aws/paging.md#retries).
func (r *Receiver) judge(resp *http.Response, body []byte) outbox.Answer {
	status, after := resp.StatusCode, retryAfter(resp.Header.Get("Retry-After"))
	text := strconv.Itoa(status) + " " + cmp.Or(strings.TrimSpace(string(body)), http.StatusText(status))
	switch {
	case status < 300:
		ok, said := r.format.took(status, body)
		text = strconv.Itoa(status) + " " + said
		if !ok {
			return r.answer(pager.Failed, after, text)
		}
		return r.answer(pager.Delivered, 0, text)
	case status < 400, status == http.StatusRequestTimeout, status == http.StatusTooManyRequests:
		return r.answer(pager.Failed, after, text)
	case status < 500:
		return r.answer(pager.Refused, 0, text)
	}
	return r.answer(pager.Unknown, after, text)
}

// retryAfter reads a header of that name: seconds, or a date.
func retryAfter(text string) time.Duration {
	if n, err := strconv.Atoi(text); err == nil {
		return max(0, time.Duration(min(n, int(pager.GiveUp/time.Second)))*time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// answer returns an answer whose text has no secret and fits a line.
func (r *Receiver) answer(o pager.Outcome, after time.Duration, text string) outbox.Answer {
	text = pager.Line(strings.ToValidUTF8(r.redact(text), "?"))
	return outbox.Answer{Report: pager.Report{Outcome: o, After: after}, Text: cut(text, longText)}
}

// cut shortens a text to a number of characters.
func cut(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n-3]) + "..."
	}
	return text
}
