package request

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"lullaby/internal/arn"
)

// A Backoff is how delays grow from the smallest to the largest.
type Backoff string

// The functions of delivery policies.
const (
	Linear      Backoff = "linear"
	Arithmetic  Backoff = "arithmetic"
	Geometric   Backoff = "geometric"
	Exponential Backoff = "exponential"
)

// A RetryPolicy is when a delivery that failed is tried again: NoDelay times at once,
// AtMin times after Min, AtMax times at the end after Max, and what is left of Retries
// after delays that grow from Min to Max.
type RetryPolicy struct {
	Min, Max                       time.Duration // whole seconds
	Retries, NoDelay, AtMin, AtMax int
	Backoff                        Backoff
}

// Defaults of HTTP and HTTPS (docs/aws/sns.md#delivery-policies).
var (
	DefaultRetries     = RetryPolicy{Min: 20 * time.Second, Max: 20 * time.Second, Retries: 3, Backoff: Linear}
	DefaultContentType = "text/plain; charset=UTF-8"
)

// Bounds of a delivery policy.
const (
	maxRetries   = 100
	maxDelay     = 3600 // seconds
	maxPerSecond = 1_000
)

// A DeliveryPolicy is what a topic or a subscription says of deliveries by HTTP and
// HTTPS.
type DeliveryPolicy struct {
	Retries      *RetryPolicy // nil: not said
	PerSecond    int          // deliveries of a subscription that begin within a second; 0: any number
	ContentType  string       // empty: not said
	NoOverriding bool         // of a topic: those of its subscriptions are not heeded
}

// The JSON of policies. Pointers tell what is absent.
type (
	topicPolicy struct {
		HTTP *struct {
			Retries      *retryPolicy    `json:"defaultHealthyRetryPolicy"`
			Sickly       *retryPolicy    `json:"defaultSicklyRetryPolicy"`
			NoOverriding bool            `json:"disableSubscriptionOverrides"`
			Throttle     *throttlePolicy `json:"defaultThrottlePolicy"`
			Request      *requestPolicy  `json:"defaultRequestPolicy"`
		} `json:"http"`
	}
	subscriptionPolicy struct {
		Retries    *retryPolicy    `json:"healthyRetryPolicy"`
		Sickly     *retryPolicy    `json:"sicklyRetryPolicy"`
		Throttle   *throttlePolicy `json:"throttlePolicy"`
		Request    *requestPolicy  `json:"requestPolicy"`
		Guaranteed bool            `json:"guaranteed"`
	}
	retryPolicy struct {
		Min     *whole  `json:"minDelayTarget"`
		Max     *whole  `json:"maxDelayTarget"`
		Retries *whole  `json:"numRetries"`
		AtMax   whole   `json:"numMaxDelayRetries"`
		NoDelay whole   `json:"numNoDelayRetries"`
		AtMin   whole   `json:"numMinDelayRetries"`
		Backoff Backoff `json:"backoffFunction"`
	}
	throttlePolicy struct {
		PerSecond *whole `json:"maxReceivesPerSecond"`
	}
	requestPolicy struct {
		ContentType string `json:"headerContentType"`
	}
)

// A whole is a number of a policy, which may be written as a string: templates have no
// numbers.
type whole int

// UnmarshalJSON implements json.Unmarshaler.
func (n *whole) UnmarshalJSON(text []byte) error {
	v, err := strconv.Atoi(strings.Trim(string(text), `"`))
	*n = whole(v)
	return err
}

// TopicPolicy returns the delivery policy of a topic, of checked JSON or of "".
func TopicPolicy(text string) DeliveryPolicy {
	p, _ := parseTopicPolicy(text)
	return p
}

// SubscriptionPolicy returns the delivery policy of a subscription, of checked JSON or
// of "".
func SubscriptionPolicy(text string) DeliveryPolicy {
	p, _ := parseSubscriptionPolicy(text)
	return p
}

func parseTopicPolicy(text string) (p DeliveryPolicy, wrong string) {
	var of topicPolicy
	if wrong := strict("DeliveryPolicy", text, &of); wrong != "" || of.HTTP == nil {
		return p, wrong
	}
	p, wrong = read(of.HTTP.Retries, of.HTTP.Throttle, of.HTTP.Request, "http.default", "HealthyRetryPolicy")
	p.NoOverriding = of.HTTP.NoOverriding
	return p, wrong
}

