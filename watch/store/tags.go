package store

import (
	"context"
	"maps"
	"slices"
	"strings"

	"lullaby/instant"
	"lullaby/watch/refusal"
	"lullaby/watch/request"
)

// tag sets tags of an alarm, of which s.alarms is held.
func (s *Store) tag(resource string, tags []request.Tag) {
	if len(tags) == 0 {
		return
	}
	all := maps.Clone(s.alarms.tags[resource])
	if all == nil {
		all = map[string]string{}
	}
	for _, t := range tags {
		all[t.Key] = t.Value
	}
	s.alarms.tags[resource] = all
}

// tagged returns the name of the alarm of an ARN, of which s.alarms is held. Nothing
// else of CloudWatch's has tags here.
func (s *Store) tagged(resource string) (string, error) {
	_, name, _ := strings.Cut(resource, ":alarm:")
	if _, ok := s.alarms.Describe(name); !ok || s.alarms.ARN(name) != resource {
		return "", refusal.Newf(refusal.ResourceNotFound, "Unable to find resource %s", resource)
	}
	return name, nil
}

// ListTagsForResourceOutput is the output of ListTagsForResource.
type ListTagsForResourceOutput struct{ Tags []request.Tag }

// ListTagsForResource performs the operation of that name.
func (s *Store) ListTagsForResource(_ context.Context, _ instant.Instant, in *request.ListTagsForResourceInput) (*ListTagsForResourceOutput, error) {
	s.alarms.Lock()
	defer s.alarms.Unlock()
	if _, err := s.tagged(in.ResourceARN); err != nil {
		return nil, err
	}
	tags := s.alarms.tags[in.ResourceARN]
	out := &ListTagsForResourceOutput{Tags: []request.Tag{}}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out.Tags = append(out.Tags, request.Tag{Key: key, Value: tags[key]})
	}
	return out, nil
}

// An EmptyOutput is an output that is a structure without members. That of a void
// operation is not even that.
type EmptyOutput struct{}

// EmptyStructure says that a protocol writes the structure.
func (EmptyOutput) EmptyStructure() {}

// TagResource performs the operation of that name.
func (s *Store) TagResource(_ context.Context, _ instant.Instant, in *request.TagResourceInput) (*EmptyOutput, error) {
	if err := request.CheckTags(in.Tags); err != nil {
		return nil, err
	}
	return s.retag(in.ResourceARN, func() { s.tag(in.ResourceARN, in.Tags) })
}

// UntagResource performs the operation of that name.
func (s *Store) UntagResource(_ context.Context, _ instant.Instant, in *request.UntagResourceInput) (*EmptyOutput, error) {
	return s.retag(in.ResourceARN, func() {
		all := maps.Clone(s.alarms.tags[in.ResourceARN])
		for _, key := range in.TagKeys {
			delete(all, key)
		}
		s.alarms.tags[in.ResourceARN] = all
	})
}

func (s *Store) retag(resource string, change func()) (*EmptyOutput, error) {
	s.alarms.Lock()
	name, err := s.tagged(resource)
	if err != nil {
		s.alarms.Unlock()
		return nil, err
	}
	change()
	return &EmptyOutput{}, s.settle(nil, []string{name})
}
