package topic

import (
	"maps"
	"slices"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/topic/refusal"
	"lullaby/topic/request"
)

// A Topic is what is kept of a topic. Only Topics changes it.
type Topic struct {
	Name       string
	Created    instant.Instant
	Attributes map[string]string // those that were set; not changed, but replaced
	Tags       map[string]string `json:",omitempty"` // the same
	Ended      int               // subscriptions that there once were

	subscriptions []*Subscription // in the order of their numbers
}

// A State says whether a subscription gets messages.
type State string

// The states.
const (
	Pending   State = "pending"   // nobody has confirmed it
	Confirmed State = "confirmed" // it gets messages
	Left      State = "left"      // somebody without a signature has ended it, and its receiver may take that back
)

// A Subscription is what is kept of a subscription. Only Topics changes it.
type Subscription struct {
	Number     uint64 // in the order in which they were made; never that of another
	ID         string // the end of its ARN
	Topic      string // by name
	Protocol   request.Protocol
	Endpoint   string
	Attributes map[string]string `json:",omitempty"` // not changed, but replaced

	State         State
	Since         instant.Instant // when it entered the state, or got its token
	Token         string          `json:",omitempty"` // of the last confirmation
	Authenticates bool            `json:",omitempty"` // nobody without a signature may end it
}

// Raw reports whether the receiver gets the message alone.
func (s *Subscription) Raw() bool { return s.Attributes["RawMessageDelivery"] == "true" }

// DeadLetters returns the ARN of the queue for what cannot be delivered, empty if there
// is none.
func (s *Subscription) DeadLetters() string { return request.Redrive(s.Attributes["RedrivePolicy"]) }

// Times of confirmations (docs/aws/sns.md#confirmations).
const (
	tokenLife   = 2 * 24 * time.Hour
	pendingLife = 3 * 24 * time.Hour
)

// Topics are the topics of an account in a region. Make one with New. Not safe for
// concurrent use: the caller locks.
type Topics struct {
	Scope            arn.Scope
	MaxTopics        int
	MaxSubscriptions int // of all topics together
	NewID            func() string
	NewToken         func() string

	topics  map[string]*Topic
	names   []string // of topics, sorted
	all     []*Subscription
	byID    map[string]*Subscription
	byToken map[string]*Subscription
	byPlace map[place]*Subscription
	last    uint64 // number
}

// A place is where there is one subscription at most.
type place struct {
	topic    string
	protocol request.Protocol
	endpoint string
}

func (s *Subscription) place() place { return place{s.Topic, s.Protocol, s.Endpoint} }

// New returns no topics yet. newID and newToken make what is told nobody else.
func New(scope arn.Scope, newID, newToken func() string) *Topics {
	return &Topics{
		Scope: scope.WithDefaults(), NewID: newID, NewToken: newToken,
		topics: map[string]*Topic{}, byID: map[string]*Subscription{}, byToken: map[string]*Subscription{}, byPlace: map[place]*Subscription{},
	}
}

// ARN returns the ARN of a topic.
func (ts *Topics) ARN(name string) string { return ts.Scope.ARN("sns", name) }

// SubscriptionARN returns the ARN of a subscription.
func (ts *Topics) SubscriptionARN(s *Subscription) string {
	return ts.Scope.ARN("sns", s.Topic+":"+s.ID)
}

// Find returns the topic of an ARN, which is in the parameter of a name. The error is a
// refusal.
func (ts *Topics) Find(parameter, text string) (*Topic, error) {
	account, name, err := request.ParseTopic(ts.Scope, parameter, text)
	if err != nil {
		return nil, err
	}
	if account != ts.Scope.Account {
		return nil, errForeign(text)
	}
	if t := ts.topics[name]; t != nil {
		return t, nil
	}
	return nil, refusal.New(refusal.NotFound, "Topic does not exist")
}

// errForeign refuses what belongs to another account.
func errForeign(resource string) error {
	return refusal.Newf(refusal.AuthorizationError, "User is not authorized to perform this operation on resource: %s", resource)
}

