package topic

import (
	"cmp"
	"slices"

	"lullaby/instant"
	"lullaby/topic/refusal"
	"lullaby/topic/request"
)

// Subscribe makes a subscription, or finds the one that is there already, if it has the
// attributes of the request, which is checked. asked: its receiver is to be asked for a
// confirmation, also once more. The error is a refusal.
func (ts *Topics) Subscribe(now instant.Instant, t *Topic, in *request.SubscribeInput) (s *Subscription, asked bool, err error) {
	return ts.subscribe(now, t, in, ts.NewID())
}

func (ts *Topics) subscribe(now instant.Instant, t *Topic, in *request.SubscribeInput, id string) (s *Subscription, asked bool, err error) {
	attributes := request.Kept(in.Attributes)
	s = ts.byPlace[place{t.Name, in.Protocol, in.Endpoint}]
	switch {
	case s == nil && len(ts.all) >= ts.MaxSubscriptions:
		return nil, false, refusal.Newf(refusal.SubscriptionLimitExceeded, "Lullaby keeps %d subscriptions at most.", ts.MaxSubscriptions)
	case s == nil:
		s = &Subscription{
			Number: ts.last + 1, ID: id, Topic: t.Name, Protocol: in.Protocol, Endpoint: in.Endpoint, Attributes: attributes,
			State: Confirmed, Since: now,
		}
		ts.RestoreSubscription(s)
	case s.State == Confirmed && len(in.Attributes) > 0 && (!within(attributes, s.Attributes) || !within(s.Attributes, attributes)):
		return nil, false, refusal.Invalid("Attributes Reason: Subscription already exists with different attributes")
	case s.State == Confirmed:
		return s, false, nil
	default:
		s.Attributes = attributes
	}
	if in.Protocol.Confirms() {
		ts.await(now, s, Pending)
		return s, true, nil
	}
	return s, false, nil
}

// await has a subscription wait for a confirmation with a new token.
func (ts *Topics) await(now instant.Instant, s *Subscription, state State) {
	delete(ts.byToken, s.Token)
	s.State, s.Since, s.Token = state, now, ts.NewToken()
	ts.byToken[s.Token] = s
}

// RestoreSubscription adds a subscription that was kept. Its topic is there.
func (ts *Topics) RestoreSubscription(s *Subscription) {
	ts.last = max(ts.last, s.Number)
	t := ts.topics[s.Topic]
	t.subscriptions = insert(t.subscriptions, s)
	ts.all = insert(ts.all, s)
	ts.byID[s.ID], ts.byPlace[s.place()] = s, s
	if s.Token != "" {
		ts.byToken[s.Token] = s
	}
}

func byNumber(s *Subscription, number uint64) int { return cmp.Compare(s.Number, number) }

func insert(all []*Subscription, s *Subscription) []*Subscription {
	i, _ := slices.BinarySearchFunc(all, s.Number, byNumber)
	return slices.Insert(all, i, s)
}

func without(all []*Subscription, s *Subscription) []*Subscription {
	if i, found := slices.BinarySearchFunc(all, s.Number, byNumber); found {
		return slices.Delete(all, i, i+1)
	}
	return all
}

func (ts *Topics) remove(s *Subscription) {
	t := ts.topics[s.Topic]
	t.subscriptions, ts.all = without(t.subscriptions, s), without(ts.all, s)
	delete(ts.byID, s.ID)
	delete(ts.byPlace, s.place())
	delete(ts.byToken, s.Token)
}

// Confirm confirms the subscription of a topic that has the token, and returns it. The
// error is a refusal.
func (ts *Topics) Confirm(now instant.Instant, t *Topic, in *request.ConfirmSubscriptionInput) (*Subscription, error) {
	s := ts.byToken[in.Token]
	if s == nil || s.Topic != t.Name || s.State != Confirmed && now.Sub(s.Since) > tokenLife {
		return nil, refusal.Invalid("Token")
	}
	if s.State != Confirmed {
		s.State, s.Since = Confirmed, now
	}
	s.Authenticates = s.Authenticates || in.Authenticates()
	return s, nil
}