func parseSubscriptionPolicy(text string) (p DeliveryPolicy, wrong string) {
	var of subscriptionPolicy
	if wrong := strict("DeliveryPolicy", text, &of); wrong != "" {
		return p, wrong
	}
	return read(of.Retries, of.Throttle, of.Request, "", "healthyRetryPolicy")
}

func read(retries *retryPolicy, throttle *throttlePolicy, request *requestPolicy, prefix, name string) (p DeliveryPolicy, wrong string) {
	if retries != nil {
		var why string
		if p.Retries, why = retries.read(); why != "" {
			return p, "DeliveryPolicy: " + prefix + name + "." + why
		}
	}
	if throttle != nil && throttle.PerSecond != nil {
		if p.PerSecond = int(*throttle.PerSecond); p.PerSecond < 1 || p.PerSecond > maxPerSecond {
			return p, "DeliveryPolicy: throttlePolicy.maxReceivesPerSecond must be between 1 and " + strconv.Itoa(maxPerSecond)
		}
	}
	if request != nil {
		if p.ContentType = request.ContentType; !isMediaType(p.ContentType) {
			return p, "DeliveryPolicy: requestPolicy.headerContentType is invalid"
		}
	}
	return p, ""
}

// read returns the policy, or what of it is wrong. Assumed: the texts but that for the
// smallest delay.
func (of *retryPolicy) read() (*RetryPolicy, string) {
	for _, m := range []struct {
		name  string
		value *whole
		least whole
		most  whole
	}{
		{"numRetries", of.Retries, 0, maxRetries},
		{"minDelayTarget", of.Min, 1, maxDelay},
		{"maxDelayTarget", of.Max, 1, maxDelay},
		{"numNoDelayRetries", &of.NoDelay, 0, maxRetries},
		{"numMinDelayRetries", &of.AtMin, 0, maxRetries},
		{"numMaxDelayRetries", &of.AtMax, 0, maxRetries},
	} {
		switch {
		case m.value == nil:
			return nil, m.name + " must be specified"
		case *m.value < m.least:
			return nil, m.name + " must be greater than or equal to " + strconv.Itoa(int(m.least))
		case *m.value > m.most:
			return nil, m.name + " must be less than or equal to " + strconv.Itoa(int(m.most))
		}
	}
	p := &RetryPolicy{
		Min: time.Duration(*of.Min) * time.Second, Max: time.Duration(*of.Max) * time.Second,
		Retries: int(*of.Retries), NoDelay: int(of.NoDelay), AtMin: int(of.AtMin), AtMax: int(of.AtMax), Backoff: of.Backoff,
	}
	switch p.Backoff {
	case "":
		p.Backoff = Linear
	case Linear, Arithmetic, Geometric, Exponential:
	default:
		return nil, "backoffFunction must be one of linear, arithmetic, geometric, exponential"
	}
	switch {
	case p.Min > p.Max:
		return nil, "minDelayTarget must be less than or equal to maxDelayTarget"
	case p.NoDelay+p.AtMin+p.AtMax > p.Retries:
		return nil, "numRetries must be greater than or equal to total of numMinDelayRetries, numNoDelayRetries and numMaxDelayRetries"
	}
	return p, ""
}

func isMediaType(text string) bool {
	return len(text) <= 256 && strings.Contains(text, "/") && !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' })
}

// parseRedrive returns the ARN of the queue in a redrive policy, empty for "" and {}.
func parseRedrive(text string) (queue, wrong string) {
	var of struct {
		Queue string `json:"deadLetterTargetArn"`
	}
	if wrong := strict("RedrivePolicy", text, &of); wrong != "" || of.Queue == "" {
		return "", wrong
	}
	if a, err := arn.Parse(of.Queue); err != nil || a.Service != "sqs" {
		return "", "RedrivePolicy: deadLetterTargetArn is an invalid arn"
	}
	return of.Queue, ""
}

// Redrive returns the ARN of the dead-letter queue of a checked redrive policy, empty if
// there is none.
func Redrive(text string) string {
	queue, _ := parseRedrive(text)
	return queue
}

// strict reads JSON that has the members of v alone. "" is {}.
func strict(name, text string, v any) (wrong string) {
	if text == "" {
		return ""
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			return name + ": failed to parse JSON."
		}
		return ""
	}
	if _, unknown, ok := strings.Cut(err.Error(), "json: unknown field "); ok {
		return name + ": invalid JSON. Attribute " + strings.Trim(unknown, `"`) + " is unknown."
	}
	return name + ": failed to parse JSON."
}