// Create makes a topic, or finds the one of that name if it has the attributes and the
// tags of the request, which is checked. The error is a refusal.
func (ts *Topics) Create(now instant.Instant, in *request.CreateTopicInput) (*Topic, error) {
	attributes, tags := request.Kept(in.Attributes), map[string]string{}
	delete(attributes, "FifoTopic")
	for _, t := range in.Tags {
		tags[t.Key] = t.Value
	}
	if t := ts.topics[in.Name]; t != nil {
		if !within(attributes, t.Attributes) {
			return nil, refusal.Invalid("Attributes Reason: Topic already exists with different attributes")
		}
		if len(tags) > 0 && (!within(tags, t.Tags) || len(tags) != len(t.Tags)) {
			return nil, refusal.Invalid("Tags Reason: Topic already exists with different tags")
		}
		return t, nil
	}
	if len(ts.topics) >= ts.MaxTopics {
		return nil, refusal.Newf(refusal.TopicLimitExceeded, "Lullaby keeps %d topics at most.", ts.MaxTopics)
	}
	t := &Topic{Name: in.Name, Created: now, Attributes: attributes, Tags: tags}
	ts.Restore(t)
	return t, nil
}

// within reports whether b has all that a has.
func within(a, b map[string]string) bool {
	for key, value := range a {
		if b[key] != value {
			return false
		}
	}
	return true
}

// Restore adds a topic that was kept.
func (ts *Topics) Restore(t *Topic) {
	ts.topics[t.Name] = t
	if i, found := slices.BinarySearch(ts.names, t.Name); !found {
		ts.names = slices.Insert(ts.names, i, t.Name)
	}
}

// Delete deletes a topic with its subscriptions, which it returns.
func (ts *Topics) Delete(t *Topic) []*Subscription {
	gone := slices.Clone(t.subscriptions)
	for _, s := range gone {
		ts.remove(s)
	}
	delete(ts.topics, t.Name)
	if i, found := slices.BinarySearch(ts.names, t.Name); found {
		ts.names = slices.Delete(ts.names, i, i+1)
	}
	return gone
}

// List returns the names of n topics at most, which come behind a name.
func (ts *Topics) List(after string, n int) (names []string, more bool) {
	i, found := slices.BinarySearch(ts.names, after)
	if found {
		i++
	}
	rest := ts.names[i:]
	return slices.Clone(rest[:min(n, len(rest))]), len(rest) > n
}

// Set sets an attribute of a topic. The request is checked.
func (ts *Topics) Set(t *Topic, name, value string) {
	t.Attributes = request.With(t.Attributes, name, value)
}

// Tag sets tags of a topic. The error is a refusal.
func (ts *Topics) Tag(t *Topic, tags []request.Tag) error {
	changed := map[string]string{}
	maps.Copy(changed, t.Tags)
	for _, tag := range tags {
		changed[tag.Key] = tag.Value
	}
	if len(changed) > request.MaxTags {
		return request.TooManyTags()
	}
	t.Tags = changed
	return nil
}

// Untag removes tags of a topic.
func (ts *Topics) Untag(t *Topic, keys []string) {
	changed := map[string]string{}
	for key, value := range t.Tags {
		if !slices.Contains(keys, key) {
			changed[key] = value
		}
	}
	t.Tags = changed
}

// OfResource returns the topic of an ARN that an operation on tags names.
func (ts *Topics) OfResource(text string) (*Topic, error) {
	a, err := arn.Parse(text)
	if err != nil || a.Service != "sns" {
		return nil, refusal.Invalid("ResourceArn")
	}
	if t := ts.topics[a.Resource]; t != nil && ts.Scope.Contains(a) && !strings.Contains(a.Resource, ":") {
		return t, nil
	}
	return nil, refusal.New(refusal.ResourceNotFound, "Resource does not exist")
}

// Declare makes a topic, or gives the one of that name the attributes and the tags of the
// request, which is checked, in place of its own.
func (ts *Topics) Declare(now instant.Instant, in *request.CreateTopicInput) *Topic {
	t := ts.topics[in.Name]
	if t == nil {
		t = &Topic{Name: in.Name, Created: now}
		ts.Restore(t)
	}
	t.Attributes, t.Tags = request.Kept(in.Attributes), map[string]string{}
	delete(t.Attributes, "FifoTopic")
	for _, tag := range in.Tags {
		t.Tags[tag.Key] = tag.Value
	}
	return t
}