// Subscription returns the subscription of an ARN. The error is a refusal.
func (ts *Topics) Subscription(text string) (*Subscription, error) {
	account, name, id, err := request.ParseSubscription(ts.Scope, text)
	if err != nil {
		return nil, err
	}
	if account != ts.Scope.Account {
		return nil, errForeign(text)
	}
	if s := ts.byID[id]; s != nil && s.Topic == name && s.State != Left {
		return s, nil
	}
	return nil, refusal.New(refusal.NotFound, "Subscription does not exist")
}

// Unsubscribe ends a subscription. gone: it is deleted; else it has left, and its
// receiver is to be told how to take that back (docs/aws/sns.md#confirmations). The
// error is a refusal.
func (ts *Topics) Unsubscribe(now instant.Instant, s *Subscription, signed bool) (gone bool, err error) {
	switch {
	case signed || s.State == Pending:
		ts.End(s)
		return true, nil
	case s.Authenticates:
		return false, refusal.New(refusal.AuthorizationError, "This operation can only be performed by a signed request.")
	case !s.Protocol.Confirms():
		ts.End(s)
		return true, nil
	}
	ts.await(now, s, Left)
	return false, nil
}

// End deletes a subscription.
func (ts *Topics) End(s *Subscription) {
	ts.remove(s)
	ts.topics[s.Topic].Ended++
}

// Expire deletes the subscriptions that nobody has confirmed for too long, and returns
// them.
func (ts *Topics) Expire(now instant.Instant) []*Subscription {
	var gone []*Subscription
	for _, s := range ts.all {
		if s.State != Confirmed && now.Sub(s.Since) >= pendingLife {
			gone = append(gone, s)
		}
	}
	for _, s := range gone {
		ts.End(s)
	}
	return gone
}

// SetSubscription sets an attribute of a subscription. The request is checked.
func (ts *Topics) SetSubscription(s *Subscription, name, value string) {
	s.Attributes = request.With(s.Attributes, name, value)
}

// Subscriptions returns n subscriptions at most, of a topic or of all if t is nil, whose
// numbers are greater than after.
func (ts *Topics) Subscriptions(t *Topic, after uint64, n int) (page []*Subscription, more bool) {
	all := ts.all
	if t != nil {
		all = t.subscriptions
	}
	i, _ := slices.BinarySearchFunc(all, after+1, byNumber)
	for _, s := range all[i:] {
		if s.State == Left {
			continue
		}
		if len(page) == n {
			return page, true
		}
		page = append(page, s)
	}
	return page, false
}

// Receivers returns the subscriptions of a topic that get its messages.
func (ts *Topics) Receivers(t *Topic) []*Subscription {
	var all []*Subscription
	for _, s := range t.subscriptions {
		if s.State == Confirmed {
			all = append(all, s)
		}
	}
	return all
}

// ByNumber returns a subscription and its topic, nil if there is none.
func (ts *Topics) ByNumber(number uint64) (*Topic, *Subscription) {
	if i, found := slices.BinarySearchFunc(ts.all, number, byNumber); found {
		return ts.topics[ts.all[i].Topic], ts.all[i]
	}
	return nil, nil
}

// Count returns how many subscriptions a topic has, whatever their state.
func (ts *Topics) Count(t *Topic) int { return len(t.subscriptions) }

// DeclareSubscription is Subscribe for a template, which knows the identifier: a
// subscription that is there gets the attributes of the request in place of its own.
func (ts *Topics) DeclareSubscription(now instant.Instant, t *Topic, in *request.SubscribeInput, id string) (s *Subscription, asked bool, err error) {
	if s = ts.byPlace[place{t.Name, in.Protocol, in.Endpoint}]; s != nil {
		s.Attributes = request.Kept(in.Attributes)
	}
	return ts.subscribe(now, t, in, id)
}
